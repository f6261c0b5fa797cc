"""A name for every attachment that is safe to show and to save."""

import re
from pathlib import PurePath

from channels.email.headers import encoded_words, text
from channels.email.mime import Part, read

#: Control characters, and those that turn the reading direction around (``exe.gpj``).
UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
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
    "text/html": "message",
}


def filename(part: Part) -> str:
    """Return the sender's name for the part, made safe, or one that says what it is."""
    given = part.filename
    if given:
        name = safe(encoded_words(given) if "=?" in given else given)
        if name:
            return name
    if part.type == "message/rfc822":
        subject = text(read(part.content[:20_000]).root.headers, "subject")
        return safe(f"{(subject or 'message').replace('/', ' ')[:100]}.eml") or "message.eml"
    main = part.type.partition("/")[0]
    stem = STEMS.get(part.type) or ("attachment" if main in ("application", "text") else main)
    return safe(stem + ENDINGS.get(part.type, ".txt" if main in ("text", "message") else ".bin"))


def safe(name: str) -> str:
    """Drop folders, control characters and tricks with the reading direction; keep the ending."""
    name = " ".join(UNSAFE.sub("", name.replace("\\", "/")).split())
    name = name.rpartition("/")[2].strip(" .") if name.strip("/. ") else ""
    if len(name) <= LONGEST:
        return name
    ending = PurePath(name).suffix[:20]
    return name[: LONGEST - len(ending)] + ending
