"""Run the benchmarks: ``python -m tests.benchmarks [B1 B6 …] [--json FILE]``."""

# ruff: noqa: T201  # what it prints is its purpose

import argparse
import importlib
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tests.benchmarks.figures import Figure

MODULES = {
    "B1": "intake",
    "B2": "intake",
    "B3": "intake",
    "B4": "push",
    "B5": "sockets",
    "B6": "pages",
    "B7": "pages",
    "B8": "routing",
    "B9": "mails",
    "B10": "idle",
    "B11": "hole",
    "B12": "channels",
    "B13": "channels",
    "B14": "reports",
}


def machine() -> str:
    """Name the machine, since a figure without one says nothing."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = names[0] if names else platform.machine()
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def run_apart(name: str) -> list[Figure]:
    """Measure one figure in a process of its own, so that none warms or burdens another."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--one", name],
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        print(f"{name} ended with {done.returncode}.", file=sys.stderr)
    figures = (line for line in done.stdout.splitlines() if line.startswith(b'{"name":'))
    return [msgspec.json.decode(line, type=Figure) for line in figures]


PAGE = """\
# How fast it is

Measured by `scripts/bench` on {machine}, {day}; `scripts/bench --page FILE` writes this page
anew. The desk and its peer run by turns on the same machine, nothing else beside them. A *gate*
has to be held, an *aim* is where we want to be.

| figure | measured | against | ratio | gate | aim | |
|---|---|---|---|---|---|---|
{rows}

What limits each:

{limits}
"""


def page(figures: list[Figure]) -> str:
    """Write the figures as a page of the documentation."""
    limits = {figure.name: figure.limit for figure in figures if figure.limit}
    return PAGE.format(
        machine=machine(),
        day=datetime.now(UTC).date(),
        rows="\n".join(figure.row() for figure in figures),
        limits="\n".join(f"- {name}: {limit}." for name, limit in limits.items()),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODULES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="one JSON line a figure")
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="the table, for the documentation"
    )
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        module = importlib.import_module(f"tests.benchmarks.{MODULES[given.one]}")
        for figure in module.measure(given.one):
            print(msgspec.json.encode(figure).decode(), flush=True)
        return
    unknown = set(given.names) - set(MODULES)
    if unknown:
        parser.error(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}.")
    print(machine())
    figures = []
    complete = True
    for name in given.names or MODULES:
        measured = run_apart(name)
        complete = complete and bool(measured)
        figures += measured
        for figure in measured:
            print(figure.line(), flush=True)
    if given.json:
        given.json.write_bytes(b"".join(msgspec.json.encode(f) + b"\n" for f in figures))
    if given.page:
        given.page.write_text(page(figures))
    sys.exit(0 if complete and all(figure.met for figure in figures) else 1)


main()
