"""B9: a mail, from its bytes to the committed message, against the standard parser alone."""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

from config.app import House, opened
from config.settings import DeskSettings, LogLevel, LogSettings, Settings, WebSettings
from inbox.channel import Line, Raw
from inbox.model import AccountId, JournalState
from inbox.store import Unit
from tests.benchmarks.figures import Figure, alternate

SLICE = 50  #: mails taken at once
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


def desk(batch: list[bytes]) -> float:
    """Return mails a second of the whole way, from the hand-over to the committed message."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(whole_way(Path(folder), batch))


async def whole_way(folder: Path, batch: list[bytes]) -> float:
    server = {"host": "127.0.0.1", "port": 9, "security": "none", "password": "x"}
    settings = Settings(
        desk=DeskSettings(database=f"sqlite:///{folder}/desk.db", files=str(folder / "files")),
        web=WebSettings(port=0),
        log=LogSettings(level=LogLevel.ERROR),
        account={
            "support": {
                "kind": "email",
                "address": "help@shop.example",
                "imap": server,
                "smtp": server,
            }
        },
    )
    async with opened(settings) as house:
        line = house.channel("support").line
        await take(house, line, batch[:20])  # the process that reads mails has started
        begun = time.perf_counter()
        await take(house, line, batch[20:])
        return len(batch[20:]) / (time.perf_counter() - begun)


async def take(house: House, line: Line, batch: list[bytes]) -> None:
    """Hand mails over as the mailbox does, and wait until none waits to be understood."""
    for start in range(0, len(batch), SLICE):
        await line.take(*(Raw(payload=mail) for mail in batch[start : start + SLICE]))
    while await house.desk.read(waiting, house.names["support"]):  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.005)


def waiting(unit: Unit, account: AccountId) -> int:
    return unit.journal.ledger().get((account, JournalState.RECEIVED), 0)


def measure(_: str) -> Iterator[Figure]:
    batch = mails()
    ours, theirs = alternate(lambda: desk(batch), lambda: standard(batch[:300]))
    yield Figure(
        name="B9 mail -> parsed, sanitised, committed",
        value=ours,
        unit="mails/s",
        against=f"policy.default parsing alone, {theirs:,.0f}/s",
        ratio=ours / theirs,
        gate="1.5",
        aim="4",
        met=ours / theirs >= 1.5,
        reached=ours / theirs >= 4,
        limit="one process reads mails and one stores them, on two cores",
    )
