"""HTML of strangers made safe to show, and read as text.

What the sanitiser returns is well formed, so that one pass over its tags is enough to
keep remote images from loading and to say in plain text what the mail says.
"""

import re
from functools import cache
from html import unescape
from typing import Any

import nh3

#: Where the address of an image on somebody's server waits until an agent asks for it.
REMOTE = "data-remote-src"
LARGEST = 5_000_000  #: characters; nobody reads more, and a browser would choke on it

HIGHEST = 2_000  #: elements within each other
MARKUP = re.compile(r"<[^<>]*+>")
PILED = re.compile(
    r"<(/?)(?:div|span|table|blockquote|font|center|[uod]l|article|section|pre|big|small|su[bp])\b",
    re.IGNORECASE,
)

TAGS = (
    nh3.ALLOWED_TAGS | {"font", "big", "tfoot", "caption", "colgroup", "col", "u", "s", "tt"}
) - {"map", "area"}
CONTENT_DROPPED = {
    "script",
    "style",
    "title",
    "head",
    "noscript",
    "noembed",
    "noframes",
    "template",
    "iframe",
    "object",
    "applet",
    "xmp",
    "xml",
}
LAYOUT = {"align", "valign", "bgcolor", "width", "height", "nowrap"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title"},
    "a": {"href"},
    "blockquote": {"type"},
    "col": {"span", *LAYOUT},
    "colgroup": {"span", *LAYOUT},
    "div": {"align"},
    "font": {"color", "face", "size"},
    "h1": {"align"},
    "h2": {"align"},
    "h3": {"align"},
    "hr": {"align", "size", "width", "color"},
    "img": {"src", "alt", "border", *LAYOUT, "hspace", "vspace"},
    "li": {"value"},
    "ol": {"start", "type"},
    "p": {"align"},
    "table": {"border", "cellpadding", "cellspacing", "summary", *LAYOUT},
    "tbody": LAYOUT,
    "td": {"colspan", "rowspan", *LAYOUT},
    "tfoot": LAYOUT,
    "th": {"colspan", "rowspan", *LAYOUT},
    "thead": LAYOUT,
    "time": {"datetime"},
    "tr": LAYOUT,
    "ul": {"type"},
}
#: None of these can load anything, leave the mail's frame or cover what is around it.
STYLES = {
    *("color", "background-color", "font", "font-family", "font-size", "font-style"),
    *("font-weight", "font-variant", "line-height", "letter-spacing", "word-spacing"),
    *("text-align", "text-decoration", "text-indent", "text-transform", "vertical-align"),
    *("white-space", "word-break", "word-wrap", "overflow-wrap", "direction", "display"),
    *("width", "height", "max-width", "max-height", "min-width", "min-height"),
    *(f"padding{side}" for side in ("", "-top", "-right", "-bottom", "-left")),
    *(f"margin{side}" for side in ("", "-top", "-right", "-bottom", "-left")),
    *(f"border{side}" for side in ("", "-top", "-right", "-bottom", "-left")),
    *("border-color", "border-style", "border-width", "border-radius", "border-collapse"),
    *("border-spacing", "table-layout", "list-style-type", "float", "clear"),
}
#: What mail programs call the part they quoted; kept so that it can be folded.
QUOTE_CLASSES = {
    "gmail_quote",
    "gmail_quote_container",
    "gmail_attr",
    "gmail_signature",
    "gmail_extra",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "moz-cite-prefix",
    "moz-signature",
    "moz-forward-container",
    "OutlookMessageHeader",
    "WordSection1",
    "MsoNormal",
    "mail_quote",
    "quote",
    "zmail_extra",
    "freebirdAnswer",
    "ydp-quote",
    "mail-quote-collapse",
    "ms-outlook-mobile-reference-message",
    "js-quoted",
    "front-blockquote",
    "hs_reply",
    "yj6qo",
    "qt",
}
QUOTE_IDS = {
    "divRplyFwdMsg",
    "appendonsend",
    "mail-editor-reference-message-container",
    "OLK_SRC_BODY_SECTION",
    "stopSpelling",
    "zwchr",
    "reply-intro",
    "isForwardContent",
    "isReplyContent",
    "orig_msg",
    "ymail_android_signature",
    "ms-outlook-mobile-signature",
    "Signature",
    "AppleMailSignature",
    "yahoo_quoted",
    "psignature",
    "mailcontent_quote",
    "QuotedMessage",
    "mail_quote",
}
CLASSED = ("div", "blockquote", "span", "p", "table", "td", "li", "pre", "hr")
OPTIONS: dict[str, Any] = {
    "tags": TAGS,
    "clean_content_tags": CONTENT_DROPPED,
    "attributes": ATTRIBUTES,
    "allowed_classes": dict.fromkeys(CLASSED, QUOTE_CLASSES),
    "tag_attribute_values": {tag: {"id": QUOTE_IDS} for tag in CLASSED},
    "set_tag_attribute_values": {"a": {"target": "_blank"}},
    "filter_style_properties": STYLES,
    "link_rel": "noopener noreferrer nofollow",
    "url_relative": "deny",
}
SCHEMES = {"http", "https", "mailto", "tel", "sms", "cid", "ftp"}
DATA_IMAGE = re.compile(
    r"\s*data:image/(?:png|jpe?g|gif|webp|bmp);base64,[a-z0-9+/=\s]*\s*", re.IGNORECASE
)
SUSPICIOUS = re.compile(r"url|expression|image-set|import|@|\\", re.IGNORECASE)
LOADS = re.compile(r"url\s*\(|\\", re.IGNORECASE)

