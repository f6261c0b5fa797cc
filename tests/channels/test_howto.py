"""The page that explains how a channel is added shows code that runs."""

import importlib
import re
import sys
import tomllib
from pathlib import Path

import pytest

import channels
from config.settings import kind_settings
from inbox.model import Value

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "add-a-channel.md").read_text()
HERE, ELSEWHERE = PAGE.split("## In a package of your own")


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("block", blocks(HERE, "python"), ids=lambda block: block.split("\n")[0])
def test_what_the_page_quotes_stands_in_the_channel(block):
    assert block in (ROOT / "channels" / "console.py").read_text()


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install the page's package as an installer would: its module and its metadata."""
    module, _ = blocks(ELSEWHERE, "python")
    [told] = blocks(ELSEWHERE, "toml")
    project = tomllib.loads(told)["project"]
    (tmp_path / "parlour_doorbell.py").write_text(module)
    metadata = tmp_path / "parlour_doorbell-1.0.dist-info"
    metadata.mkdir()
    named = f"Name: {project['name']}\nVersion: {project['version']}\n"
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\n{named}")
    [(group, entries)] = project["entry-points"].items()
    lines = "".join(f"{name} = {place}\n" for name, place in entries.items())
    (metadata / "entry_points.txt").write_text(f"[{group}]\n{lines}")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield metadata
    sys.modules.pop("parlour_doorbell", None)


def test_a_package_that_is_installed_beside_ours_is_a_channel(installed):
    doorbell = channels.load("doorbell")

    assert "doorbell" in channels.kinds()
    assert ("doorbell", "parlour_doorbell") == (doorbell.kind, doorbell.__module__)
    assert issubclass(kind_settings(doorbell), Value)


async def test_the_test_on_the_page_passes(installed):
    test = {}
    exec(compile(blocks(ELSEWHERE, "python")[1], "the page", "exec"), test)

    await test["test_the_doorbell_is_a_channel"]()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("doorbell = parlour_gone:Doorbell", "cannot be loaded"),
        ("doorbell = parlour_doorbell:Ring", "is no channel of the kind"),
        ("doorbell = parlour_doorbell:Nothing", "cannot be loaded"),
        ("bell = parlour_doorbell:Doorbell", "There is no channel 'doorbell'"),
    ],
)
def test_a_package_that_brings_no_such_channel_is_named(installed, line, why):
    (installed / "entry_points.txt").write_text(f"[parlour.channels]\n{line}\n")

    with pytest.raises(LookupError, match=why):
        channels.load("doorbell")


def test_no_package_replaces_a_channel_of_ours(installed):
    (installed / "entry_points.txt").write_text(
        "[parlour.channels]\nemail = parlour_doorbell:Doorbell\n"
    )

    assert "channels.email.channel" == channels.load("email").__module__
    assert channels.kinds() == channels.ours()
