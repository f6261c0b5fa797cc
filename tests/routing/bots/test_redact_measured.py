"""How much of what is personal is covered, and how much of what is covered is personal."""

import re
from pathlib import Path
from typing import NamedTuple

from routing.bots.writing.redact import Redaction

SENTENCES = Path(__file__).parent / "redaction/sentences.txt"
MARK = re.compile(r"\{([A-Z]+):([^}]+)\}")
PIECE = re.compile(r"\w+")


class Measured(NamedTuple):
    """What came of the sentences of one language."""

    missed: list[str]  #: of which a piece remained
    wrong: list[str]  #: covered, though nobody's
    right: int
    marked: int


def sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and len(line) == 4:
            found[line[2:]] = mine = []
        elif line and not line.startswith("#"):
            mine.append(line)
    return found


def measured(lines: list[str]) -> Measured:
    missed, wrong, right, marked = [], [], 0, 0
    for line in lines:
        private = [said for _, said in MARK.findall(line)]
        around = set(PIECE.findall(MARK.sub(" ", line)))
        redaction = Redaction()
        left = PIECE.findall(redaction.cover(MARK.sub(r"\2", line)))
        marked += len(private)
        own = {one for said in private for one in PIECE.findall(said)}
        missed += [line for said in private if {*PIECE.findall(said)} & {*left} - around]
        covered = [set(PIECE.findall(one)) for one in redaction.covered.values()]
        wrong += [line for one in covered if not one <= own]
        right += sum(one <= own for one in covered)
    return Measured(missed, wrong, right, marked)


def test_nearly_everything_personal_is_covered_and_hardly_anything_else():
    found = {language: measured(lines) for language, lines in sentences().items()}
    marked = sum(one.marked for one in found.values())
    missed = [line for one in found.values() for line in one.missed]
    wrong = [line for one in found.values() for line in one.wrong]
    right = sum(one.right for one in found.values())
    recall, precision = 1 - len(missed) / marked, right / (right + len(wrong))

    assert 300 == sum(map(len, sentences().values()))
    assert 8 <= len(found)
    assert recall >= 0.98, missed
    assert precision >= 0.98, wrong


def test_an_order_number_is_nothing_else():
    for lines in sentences().values():
        for line in lines:
            for kind, said in MARK.findall(line):
                covered = Redaction().cover(MARK.sub(r"\2", line))
                assert (kind == "NUMBER") == ("[NUMBER_1]" in covered), (line, covered, said)
