"""Run the benchmarks: ``python -m tests.benchmarks [B1 B6 …] [--json FILE]``."""

# ruff: noqa: T201  # what it prints is its purpose

import argparse
import importlib
import os
import platform
import subprocess
import sys
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
    "B9": "mails",
    "B10": "idle",
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
        raise SystemExit(f"{name} ended with {done.returncode}.")
    figures = (line for line in done.stdout.splitlines() if line.startswith(b'{"name":'))
    return [msgspec.json.decode(line, type=Figure) for line in figures]


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODULES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="one JSON line a figure")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        measured = importlib.import_module(f"tests.benchmarks.{MODULES[given.one]}")
        for figure in measured.measure(given.one):
            print(msgspec.json.encode(figure).decode(), flush=True)
        return
    unknown = set(given.names) - set(MODULES)
    if unknown:
        parser.error(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}.")
    print(machine())
    figures = []
    for name in given.names or MODULES:
        for figure in run_apart(name):
            print(figure.line(), flush=True)
            figures.append(figure)
    if given.json:
        given.json.write_bytes(b"".join(msgspec.json.encode(f) + b"\n" for f in figures))
    sys.exit(0 if all(figure.met for figure in figures) else 1)


main()
