"""B9: a mail, from its bytes to the committed message, against the standard parser alone."""

import os
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

MAILS = 1_500
CORPUS = Path(os.environ.get("PARLOUR_CORPUS", "../shared/corpus"))
LARGEST = 200_000  #: bytes; a few huge ones would drown the rest


def mails() -> list[bytes]:
    """Return real mails where a corpus is at hand, else ones made to look like them."""
    found = [
        path.read_bytes()
        for folder in sorted(CORPUS.glob("mail-*"))
        for path in sorted(folder.rglob("*.eml"))
        if path.stat().st_size < LARGEST
    ]
    source = found or list(written())
    return [fresh(source[n % len(source)], n) for n in range(MAILS)]


def fresh(mail: bytes, number: int) -> bytes:
    """Return *mail* under a Message-ID of its own, so that it is no repeat."""
    head, gap, body = mail.partition(b"\n\n")
    lines = [line for line in head.split(b"\n") if not line.lower().startswith(b"message-id:")]
    own = f"Message-ID: <bench.{number}@example.org>\r".encode()
    return b"\n".join([own, *lines]) + gap + body


def written() -> Iterator[bytes]:
    """Write mails as common programs do: plain, with HTML, with a picture, with quotes."""
    from email.message import EmailMessage

    for number in range(40):
        mail = EmailMessage()
        mail["From"] = f"Zoë Müller {number} <zoe{number}@example.org>"
        mail["To"] = "Support <help@shop.example>"
        mail["Subject"] = f"Rechnung {number}: zweimal abgebucht, bitte prüfen"
        mail["Date"] = "Sat, 21 Nov 2026 10:00:00 +0100"
        text = "Guten Tag,\n\nwo bleibt meine Bestellung?\n\n" + "Ein Satz mehr. " * 40
        quoted = "\n\nAm 20.11.2026 um 9:00 schrieb Support:\n" + "> Wir prüfen das.\n" * 15
        mail.set_content(text + quoted)
        if number % 2:
            rows = "".join(f"<tr><td>{n}</td><td>Zeile</td></tr>" for n in range(40))
            page = f"<html><body><p>{text}</p><table>{rows}</table></body></html>"
            mail.add_alternative(page, subtype="html")
        if number % 5 == 0:
            mail.add_attachment(
                os.urandom(30_000), maintype="image", subtype="png", filename="a.png"
            )
        yield mail.as_bytes()


def standard(batch: list[bytes]) -> float:
    """Return mails a second of the standard library's parser, headers and bodies read."""
    begun = time.perf_counter()
    for raw in batch:
        try:
            mail = message_from_bytes(raw, policy=policy.default)
            mail.items()
            for part in mail.walk():
                if not part.is_multipart():
                    part.get_payload(decode=True)
        except Exception:  # noqa: BLE001  # it raises on broken mails; that is its time, too
            continue
    return len(batch) / (time.perf_counter() - begun)
