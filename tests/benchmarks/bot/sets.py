"""Labelled questions of other projects, as what is taught and what is asked.

They lie beside the checkout, or where PARLOUR_DATA says; nothing of them is in this repository.
"""

import csv
import json
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from routing.bots.understanding import Example

HERE = Path(__file__).resolve()
BESIDE = next(
    (
        place / "shared/data/intents"
        for place in HERE.parents
        if (place / "shared/data/intents").is_dir()
    ),
    HERE.parents[3] / "shared/data/intents",
)
DATA = Path(os.environ.get("PARLOUR_DATA", BESIDE))
ABROAD = "hr", "pl", "ru", "da", "fr"
SEEDS = 0, 1, 2
OUTSIDE = "out of scope"


class Trial(NamedTuple):
    """One table that is taught and one that is asked."""

    taught: list[Example]
    asked: list[Example]
    seed: int = 0


# --- what lies there ------------------------------------------------------------------------
def banking(part: str) -> list[Example]:
    with (DATA / f"banking77/{part}.csv").open(encoding="utf-8", newline="") as file:
        return [Example(text=row["text"], intent=row["category"]) for row in csv.DictReader(file)]


def clinc(*parts: str) -> list[Example]:
    told = json.loads((DATA / "clinc150/data_full.json").read_text(encoding="utf-8"))
    return [
        Example(text=text, intent=OUTSIDE if intent == "oos" else intent)
        for part in parts
        for text, intent in told[part]
    ]


def bitext(part: str) -> list[Example]:
    path = DATA / f"bitext/Bitext_Sample_Customer_Service_{part}_Dataset.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Example(text=row["utterance"], intent=row["intent"]) for row in csv.DictReader(file)
        ]


def home(language: str) -> list[Example]:
    """Return each sentence once, by the first intent it stands with."""
    found: dict[str, Example] = {}
    for path in sorted((DATA / "home-assistant" / language).glob("[!_]*.yaml")):
        for test in yaml.safe_load(path.read_text(encoding="utf-8")).get("tests") or []:
            intent = (test.get("intent") or {}).get("name")
            for text in test["sentences"] if intent else []:
                found.setdefault(text, Example(text=text, intent=intent, language=language))
    return list(found.values())


def xsid(language: str, part: str) -> list[Example]:
    found, text = [], ""
    path = DATA / f"xsid/{language}.{part}.conll"
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, said = line.removeprefix("# ").partition(" = ")
        if line.startswith("# text ="):
            text = said.strip()
        elif line.startswith("# ") and name == "intent":
            found.append(Example(text=text, intent=said.strip(), language=language))
    return found


def shots(
    examples: Sequence[Example], count: int, seed: int
) -> tuple[list[Example], list[Example]]:
    """Draw *count* examples of each intent that has more; the second list is the rest."""
    of: dict[str, list[Example]] = defaultdict(list)
    for one in examples:
        of[one.intent].append(one)
    dice = random.Random(seed)
    drawn, rest = [], []
    for intent in sorted(of):
        mine = dice.sample(of[intent], len(of[intent]))
        if len(mine) > count:
            drawn += mine[:count]
            rest += mine[count:]
    return drawn, rest


# --- what is tried --------------------------------------------------------------------------
def banking_shots(count: int) -> Iterator[Trial]:
    for seed in SEEDS:
        yield Trial(shots(banking("train"), count, seed)[0], banking("test"), seed)


def siblings() -> Iterator[Trial]:
    """A third of the intents is never taught, and asked for all the same."""
    intents = sorted({one.intent for one in banking("train")})
    for seed in SEEDS:
        untaught = set(random.Random(seed).sample(intents, len(intents) // 3))
        taught = [one for one in banking("train") if one.intent not in untaught]
        asked = [
            Example(text=one.text, intent=OUTSIDE if one.intent in untaught else one.intent)
            for one in banking("test")
        ]
        yield Trial(taught, asked, seed)


def home_shots(language: str) -> Iterator[Trial]:
    for seed in SEEDS:
        yield Trial(*shots(home(language), 5, seed), seed)


def abroad(language: str) -> Iterator[Trial]:
    """English is taught, another language asks."""
    taught = home("en")
    known = {one.intent for one in taught}
    yield Trial(taught, [one for one in home(language) if one.intent in known])


SETS: dict[str, Callable[[], Iterator[Trial]]] = {
    "BANKING77, all examples": lambda: iter([Trial(banking("train"), banking("test"))]),
    "BANKING77, 10 an intent": lambda: banking_shots(10),
    "BANKING77, 5 an intent": lambda: banking_shots(5),
    "CLINC150": lambda: iter([Trial(clinc("train"), clinc("test", "oos_test"))]),
    "BANKING77, a third untaught": siblings,
    "Bitext": lambda: iter([Trial(bitext("Training"), bitext("Testing"))]),
    **{f"home-assistant, 5 an intent, {one}": lambda one=one: home_shots(one) for one in ABROAD},
    **{f"home-assistant, English taught, {one}": lambda one=one: abroad(one) for one in ABROAD},
    **{
        f"xSID, {one}": lambda one=one: iter([Trial(xsid(one, "valid"), xsid(one, "test"))])
        for one in ("en", "da")
    },
}
