"""What is pinned can be installed by everybody whom `requires-python` invites."""

import re
from importlib import metadata
from pathlib import Path

from packaging.specifiers import SpecifierSet

HOUSE = Path(__file__).parents[2]
OLDEST = "3.11.2"  # Debian 12's, the oldest that is looked after
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
