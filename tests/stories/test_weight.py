"""The pages are light: what a browser loads before it shows the inbox."""

import re
from pathlib import Path

import agents_ui

MOST = 120_000  # bytes, packed
WEB = Path(agents_ui.__file__).parent / "web"
ALONE = re.compile(r"^\.([\w-]+)(?:,| \{)$", re.MULTILINE)


def test_the_first_load_of_the_inbox_is_light(built: Path):
    folder = built / "inbox"
    index = (folder / "index.html").read_text()
    first = re.findall(r"/assets/([\w.-]+\.(?:js|css))", index)
    [face] = (folder / "assets").glob("inter-latin-wght-normal-*.woff2")
    sizes = {name: (folder / "assets" / f"{name}.gz").stat().st_size for name in first}

    assert sum(sizes.values()) + face.stat().st_size <= MOST, sizes
    assert not [name for name in first if name.startswith(("softphone", "Accounts"))]


def test_what_routing_and_the_bot_bring_along_changes_no_page():
    along, pages = ("queues", "bot"), ("accounts", "board", "knowledge", "reports", "setup")
    brought = {name for part in along for name in styled(part)}

    assert set() == brought & {name for part in pages for name in styled(part)}


def styled(part: str) -> set[str]:
    """Return the classes that a part of the page gives a look by their name alone."""
    sheets = (WEB / "inbox" / part).glob("*.css")
    return {name for sheet in sheets for name in ALONE.findall(sheet.read_text())}
