"""A real browser: the system's Chromium, headless, driven by Playwright.

One Chromium serves all tests; each test connects to it and gets contexts of its own, so
that no cookie, storage or open page is shared.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.servers.postgres import die_with_parent

PATIENCE = 60_000  # milliseconds; a loaded machine is slow, not broken
STARTS_WITHIN = 90.0  # seconds
FLAGS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--no-sandbox",  # tests may run as root, which Chromium's own sandbox refuses
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--password-store=basic",
    "--use-mock-keychain",
    "--hide-scrollbars",
    "--mute-audio",
    "--lang=en-GB",
)
LISTENS = re.compile(r"DevTools listening on (ws://\S+)")

expect.set_options(timeout=PATIENCE)


def executable() -> str:
    """Return the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    raise FileNotFoundError("Chromium is not installed: scripts/test installs it.")


@contextlib.contextmanager
def running_chromium() -> Iterator[str]:
    """Start a Chromium and yield the address at which it takes commands."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        said = Path(folder) / "said.txt"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [executable(), *FLAGS, f"--user-data-dir={folder}/profile", "about:blank"],
                stdout=output,
                stderr=output,
                env=os.environ | {"HOME": folder},
                preexec_fn=die_with_parent,  # noqa: PLW1509  # one system call, nothing else
            )
        try:
            yield address(process, said)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()


def address(process: subprocess.Popen[bytes], said: Path) -> str:
    """Wait until Chromium says where it listens."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if found := LISTENS.search(said.read_text(errors="replace")):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"Chromium did not start: {said.read_text(errors='replace')[-2000:]}")


@contextlib.asynccontextmanager
async def connected(endpoint: str) -> AsyncIterator[Browser]:
    """Connect to a running Chromium; everything opened here is closed again."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(endpoint, timeout=PATIENCE)
        try:
            yield browser
        finally:
            for context in browser.contexts[1:]:  # the first is Chromium's own
                await context.close()
            await browser.close()


async def seen(page: Page) -> str:
    """Tell what a page shows, for whoever reads why a test failed."""
    with contextlib.suppress(Exception):
        text = await page.evaluate("document.body.innerText")
        focus = await page.evaluate("document.activeElement?.outerHTML.slice(0, 200)")
        ready = await page.evaluate("document.body.dataset.ready ?? 'not ready'")
        return f"{page.url} ({ready})\nfocus: {focus}\n{text}"
    return f"{page.url}: nothing could be read from it"