IMAGE = re.compile(r'<img((?>(?: [^\s"=<>]+="[^"]*")*))>')
REMOTE_SOURCE = re.compile(r' src="(?!cid:|data:)', re.IGNORECASE)


def safe(html: str) -> str:
    """Return *html* without anything that runs, loads, submits or covers."""
    html = html[:LARGEST]
    if is_tower(html):
        return from_text(unescape(MARKUP.sub(" ", html)))
    clean = quick().clean(html)
    if "data:image" in html or LOADS.search(clean):
        clean = careful().clean(html)
    if "<img" in clean:
        clean = IMAGE.sub(_held_back, clean)
    return clean


def is_tower(html: str) -> bool:
    """Tell whether elements are piled up so high that nobody could take them apart in time."""
    if html.count("<") < HIGHEST:
        return False
    height = 0
    for match in PILED.finditer(html):
        height = max(0, height - 1) if match[1] else height + 1
        if height > HIGHEST:
            return True
    return False


def _held_back(image: re.Match[str]) -> str:
    """Keep a picture on somebody's server from loading, so that nobody learns who reads."""
    return "<img" + REMOTE_SOURCE.sub(f' {REMOTE}="', image[1], count=1) + ">"


def with_images(html: str) -> str:
    """Let the remote images of safe *html* load after all."""
    return IMAGE.sub(lambda image: image[0].replace(f" {REMOTE}=", " src=", 1), html)


@cache
def quick() -> nh3.Cleaner:
    return nh3.Cleaner(url_schemes=SCHEMES, **OPTIONS)


@cache
def careful() -> nh3.Cleaner:
    """Return a sanitiser that also looks at every value; a good deal slower."""
    return nh3.Cleaner(url_schemes=SCHEMES | {"data"}, attribute_filter=checked, **OPTIONS)


def checked(tag: str, name: str, value: str) -> str | None:
    """Pass pictures inside the mail and plain styles, nothing else that is unusual."""
    if name == "style":
        return None if SUSPICIOUS.search(value) else value
    if name in ("href", "src") and value.strip().lower().startswith("data:"):
        return value if (tag, name) == ("img", "src") and DATA_IMAGE.fullmatch(value) else None
    return value


def from_text(text: str) -> str:
    """Return plain text as HTML that keeps its line breaks."""
    return f'<div style="white-space:pre-wrap">{escaped(text)}</div>'


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def charset_of(content: bytes) -> str | None:
    """Return what the head of a document says about its own encoding."""
    match = re.search(
        rb"<meta[^>]{1,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", content[:2048], re.IGNORECASE
    )
    return match[1].decode("ascii") if match else None
