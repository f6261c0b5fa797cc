"""How well a desk's questions are understood: taught with one table, tried with another.

Teaching and reading happen in processes of their own, as they do in a running desk; what reading
costs is measured there. ``python -m routing.bots.evaluate`` is the process that reads.
"""

import csv
import io
import os
import random
import sys
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import msgspec

from inbox.errors import Invalid
from inbox.model import Value
from routing.bots.apart import apart, whole
from routing.bots.understanding import Example, Model, Reading, Untrained
from routing.bots.understanding.apart import trained

TEXT = "text", "utterance", "question", "sentence"
INTENT = "intent", "category", "label"
LONGEST = 1_000_000  #: characters of one field
TIMED = 1000  #: texts that are also read one by one, to tell what one costs


class Figures(Value):
    """How well it was understood, and what that cost. Shares are 0 to 1."""

    accuracy: float  #: of the questions in scope
    oos_recall_5: float | None  #: out of scope and noticed, when 5 % in scope are rejected
    oos_recall_10: float | None
    auroc: float | None  #: how well novelty parts what is in scope from what is not
    cpu_ms_p50: float  #: for one text
    cpu_ms_p95: float
    rss_mb: float  #: what a process grows by for numpy, the encoder and the model
    train_seconds: float  #: from the examples to the saved model, with the start of the process
    seed: int
    examples: int
    intents: int
    questions: int  #: tried, in scope
    out_of_scope: int  #: tried, out of scope
    rejected_at_95: float  #: share of the questions in scope whose novelty is over 0.95
    model_mb: float


class Served(Value):
    """What the reading process tells."""

    readings: tuple[Reading, ...]
    cpu_ms: tuple[float, ...]
    rss_mb: float


class Tried(Value):
    """The figures, and each reading they are made of."""

    figures: Figures
    questions: tuple[Example, ...]
    readings: tuple[Reading, ...]
    strays: tuple[str, ...] = ()  #: intents of questions that nobody taught; counted as wrong


# --- tables ---------------------------------------------------------------------------------
def table(path: Path) -> list[Example]:
    """Read texts and their intents from a CSV file with a header. Raises `Invalid`."""
    csv.field_size_limit(LONGEST)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\0", " ")
        rows = csv.reader(io.StringIO(text), delimiter=delimiter(text))
        header = [name.strip().lower() for name in next(rows, [])]
        said, meant = column(header, TEXT, path), column(header, INTENT, path)
        found = [
            Example(text=row[said], intent=row[meant].strip())
            for row in rows
            if len(row) > max(said, meant) and row[meant].strip()
        ]
    except UnicodeDecodeError:
        raise Invalid(f"{path.name} is not written in UTF-8.") from None
    except csv.Error as error:
        raise Invalid(f"{path.name} cannot be read as CSV: {error}.") from None
    if not found:
        raise Invalid(f"{path.name} has no rows.")
    return found


