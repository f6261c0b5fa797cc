"""Wake a desk's bot in a process of its own, and tell what was imported when.

``python -m tests.routing.bots.waking FOLDER MODULE…`` prints which of the modules were there
before, which after it had got ready, and whatever else the first text it read brought.
"""

import asyncio
import json
import sys
from pathlib import Path

from inbox.actions import brains
from inbox.database import connect
from inbox.migrations import upgrade
from routing.bots import understanding
from routing.bots.mind import Mind
from routing.bots.understanding import Example
from tests.conftest import FrozenDesk
from tests.routing.bots.test_mind import with_a_bot

TAUGHT = (
    Example(text="When are you open?", intent="article:1", language="en"),
    Example(text="Gdje je moj paket?", intent="article:2", language="hr"),
)


async def wake(folder: Path, names: list[str]) -> dict[str, list[str]]:
    """Have a bot get ready that another process taught."""
    database = connect(f"sqlite:///{folder}/desk.db")
    upgrade(database)
    desk = FrozenDesk(database, folder)
    await desk.write(with_a_bot)
    data = await understanding.train_apart(TAUGHT)
    blob = await desk.blobs.put(data)
    told = {"digest": blob, "examples": 2, "blob": blob, "size": len(data), "figures": {}}
    await desk.write(brains.add, **told, by=None, live=True)
    mind = Mind(desk)
    before = [name for name in names if name in sys.modules]
    await mind.prepare()
    prepared = set(sys.modules)
    await mind.read("Gdje je paket?", ["en", "hr"])
    desk.close()
    return {
        "before": before,
        "prepared": [name for name in names if name in prepared],
        "later": sorted(set(sys.modules) - prepared),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(wake(Path(sys.argv[1]), sys.argv[2:]))))  # noqa: T201
