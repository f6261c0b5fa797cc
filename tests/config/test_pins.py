"""Everybody whom `requires-python` invites can install the desk, and is understood."""

import re
from importlib import metadata
from pathlib import Path

from packaging.specifiers import SpecifierSet

HOUSE = Path(__file__).parents[2]
OLDEST = "3.11.2"  # Debian 12's, the oldest that is looked after
WRITTEN = "inbox", "channels", "routing", "agents_ui", "config"
#: a group that gives nothing back; until 3.11.5 what is in it is matched wrongly, unlike in (?>...)
POSSESSIVE = re.compile(r"\)(?:[*+?]|\{[\d,]+\})\+(?![\w\s(,])")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def test_every_pinned_package_takes_the_oldest_python():
    pinned = set(PINNED.findall((HOUSE / "constraints-dev.txt").read_text(encoding="utf-8")))
    wants = {
        name: metadata.metadata(name)["Requires-Python"] or ""
        for name in pinned
        if any(metadata.Distribution.discover(name=name))
    }

    assert "aiohttp" in wants
    assert [] == [name for name, want in wants.items() if OLDEST not in SpecifierSet(want)]


def test_no_pattern_is_one_that_the_oldest_python_reads_wrongly():
    sources = {path: path.read_text() for part in WRITTEN for path in (HOUSE / part).rglob("*.py")}

    assert sources
    assert [] == [str(path) for path, text in sources.items() if POSSESSIVE.search(text)]
