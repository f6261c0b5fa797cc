"""Prism, which answers by a provider's OpenAPI contract and refuses what breaks it.

Contracts are not part of this repository: where they lie beside it, the calls we make are
checked against them, and else the tests that would do so say that they were left out.
"""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.servers.dovecot import free_ports

CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts"
PACKAGE = "@stoplight/prism-cli@5.16.0"
LIST = {"style": "form", "explode": True, "allowReserved": True}
PATIENCE = 100.0  # seconds; node and a contract of two megabytes take their time


def contract(path: str) -> Path:
    """Return a contract, or have the test say that it is not there."""
    found = CONTRACTS / path
    if not found.exists():
        pytest.skip(f"left out: the contract {path} is not beside this checkout")
    return found


def prism(config: pytest.Config) -> Path:
    """Return the program, fetched once; or have the test say that it cannot be had."""
    folder = config.cache.mkdir("prism") if config.cache else None
    npm = shutil.which("npm")
    if folder is None or npm is None:
        pytest.skip("left out: Prism needs npm, which is not on this machine")
    program = folder / "node_modules" / ".bin" / "prism"
    if not program.exists():
        quiet = "--no-audit", "--no-fund", "--silent"
        asked = [npm, "install", *quiet, "--prefix", str(folder), PACKAGE]
        with suppress(subprocess.SubprocessError):
            subprocess.run(asked, capture_output=True, timeout=150, check=True)
        if not program.exists():
            pytest.skip("left out: Prism could not be installed")
    return program


def spelled_out(contract: Path, folder: Path) -> Path:
    """Write a contract that says how lists stand in forms: as OpenAPI has it when nothing is said.

    Prism takes a repeated field for a list only when it is told so.
    """
    told = json.loads(contract.read_bytes())
    for path in told["paths"].values():
        for operation in path.values():
            body = operation.get("requestBody", {}) if isinstance(operation, dict) else {}
            form = body.get("content", {}).get("application/x-www-form-urlencoded", {})
            for name, field in form.get("schema", {}).get("properties", {}).items():
                if field.get("type") == "array":
                    form.setdefault("encoding", {})[name] = LIST
    written = folder / contract.name
    written.write_text(json.dumps(told))
    return written


@asynccontextmanager
async def running_prism(program: Path, contract: Path) -> AsyncIterator[str]:
    """Answer by *contract* on a port of its own; yields the address."""
    (port,) = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        str(program),
        *("mock", "--host", "127.0.0.1", "--port", str(port), str(contract)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while not await is_open(port):
                assert process.returncode is None, "Prism ended by itself"
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def is_open(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
