"""`parlour articles import`: a folder of Markdown becomes what the desk knows."""

import pytest
from click.testing import CliRunner

from config.commands import main


@pytest.fixture
def parlour(tmp_path):
    settings = tmp_path / "parlour.toml"
    settings.write_text(
        f'[desk]\ndatabase = "sqlite:///{tmp_path}/desk.db"\nfiles = "{tmp_path}/files"\n'
    )

    def run(*words):
        return CliRunner().invoke(main, ["--config", str(settings), *words])

    assert 0 == run("migrate").exit_code
    return run


def test_a_folder_is_brought_in_and_brought_in_again(parlour, tmp_path):
    for language, title in ("en", "Returning"), ("hr", "Povrat"):
        folder = tmp_path / "docs" / language
        folder.mkdir(parents=True)
        (folder / "returns.md").write_text(f"# {title}\n\nText.")
    where = str(tmp_path / "docs")

    assert (
        "add      returns (hr, en)\n"
        == parlour("articles", "import", where, "--language", "hr", "--dry-run").output
    )
    assert "add      returns (en, hr)\n" == parlour("articles", "import", where).output
    assert "same     returns (en, hr)\n" == parlour("articles", "import", where).output


def test_what_cannot_be_read_is_told_and_the_rest_is_brought_in(parlour, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "fine.md").write_text("# Fine\n\nText.")
    (folder / "empty.md").write_text("")
    done = parlour("articles", "import", str(folder))

    assert 1 == done.exit_code
    assert "add      fine (en)\n" in done.output
    assert "empty.md: It has no title, or no text.\n" in done.output
