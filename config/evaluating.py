"""Try how well the bot understands: ``parlour bot evaluate``."""

import csv
from pathlib import Path

from routing.bots.evaluate import Figures, Tried, held_out, named, table, tried

COLUMNS = "text", "intent", "predicted", "probability", "ambiguity", "novelty"
WORDS = {
    "accuracy": "understood rightly, in scope",
    "oos_recall_5": "out of scope and noticed, 5 % rejected",
    "oos_recall_10": "out of scope and noticed, 10 % rejected",
    "auroc": "novelty parts in from out of scope",
    "cpu_ms_p50": "CPU ms a text, median",
    "cpu_ms_p95": "CPU ms a text, 95th percentile",
    "rss_mb": "MB of memory added",
    "train_seconds": "seconds of training",
}


async def evaluated(
    train: Path, test: Path | None, *, out_of_scope: str | None, seed: int, encoder: bool
) -> Tried:
    """Teach with one file, ask with another or with a fifth of the first. Raises `Invalid`."""
    taught = table(train)
    if test is None:
        taught, questions = held_out(taught, seed)
    else:
        questions = table(test)
    return await tried(taught, questions, out_of_scope=out_of_scope, seed=seed, encoder=encoder)


def write(told: Tried, path: Path) -> None:
    """Write each decision with both measures."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for asked, read in zip(told.questions, told.readings, strict=True):
            sure = read.candidates[0].probability if read.candidates else 0.0
            measures = (f"{value:.6f}" for value in (sure, read.ambiguity, read.novelty))
            rows.writerow([asked.text, asked.intent, named(read), *measures])


def as_text(figures: Figures) -> str:
    rows = []
    for name, words in WORDS.items():
        value = getattr(figures, name)
        rows.append(f"{words:<42}{'-' if value is None else f'{value:10.3f}'}")
    head = f"{figures.examples} examples of {figures.intents} intents, seed {figures.seed}"
    return "\n".join([head, *rows])
