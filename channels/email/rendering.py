"""Safe HTML read as plain text, and which of it the sender only quoted."""

import re
from html import unescape

from msgspec import Struct, field

TOKEN = re.compile(r'<(/?)([a-z0-9]+)((?>(?: [^\s"=<>]+="[^"]*")*))>|([^<]++)|<')
MARK = re.compile(r' (class|id|type)="([^"]*)"')
SPACES = re.compile(r"[ \t\r\n\f]+")
EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
FORWARDED = re.compile(r"\s*(?:-{2,}|_{2,}|begin\b|anfang\b|début\b)[^\n]{0,60}", re.IGNORECASE)

PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table"})
BLOCKS = PARAGRAPHS | {
    *("div", "center", "blockquote", "li", "dt", "dd", "tr", "caption", "figure", "figcaption"),
    *("article", "aside", "footer", "header", "nav", "details", "summary", "hr", "hgroup"),
}
VOID = frozenset({"br", "hr", "img", "col", "wbr"})

#: Elements that hold what was quoted.
QUOTES = {
    "gmail_quote",
    "gmail_quote_container",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "mail_quote",
    "zmail_extra",
    "mail-quote-collapse",
    "ms-outlook-mobile-reference-message",
    "moz-cite-prefix",
    "front-blockquote",
    "ydp-quote",
    "freebirdAnswer",
    "mail-editor-reference-message-container",
    "OLK_SRC_BODY_SECTION",
    "isReplyContent",
    "QuotedMessage",
    "mailcontent_quote",
    "reply-intro",
    "orig_msg",
}
#: Elements after which everything was quoted.
TURNS = {"divRplyFwdMsg", "OutlookMessageHeader", "zwchr", "stopSpelling"}
SIGNATURES = {
    "gmail_signature",
    "moz-signature",
    "ymail_android_signature",
    "ms-outlook-mobile-signature",
    "AppleMailSignature",
    "psignature",
}
HIDDEN = "display:none"  # text that only machines see is not what the sender says
LARGEST = 2_000_000  #: characters of HTML that are read


class Reading(Struct):
    """A document as text, and the stretches of it that quote or sign."""

    said: list[str] = field(default_factory=list)
    quoted: list[tuple[int, int]] = field(default_factory=list)  #: from and to, in `said`

    def text(self) -> str:
        return tidy("".join(self.said))

    def visible(self) -> str:
        """Return what is left without the stretches; a forwarded message is not quoted."""
        kept: list[str] = []
        place = 0
        for start, end in sorted(self.quoted):  # one within another, or within what is hidden
            if start < place:
                continue
            kept.extend(self.said[place:start])
            place = end
        return tidy("".join((*kept, *self.said[place:])))


def tidy(text: str) -> str:
    text = "\n".join([line.rstrip() for line in text.replace("\u00a0", " ").split("\n")])
    return EMPTY_LINES.sub("\n\n", text).strip("\n ")


def read(html: str) -> Reading:
    """Read *html* as `html.safe` returned it, in one pass."""
    return _Reader().read(html[:LARGEST])


