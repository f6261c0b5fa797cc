"""A name for every attachment that is safe to show and to save."""

import re
from collections.abc import Iterable
from pathlib import PurePath

from channels.email.headers import encoded_words, text
from channels.email.mime import Part, read

#: Control characters, and those that turn the reading direction around (``exe.gpj``).
UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
#: Mail programs make the id of a picture from its name.
CID_NAME = re.compile(r"([\w -][\w .-]{0,80}\.(\w{1,5}))(?:@|$)")
LONGEST = 150
ENDINGS = {
    "application/ics": ".ics",
    "application/ms-tnef": ".dat",
    "application/pdf": ".pdf",
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/zip": ".zip",
    "audio/mpeg": ".mp3",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/enriched": ".txt",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}
STEMS = {
    "application/ms-tnef": "winmail",
    "application/pgp-signature": "signature",
    "message/delivery-status": "delivery-status",
    "text/calendar": "invite",
    "text/html": "document",
    "text/rfc822-headers": "headers",
}


def filename(part: Part) -> str:
    """Return the sender's name for the part, made safe, or one that says what it is."""
    given = part.filename
    if given:
        name = safe(encoded_words(given) if "=?" in given else given)
        if name:
            return name
    named = CID_NAME.match(part.content_id or "")
    if named and (part.type not in ENDINGS or not named[2].isdecimal()):
        return safe(named[1])
    if part.type == "message/rfc822":
        subject = text(read(part.content[:20_000]).root.headers, "subject")
        return safe(f"{(subject or 'message').replace('/', ' ')[:100]}.eml") or "message.eml"
    main = part.type.partition("/")[0]
    stem = STEMS.get(part.type) or ("attachment" if main in ("application", "text") else main)
    return safe(stem + ENDINGS.get(part.type, ".txt" if main in ("text", "message") else ".bin"))


def distinct(names: Iterable[str]) -> list[str]:
    """Number the names that come twice, before their first dot."""
    taken: dict[str, int] = {}
    given: list[str] = []
    for name in names:
        count = taken.get(name, 0)
        taken[name] = count + 1
        stem, dot, ending = name.partition(".")
        given.append(f"{stem}{count}{dot}{ending}" if count else name)
    return given


def safe(name: str) -> str:
    """Drop folders, control characters and tricks with the reading direction; keep the ending."""
    name = UNSAFE.sub("", name.replace("\\", "/"))
    name = name.rpartition("/")[2].strip(" .") if name.strip("/. ") else ""
    if len(name) <= LONGEST:
        return name
    ending = PurePath(name).suffix[:20]
    return name[: LONGEST - len(ending)] + ending
