"""The pages are light: what a browser loads before it shows the inbox."""

import re
from pathlib import Path

MOST = 120_000  # bytes, packed


def test_the_first_load_of_the_inbox_is_light(built: Path):
    folder = built / "inbox"
    index = (folder / "index.html").read_text()
    first = re.findall(r"/assets/([\w.-]+\.(?:js|css))", index)
    [face] = (folder / "assets").glob("inter-latin-wght-normal-*.woff2")
    sizes = {name: (folder / "assets" / f"{name}.gz").stat().st_size for name in first}

    assert sum(sizes.values()) + face.stat().st_size <= MOST, sizes
    assert not [name for name in first if name.startswith(("softphone", "Accounts"))]
