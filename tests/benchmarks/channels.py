"""What each channel costs: to read what providers hand over, and to have it loaded at all."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import msgspec

import channels
from inbox.channel import Channel, Raw, attempt
from inbox.errors import Unreadable
from tests.benchmarks.figures import Figure

RECORDINGS = Path(__file__).parents[1] / "channels"
BESIDE = {".heard", ".headers"}  #: what lies beside the recordings
LONG = 1.0  #: seconds that each channel reads
ROUNDS = 5
LOADING = """
import resource, sys, time
import config.app, channels
from inbox.model import Value
held = lambda: int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
begun, before = time.perf_counter(), held()
{load}
print(time.perf_counter() - begun, held() - before)
"""


def measure(name: str) -> Iterator[Figure]:
    if name == "B12":
        yield from (reading(kind) for kind in channels.kinds() if payloads(kind))
    else:
        yield from loading()


# --- reading ------------------------------------------------------------------------------
def payloads(kind: str) -> Sequence[Raw]:
    """Return what the provider of a channel hands over, as it was recorded."""
    found = [
        path
        for path in sorted((RECORDINGS / kind).glob("**/*"))
        if path.suffix in {".json", ".form", ".eml", ".txt"} and not BESIDE & set(path.suffixes)
    ]
    return [Raw(payload=path.read_bytes(), headers=headers(path)) for path in found]


def headers(recording: Path) -> dict[str, str]:
    """Return what a channel journalled beside the payload, where that lies beside it."""
    beside = recording.with_suffix(".headers.json")
    return msgspec.json.decode(beside.read_bytes()) if beside.exists() else {}


def reading(kind: str) -> Figure:
    channel = channels.load(kind)
    rate = reading_mails(channel) if kind == "email" else rate_of(channel, payloads(kind))
    return Figure(
        name=f"B12 {kind}: payloads read by one core",
        value=rate,
        unit="payloads/s",
        against="nothing",
        ratio=None,
        gate="500/s",
        aim="10,000/s",
        met=rate >= 500,
        reached=rate >= 10_000,
        limit=LIMITS.get(kind, "one decoder and a handful of values"),
    )


def rate_of(channel: type[Channel[object]], raws: Sequence[Raw]) -> float:
    """Return how many payloads a second *channel* reads, over and over."""
    understood = [raw for raw in raws if not isinstance(attempt(channel.parse, raw), Unreadable)]
    assert understood, "Nothing that was recorded is understood."
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < LONG:
        for raw in understood:
            channel.parse(raw)
        count += len(understood)
    return count / (time.perf_counter() - begun)


def reading_mails(channel: type[Channel[object]]) -> float:
    """Read mails in this process; the desk does it in another, which B9 measures."""
    return rate_of(channel, payloads("email"))


# --- loading ------------------------------------------------------------------------------
def loading() -> Iterator[Figure]:
    for kind in channels.kinds():
        seconds, size = zip(*(loaded(kind) for _ in range(ROUNDS)), strict=True)
        took, held = median(seconds) * 1000, median(size) / 2**20
        yield Figure(
            name=f"B13 {kind}: loaded for its first account",
            value=took,
            unit="ms",
            against=f"a desk without it; it holds {held:.1f} MB more",
            ratio=None,
            gate="600 ms",
            aim="150 ms",
            met=took <= 600,
            reached=took <= 150,
            limit=LIBRARIES.get(kind, ""),
        )


def loaded(kind: str) -> tuple[float, float]:
    """Return the seconds and bytes that loading a channel takes in a fresh process."""
    program = LOADING.format(load=f"channels.load({kind!r})")
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    ).stdout.split()
    return float(told[-2]), float(told[-1])


LIMITS = {
    "email": "MIME, charsets, quotes and sanitising",
    "telegram": "python-telegram-bot's objects",
}
LIBRARIES = {
    "telegram": "python-telegram-bot",
    "slack": "slack-bolt, when an account is opened",
    "sms": "twilio",
    "whatsapp": "twilio",
    "voice": "twilio",
    "email": "aiosmtplib and nh3",
}