def delimiter(text: str) -> str:
    """Return what parts the columns: whichever the header has most of."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def column(header: list[str], names: Sequence[str], path: Path) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    raise Invalid(f"{path.name} has no column {names[0]}.")


def held_out(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """Keep a fifth of each intent for the test, where it has two examples at least."""
    of: dict[str, list[Example]] = defaultdict(list)
    for one in examples:
        of[one.intent].append(one)
    dice = random.Random(seed)  # noqa: S311  # no secret
    taught, kept = [], []
    for intent in sorted(of):
        mine = dice.sample(of[intent], len(of[intent]))
        share = max(1, len(mine) // 5) if len(mine) > 1 else 0
        kept += mine[:share]
        taught += mine[share:]
    return taught, kept


# --- the trial ------------------------------------------------------------------------------
async def tried(
    taught: Sequence[Example],
    questions: Sequence[Example],
    *,
    out_of_scope: str | None = None,
    seed: int = 0,
    encoder: bool = True,
) -> Tried:
    """Teach, ask and judge; rows that are labelled *out_of_scope* teach nothing."""
    taught = [one for one in taught if one.intent != out_of_scope]
    intents = {one.intent for one in taught}
    if len(intents) < 2:
        raise Invalid("Fewer than two intents are taught: there is nothing to tell apart.")
    strays = strangers(questions, {*intents, out_of_scope})
    if all(one.intent == out_of_scope for one in questions):
        raise Invalid("No question of the test is in scope.")
    begun = time.perf_counter()
    model = await trained(taught, seed=seed, encoder=encoder, within=3600, patient=False)
    seconds = time.perf_counter() - begun
    served = await serve(model, [one.text for one in questions])
    pairs = list(zip(questions, served.readings, strict=True))
    inside = [(asked, read) for asked, read in pairs if asked.intent != out_of_scope]
    known = sorted(read.novelty for _, read in inside)
    novel = sorted(read.novelty for asked, read in pairs if asked.intent == out_of_scope)
    spent = sorted(served.cpu_ms)
    figures = Figures(
        accuracy=fmean(named(read) == asked.intent for asked, read in inside),
        oos_recall_5=recall(known, novel, 0.05),
        oos_recall_10=recall(known, novel, 0.10),
        auroc=auroc(known, novel),
        cpu_ms_p50=spent[len(spent) // 2],
        cpu_ms_p95=spent[int(len(spent) * 0.95)],
        rss_mb=served.rss_mb,
        train_seconds=seconds,
        seed=seed,
        examples=len(taught),
        intents=len(intents),
        questions=len(inside),
        out_of_scope=len(novel),
        rejected_at_95=fmean(value > 0.95 for value in known),
        model_mb=len(model) / 2**20,
    )
    return Tried(
        figures=figures, questions=tuple(questions), readings=served.readings, strays=strays
    )


def strangers(questions: Sequence[Example], known: set[str | None]) -> tuple[str, ...]:
    """Return the intents that nobody taught. Raises `Invalid` when there are no others."""
    names = tuple(sorted({one.intent for one in questions} - known))
    if all(one.intent in names for one in questions):
        some = ", ".join(names[:3])
        raise Invalid(f"The test asks only for what nobody taught ({some}).")
    return names


def named(reading: Reading) -> str | None:
    return reading.candidates[0].intent if reading.candidates else None


def recall(known: Sequence[float], novel: Sequence[float], share: float) -> float | None:
    """Return how much of *novel* is rejected when at most *share* of *known* is; both sorted."""
    if not novel:
        return None
    limit = known[len(known) - 1 - int(len(known) * share)]
    return fmean(value > limit for value in novel)


def auroc(known: Sequence[float], novel: Sequence[float]) -> float | None:
    """Return how often something novel looks more novel than something known; both sorted."""
    if not novel:
        return None
    below = sum(bisect_left(known, value) for value in novel)
    level = sum(bisect_right(known, value) for value in novel)
    return (below + level) / 2 / len(known) / len(novel)


# --- the process that reads -----------------------------------------------------------------
async def serve(model: bytes, texts: Sequence[str]) -> Served:
    """Read *texts* in a process of its own."""
    task = msgspec.msgpack.encode((model, list(map(whole, texts))))
    try:
        answer = await apart("routing.bots.evaluate", task)
    except ChildProcessError as error:
        raise Untrained("The model could not be tried.") from error
    return msgspec.msgpack.decode(answer, type=Served)


def resident() -> float:
    """Return the megabytes this process has in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def answer() -> None:
    """Read the texts that standard input brings, and tell what it cost."""
    data, texts = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[bytes, list[str]])
    before = resident()
    model = Model.load(data)
    model.read("Hello?")
    rss, cpu_ms = resident() - before, []
    for text in texts[:: 1 + len(texts) // TIMED]:
        begun = time.process_time()
        model.read(text)
        cpu_ms.append((time.process_time() - begun) * 1000)
    readings = model.read_many(texts)
    told = Served(readings=tuple(readings), cpu_ms=tuple(cpu_ms), rss_mb=rss)
    sys.stdout.buffer.write(msgspec.msgpack.encode(told))


if __name__ == "__main__":
    answer()