class _Reader:
    def __init__(self) -> None:
        self.reading = Reading()
        self.said = self.reading.said
        self.breaks = 2  #: line ends at the end of what was said
        self.space = False
        self.open: list[tuple[str, int]] = []  #: elements, and where a quote in them began
        self.hidden: list[tuple[int, int]] = []  #: elements nobody sees, and where they began
        self.cites = 0
        self.pre = 0
        self.lists: list[int] = []
        self.cell = False

    def read(self, html: str) -> Reading:
        for match in TOKEN.finditer(html):
            closing, tag, attributes, text = match.groups()
            if text:
                self.text(text)
            elif not tag:
                self.text("<")
            elif closing:
                self.close(tag)
            else:
                self.start(tag, attributes)
        while self.open:
            self.close(self.open[-1][0])
        return self.reading

    def text(self, text: str) -> None:
        if "&" in text:
            text = unescape(text)
        if self.pre:
            self.put_lines(text)
            return
        words = SPACES.sub(" ", text)
        if words == " " or not words:
            self.space = True
            return
        if self.breaks == 0 and (self.space or words[0] == " "):
            self.said.append(" ")
        self.space = words[-1] == " "
        self.put(words.strip(" "))

    def put(self, text: str) -> None:
        if self.breaks and self.cites:
            self.said.append("> " * self.cites)
        self.said.append(text)
        self.breaks = 0

    def put_lines(self, text: str) -> None:
        for place, line in enumerate(text.split("\n")):
            if place:
                self.line_break()
            if line:
                self.put(line)

    def line_break(self) -> None:
        if self.breaks and self.cites:
            self.said.append(">" * self.cites)
        self.said.append("\n")
        self.breaks += 1
        self.space = False

    def at_least(self, breaks: int) -> None:
        self.space = False
        while self.breaks < breaks:
            self.line_break()

    def start(self, tag: str, attributes: str) -> None:
        marks = dict(MARK.findall(attributes)) if attributes else {}
        names = {*marks.get("class", "").split(), marks.get("id", "")} - {""} if marks else set()
        if tag == "br":
            self.line_break()
        elif tag in BLOCKS:
            single = tag not in PARAGRAPHS or "MsoNormal" in names
            self.at_least(1 if single else 2)
        if tag in VOID:
            if tag == "hr" and names & TURNS:
                self.turn()
            elif tag == "img":
                self.picture(attributes)
            return
        begins = -1
        if names & QUOTES or names & SIGNATURES or (tag == "blockquote" and cited(marks)):
            begins = len(self.said)
        if names & TURNS:
            self.turn()
        if HIDDEN in attributes:
            self.hidden.append((len(self.open), len(self.said)))
        self.open.append((tag, begins))
        self.special(tag, marks)

    def special(self, tag: str, marks: dict[str, str]) -> None:
        if tag == "blockquote" and cited(marks):
            self.cites += 1
        elif tag == "pre":
            self.pre += 1
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ul" else 1)
        elif tag == "li":
            self.put(self.bullet())
            self.space = True
        elif tag == "tr":
            self.cell = False
        elif tag in ("td", "th"):
            if self.cell and self.breaks == 0:
                self.space = True
            self.cell = True

    def bullet(self) -> str:
        if not self.lists or not self.lists[-1]:
            return "-"
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}."

    def picture(self, attributes: str) -> None:
        """Say the picture's words when it stands for a character, as an emoji does."""
        match = re.search(r' alt="([^"]{1,4})"', attributes)
        if match and not match[1].isascii():
            self.text(match[1])

    def turn(self) -> None:
        """Note that everything from here on was said before."""
        self.reading.quoted.append((len(self.said), 1 << 40))

    def close(self, tag: str) -> None:
        if all(tag != name for name, _ in self.open[-50:]):
            return
        while self.open[-1][0] != tag:
            self.close(self.open[-1][0])
        _, begins = self.open.pop()
        if tag == "blockquote" and self.cites and begins >= 0:
            self.cites -= 1
        elif tag == "pre" and self.pre:
            self.pre -= 1
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        self.ends(begins)
        if tag in BLOCKS:
            wide = tag in PARAGRAPHS and tag != "p" and tag[0] != "h"
            self.at_least(2 if wide else 1)

    def ends(self, begins: int) -> None:
        """Note where a quote ends; drop what nobody sees."""
        if self.hidden and self.hidden[-1][0] == len(self.open):
            del self.said[self.hidden.pop()[1] :]
        elif begins >= 0:
            self.quote_ends(begins)

    def quote_ends(self, begins: int) -> None:
        head = "".join(self.said[begins : begins + 12]).lstrip("> \n")[:200]
        if not forwarded(head):
            self.reading.quoted.append((begins, len(self.said)))


def cited(marks: dict[str, str]) -> bool:
    return marks.get("type") == "cite" or "quote" in marks.get("class", "")


def forwarded(head: str) -> bool:
    """Tell whether a quoted stretch is a message that the sender passes on."""
    from channels.email.phrases import FORWARDS

    line = head.split("\n", 1)[0].lower()
    return any(word in line for word in FORWARDS)
