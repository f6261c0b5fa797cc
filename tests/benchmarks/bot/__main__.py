"""Try the bot's understanding: ``python -m tests.benchmarks.bot [SET…] [--page FILE]``."""

# ruff: noqa: T201  # what it prints is its purpose; threads are pinned before numpy comes

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from routing.bots.apart import CALM
from routing.bots.understanding.apart import trained

os.environ.update(CALM)

from routing.bots.evaluate import Figures, tried
from routing.bots.understanding import Example
from tests.benchmarks.bot import living, peers
from tests.benchmarks.bot.sets import DATA, OUTSIDE, SETS, Trial, bitext, clinc, shots

PAGE = """\
# How well the bot understands

Measured by `python -m tests.benchmarks.bot --page FILE` on {day}, with the tables named below
beside the checkout; none of them is part of Parlour, and nothing was chosen by their test parts.
Every line is taught anew from its own examples. Shares in per cent, means over seeds 0, 1 and 2
where examples are drawn (*runs*). Beside it, on the first run: *pieces* is ours without the
encoder, *BM25* and *meaning* name the nearest example by words and by the encoder alone.

*Noticed at 5 %* is the share of questions out of scope that is turned away when one in twenty in
scope is; *AUROC* is how often a question out of scope looks more novel than one in scope; *over
0.95* is how many questions in scope have a novelty over 0.95, which should be five.

| table | runs | right | pieces | BM25 | meaning | noticed at 5 % | at 10 % | AUROC | over 0.95 |
|---|---|---|---|---|---|---|---|---|---|
{rows}

What it costs, on {machine}:

| | |
|---|---|
{costs}
"""
COST = "{examples:,} examples of {intents} intents"


def per_cent(values: Sequence[float | None]) -> str:
    given = [value for value in values if value is not None]
    return f"{fmean(given) * 100:.1f}" if given else ""


def right(named: Sequence[str], asked: Sequence[Example]) -> float:
    pairs = zip(named, asked, strict=True)
    return fmean(name == one.intent for name, one in pairs if one.intent != OUTSIDE)


def figures(trial: Trial, *, encoder: bool) -> Figures:
    one = tried(trial.taught, trial.asked, out_of_scope=OUTSIDE, seed=trial.seed, encoder=encoder)
    return asyncio.run(one).figures


def row(name: str, trials: Sequence[Trial]) -> tuple[str, list[Figures]]:
    """Teach and ask every trial of a set, the peers the first, and return a line of the table."""
    ours = [figures(trial, encoder=True) for trial in trials]
    first = trials[0]
    texts = [one.text for one in first.asked]
    cells = [
        name,
        str(len(trials)),
        f"**{per_cent([one.accuracy for one in ours])}**",
        per_cent([figures(first, encoder=False).accuracy]),
        per_cent([right(peers.by_words(first.taught, texts), first.asked)]),
        per_cent([right(peers.by_meaning(first.taught, texts), first.asked)]),
        per_cent([one.oos_recall_5 for one in ours]),
        per_cent([one.oos_recall_10 for one in ours]),
        per_cent([one.auroc for one in ours]),
        per_cent([one.rejected_at_95 for one in ours]),
    ]
    return f"| {' | '.join(cells)} |", ours


def costs(measured: Sequence[Figures]) -> list[str]:
    """Return what reading cost with the most examples and the fewest, and what teaching costs."""
    told = []
    for one in sorted(measured, key=lambda one: one.examples)[:: max(1, len(measured) - 1)]:
        size = COST.format(examples=one.examples, intents=one.intents)
        spent = f"{one.cpu_ms_p50:.1f} ms, 95 % within {one.cpu_ms_p95:.1f} ms"
        told.append(f"| CPU for a text, {size} | {spent} |")
        told.append(
            f"| memory added, {size} | {one.rss_mb:.0f} MB, with {one.model_mb:.1f} MB saved |"
        )
    two, ten = shots(bitext("Training"), 74, 0)[0], shots(clinc("train"), 66, 0)[0]
    for examples in two, ten:
        intents = len({one.intent for one in examples})
        begun = time.perf_counter()
        asyncio.run(trained(examples, seed=0, encoder=True, within=600, patient=False))
        told.append(
            f"| taught, {COST.format(examples=len(examples), intents=intents)} "
            f"| {time.perf_counter() - begun:.1f} s |"
        )
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import routing.bots.understanding"], check=True)
    seconds = time.perf_counter() - begun
    told.append(f"| starting Python with `routing.bots.understanding` | {seconds:.2f} s |")
    return [*told, *living.rows()]


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{names[0] if names else 'an unnamed processor'}, one thread, Python {version}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bot")
    parser.add_argument("sets", nargs="*", metavar="SET", help="the begin of a name; all of them")
    parser.add_argument("--page", type=Path, help="write the page of the documentation")
    given = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"There are no tables at {DATA}; PARLOUR_DATA may name another place.")
    rows, measured = [], []
    for name, trials in SETS.items():
        if not given.sets or name.startswith(tuple(given.sets)):
            line, ours = row(name, list(trials()))
            print(line, flush=True)
            rows.append(line)
            measured += ours
    told = costs(measured)
    print(*told, sep="\n")
    if given.page:
        page = PAGE.format(
            day=datetime.now(UTC).date(),
            machine=machine(),
            rows="\n".join(rows),
            costs="\n".join(told),
        )
        given.page.write_text(page, encoding="utf-8")


main()
