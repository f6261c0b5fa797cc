"""What is written down is so."""

import re
from pathlib import Path

import pytest

from config import reference

ROOT = reference.ROOT
PROMISES = ROOT / "PROMISES.md"
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
DOCUMENTS = sorted([ROOT / "README.md", PROMISES, *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", reference.pages())
def test_the_reference_is_what_the_code_says(name):
    written = (reference.FOLDER / name).read_text()

    assert reference.pages()[name] == written, "Run `python -m config.reference`."


def test_every_promise_has_its_tests():
    lines = [line for line in PROMISES.read_text().splitlines() if line.startswith("| ")]
    promises = [line for line in lines if not line.startswith(("| promise", "| ---"))]

    assert promises
    assert [] == [line for line in promises if not NODE.search(line)]


@pytest.mark.parametrize(("file", "name"), sorted(set(NODE.findall(PROMISES.read_text()))))
def test_the_tests_of_promises_exist(file, name):
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path):
    leads = LINK.findall(document.read_text())

    assert [] == [lead for lead in leads if not (document.parent / lead).exists()]
