"""Cover what nobody may read in the log of exchanges, whoever wrote it there."""

import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

import msgspec

from inbox.channel import Exchange

COVER = "***"
SHORTEST = 4  #: letters; a shorter secret would cover half of every text
MOST = 2048  #: characters of a body
BOT = re.compile(r"/bot\d+:[\w-]+")  # Telegram has its token in the path
SIGNED = re.compile(  # a header or a parameter that lets somebody in
    r"(?i)(\b(?:proxy-)?authorization|\bcookie|\bset-cookie|[\w-]*signature|[\w-]*(?:api[-_]?key|token|"
    r"secret|password))(\"?\s*[:=]\s*\"?)((?:bearer|basic|v\d+)[\s=,]+)?[^\s\"&,;]+"
)


def forms(secrets: Iterable[str]) -> list[str]:
    """Return *secrets* and how they look on their way: escaped, in JSON, in base64."""
    found: set[str] = set()
    for secret in secrets:
        if len(secret) >= SHORTEST:
            found |= {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
            found |= {msgspec.json.encode(secret).decode()[1:-1]}
            found |= {b64encode(secret.encode()).decode().rstrip("=")}
    return sorted(found, key=len, reverse=True)


def covered(exchange: Exchange, secrets: Iterable[str]) -> Exchange:
    """Return *exchange* with every secret covered, and its bodies cut."""
    known = forms(secrets)

    def cover(text: str) -> str:
        text = text[: 8 * MOST]  # what is cut off afterwards would be covered in vain
        for secret in known:
            text = text.replace(secret, COVER)
        return SIGNED.sub(rf"\1\2{COVER}", BOT.sub(f"/bot{COVER}", text))

    return msgspec.structs.replace(
        exchange,
        url=cover(exchange.url)[:MOST],
        request=cut(cover(exchange.request)),
        response=cut(cover(exchange.response)),
        error=None if exchange.error is None else cut(cover(exchange.error)),
    )


def cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]}…"
