"""An article as it is read: its Markdown as safe HTML, or as plain words for a channel."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

FILES = "files/"  #: how an article names a file of its own
TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "hr", "img", "li", "ol", "p", "pre", "s"),
    *("h2", "h3", "h4", "h5", "h6", "strong", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
BLANKS = re.compile(r"\n{3,}")
ENDS = {  #: what shows, without any formatting, that a block is over
    "paragraph_close": "\n\n",
    "heading_close": "\n\n",
    "th_close": "  ",
    "td_close": "  ",
    "tr_close": "\n",
    "table_close": "\n",
}


@cache
def reader() -> "MarkdownIt":
    """Return what understands Markdown; it is loaded when it is first needed."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False, "linkify": True, "typographer": False})
    made.enable(["table", "strikethrough", "linkify"])
    if made.linkify is not None:
        made.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
    return made


def tokens(body: str, files: str) -> "list[Token]":
    """Read Markdown; headings begin below the article's own, files stand where they lie."""
    read = reader().parse(body)
    for token in read:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + 1)}"
        for child in token.children or ():
            point(child, files)
    return read


def point(token: "Token", files: str) -> None:
    """Have links and pictures of the article's own files lead to them."""
    name = "href" if token.type == "link_open" else "src"
    value = str(token.attrGet(name) or "")
    if value.startswith(FILES):
        token.attrSet(name, files + quote(value.removeprefix(FILES), safe="%"))
    elif token.type == "image":  # a picture from elsewhere would tell others who reads this
        token.type, token.tag, token.nesting = "text", "", 0


def html(body: str, files: str = FILES) -> str:
    """Return an article's body as HTML that cannot do anything to whoever reads it.

    Its own files lie below the address *files*, which ends with a slash.
    """
    import nh3

    made = reader()
    written = made.renderer.render(tokens(body, files), made.options, {})
    return nh3.clean(
        written,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


def plain(body: str, files: str = FILES) -> str:
    """Return an article's body as words, as a channel without any formatting carries it."""
    written = "".join(words(tokens(body, files)))
    return BLANKS.sub("\n\n", "\n".join(line.rstrip() for line in written.splitlines())).strip()


def words(read: "Sequence[Token]") -> Iterable[str]:
    """Yield the words of blocks, with what shows where one of them ends."""
    lists: list[int | None] = []  # we are in: what the next item is numbered, if it is
    for token in read:
        match token.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
                yield "" if lists else "\n"
            case "list_item_open":
                yield mark(lists)
            case "inline":
                yield "".join(said(token.children or ()))
            case "fence" | "code_block":
                yield f"{token.content}\n"
            case other:
                yield ENDS.get(other, "")[: 1 if lists else 2]


def mark(lists: list[int | None]) -> str:
    """Return what stands before an item of the innermost list, and count on."""
    number, indent = lists[-1], "  " * (len(lists) - 1)
    if number is None:
        return f"{indent}- "
    lists[-1] = number + 1
    return f"{indent}{number}. "


def said(children: "Iterable[Token]") -> Iterable[str]:
    """Yield the words of a line; where a link leads stands behind it."""
    address, text = "", ""
    for token in children:
        match token.type:
            case "link_open":
                address, text = str(token.attrGet("href") or ""), ""
            case "link_close":
                yield "" if bare(address) in {bare(text), ""} else f" ({bare(address)})"
                address = ""
            case "softbreak" | "hardbreak":
                yield "\n" if token.type == "hardbreak" else " "
            case _:
                text += token.content
                yield token.content


def bare(address: str) -> str:
    return address.removeprefix("mailto:").removeprefix("tel:")
