"""B10: what a desk costs that nobody uses, how soon it answers, and what the widget weighs."""

import contextlib
import gzip
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.figures import Figure

SETTLED = 6  #: seconds after which a start is over
STATIC = Path(__file__).parents[2] / "agents_ui" / "static"
PARLOUR = (  # as installed: some would load rich and Pygments, which the developers' tools bring
    "import sys; sys.modules['rich'] = sys.modules['pygments'] = None;"
    "from config.commands import main; main()"
)
CONFIG = """
[desk]
database = "sqlite:///{folder}/desk.db"
files = "{folder}/files"
[web]
port = {port}
[log]
level = "error"
[account.shop]
kind = "webchat"
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(process: int) -> list[int]:
    told = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in told]


def resident(process: int) -> int:
    """Return the bytes a process and its children hold."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    own = pages * os.sysconf("SC_PAGE_SIZE")
    return own + sum(resident(child) for child in children(process))


def start(folder: Path, compiled: Path) -> tuple[float, float]:
    """Return the seconds to the first answer, and the megabytes held when all is quiet.

    What an installation compiles once is *compiled* there by the first start.
    """
    port = free_port()
    config = folder / "parlour.toml"
    config.write_text(CONFIG.format(folder=folder, port=port))
    begun = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-c", PARLOUR, "--config", str(config), "run"],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(compiled)},
    )
    try:
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
                break
            assert child.poll() is None, "The desk ended at once."
            time.sleep(0.005)
        answered = time.monotonic() - begun
        time.sleep(SETTLED)
        return answered, resident(child.pid) / 2**20
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)


def widget() -> float:
    """Return the kilobytes that a customer's browser loads, compressed."""
    files = [
        path for path in (STATIC / "widget").rglob("*") if path.suffix in {".js", ".css", ".html"}
    ]
    assert files, "The widget is not built: npm run build."
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) / 1024


def measure(_: str) -> Iterator[Figure]:
    times, sizes = [], []
    with tempfile.TemporaryDirectory() as compiled:
        for _turn in range(4):
            with tempfile.TemporaryDirectory() as folder:
                answered, held = start(Path(folder), Path(compiled))
            times.append(answered)
            sizes.append(held)
    yield judged("B10 memory of an idle desk", median(sizes[1:]), "MB", 120, 80)
    empty = "B10 time to the first answer, an empty folder before"
    yield judged(empty, median(times[1:]), "s", 2, 1)
    yield judged("B10 widget, gzip", widget(), "KB", 15, 8)


def judged(name: str, value: float, unit: str, gate: float, aim: float) -> Figure:
    return Figure(
        name=name,
        value=value,
        unit=unit,
        against="nothing",
        ratio=None,
        gate=f"{gate} {unit}",
        aim=f"{aim} {unit}",
        met=value <= gate,
        reached=value <= aim,
        limit="imports: aiohttp and SQLAlchemy" if unit != "KB" else "",
    )
