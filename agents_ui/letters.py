"""An HTML message as a document of its own, which can neither do nor fetch anything.

The HTML was sanitised when it came in. Here it is wrapped for a sandboxed frame: a policy
forbids everything but styles and pictures, and one known script that reports the height
and passes a few keys on.
Even opened by itself the document is sandboxed, so that it never runs as our own page.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import unquote

from agents_ui.api import views
from inbox.model import Attachment
from inbox.signing import Signer

SCRIPT = (
    "(()=>{const tell=()=>parent.postMessage({type:'parlour:height',"
    "height:document.documentElement.scrollHeight},'*');"
    "new ResizeObserver(tell).observe(document.body);"
    "addEventListener('load',tell);tell();"
    "addEventListener('keydown',e=>{"  # a few keys of the page around work in here as well
    "if(e.ctrlKey||e.metaKey||e.altKey||e.repeat||e.isComposing)return;"
    "if(['Escape','j','k','e','r','n'].includes(e.key))"
    "parent.postMessage({type:'parlour:key',key:e.key},'*')})})()"
)
SCRIPT_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
STYLE = (
    ":root{color-scheme:light}body{margin:0;font:15px/1.5 system-ui,sans-serif;"
    "overflow-wrap:anywhere;background:#fff;color:#111}img{max-width:100%;height:auto}"
    "table{max-width:100%}pre{white-space:pre-wrap}blockquote{margin:0 0 0 .5em;"
    "padding-left:.8em;border-left:3px solid #ccc}"
)
PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><base target="_blank">'
    '<meta name="referrer" content="no-referrer"><style>{style}</style></head>'
    "<body>{body}<script>{script}</script></body></html>"
)
SANDBOX = "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
LEADING_AWAY = re.compile(r"<\s*(?:meta|base)\b[^>]*>?", re.IGNORECASE)  # no policy forbids these
CID = re.compile(r"""(\b(?:src|background)\s*=\s*)(["'])\s*cid:([^"'>]{1,500})\2""", re.IGNORECASE)


class Letter(NamedTuple):
    """A document and the headers that tame it."""

    document: str
    headers: dict[str, str]


def letter(
    html: str,
    files: Sequence[Attachment],
    signer: Signer,
    *,
    images: bool,
    origins: Iterable[str],
) -> Letter:
    """Wrap *html*; *images* also lets pictures be fetched from elsewhere."""
    body = with_pictures(LEADING_AWAY.sub("", html), files, signer)
    return Letter(
        PAGE.format(style=STYLE, body=body, script=SCRIPT),
        {
            "Content-Security-Policy": policy(images, origins),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "X-Frame-Options": "SAMEORIGIN",
        },
    )


def policy(images: bool, origins: Iterable[str]) -> str:
    """Return the Content-Security-Policy of a letter."""
    own = " ".join(sorted(f"{origin}/api/files/" for origin in origins if origin))
    pictures = f"img-src {own} data:" + (" https: http:" if images else "")
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            pictures,
            f"script-src 'sha256-{SCRIPT_HASH}'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
            SANDBOX,
        )
    )


def with_pictures(html: str, files: Sequence[Attachment], signer: Signer) -> str:
    """Let ``cid:`` pictures be fetched; the ones that did not come stay blank."""
    links = {
        file.content_id.strip("<>"): views.link(file.id, signer)
        for file in files
        if file.content_id
    }

    def linked(found: re.Match[str]) -> str:
        wanted = unquote(unescape(found[3])).strip().strip("<>")
        target = links.get(wanted)
        return f'{found[1]}"{escape(target)}"' if target else f'{found[1]}""'

    return CID.sub(linked, html)
