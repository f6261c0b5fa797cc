"""Articles from elsewhere: Markdown, tables, pages of another help centre, zips of them."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.actions import articles
from inbox.jobs import TrainBrain
from inbox.model import Audience
from routing.bots.knowledge import bringing
from routing.bots.knowledge.bringing import bring

MARKDOWN = b"""---
title: Returning
examples:
  - I want to send it back
  - 30
audience: agents
human_only: yes
review_by: 2027-01-31
---
# Returning

Print a label.
"""
PAGE = """<!doctype html><html lang="hr-hr"><head><title>Povrat - Shop</title></head><body>
<nav>Naslovnica</nav><article><h1>Povrat</h1><p>Ispi\u0161ite <b>naljepnicu</b>.</p>
<ul><li>prvo</li></ul><img src="x.png"><script>x()</script></article><footer>Shop</footer></body>"""


def packed(**files):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return found.getvalue()


def only(brought):
    assert () == brought.troubles
    [one] = brought.articles
    return one


def test_what_stands_before_a_text_says_what_it_is():
    one = only(bring("returns.md", MARKDOWN, "en"))

    assert ("returns", Audience.AGENTS, True) == (one.slug, one.audience, one.human_only)
    assert date(2027, 1, 31) == one.review_by
    [text] = one.texts
    assert ("en", "Returning", "Print a label.") == (text.language, text.title, text.body)
    assert ("I want to send it back", "30") == text.examples


def test_a_text_without_anything_before_it_is_called_by_its_heading_or_its_file():
    headed, bare = (bring("lost-parcel.md", text, "en") for text in (b"# Lost?\n\nAsk.", b"Ask."))

    assert ("Lost?", "Ask.") == (only(headed).texts[0].title, only(headed).texts[0].body)
    assert "lost parcel" == only(bare).texts[0].title
    assert None is only(bare).audience


@pytest.mark.parametrize(
    "names",
    [
        ("en/returns.md", "hr/returns.md"),
        ("docs/en/returns.md", "docs/hr/returns.md"),
        ("returns.en.md", "returns.hr.md"),
        ("returns.md", "returns.hr.md"),
    ],
)
def test_languages_of_one_article_belong_together(names):
    files = dict(zip(names, (b"# Returning\n\nA label.", b"# Povrat\n\nNaljepnica."), strict=True))
    one = only(bring("articles.zip", packed(**files, **{"__MACOSX/._x.md": b"x"}), "en"))

    assert "returns" == one.slug
    assert {"en": "Returning", "hr": "Povrat"} == {text.language: text.title for text in one.texts}


def test_pages_of_a_help_centre_belong_together_by_their_numbers():
    english = b"<html lang='en-us'><h1>Returning</h1><main><p>A label.</p></main></html>"
    files = {"hc/en-us/360001234-Returning.html": english, "hc/hr/360001234-Povrat.html": PAGE}
    one = only(bring("export.zip", packed(**files), "en"))

    assert "360001234-returning" == one.slug
    croatian = one.texts[1]
    assert ("hr", "Povrat", "Ispi\u0161ite **naljepnicu**.\n\n- prvo") == (
        croatian.language,
        croatian.title,
        croatian.body,
    )


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_table_has_an_article_in_each_row(between):
    lines = [
        ["slug", "Locale", "Question", "Answer", "phrases"],
        ["returns", "en", "Returning", "A label.", "send back|refund"],
        ["returns", "hr", "Povrat", "<p>Naljepnica</p>", ""],
        ["", "", "", "", ""],
    ]
    table = "\ufeff" + "\r\n".join(between.join(line) for line in lines)
    one = only(bring("table.csv", table.encode(), "en"))

    assert ["Returning", "Povrat"] == [text.title for text in one.texts]
    assert ("send back", "refund") == one.texts[0].examples
    assert "Naljepnica" == one.texts[1].body


def test_a_table_in_the_letters_of_an_old_program_is_read():
    one = only(bring("table.csv", "title,body\nGröße,Zwölf".encode("cp1252"), "de"))
    assert ("Größe", "Zwölf") == (one.texts[0].title, one.texts[0].body)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("x.docx", b"x", "x.docx"),
        ("x.zip", b"PK no zip", "x.zip"),
        ("x.zip", packed(**{"a.png": b"x"}), "x.zip"),
        ("x.md", b"---\n- [\n---\nText", "x.md"),
        ("x.md", b"---\nreview_by: soon\n---\nText", "x.md"),
        ("x.md", b"---\nlanguage: English\n---\nText", "x.md"),
        ("x.md", b"# Nothing below", "x.md"),
        ("x.csv", b"title,body\nOnly a title,", "x.csv:2"),
        ("", b"", ""),
    ],
)
def test_what_cannot_be_read_is_told_with_where(name, content, where):
    found = bring(name, content, "en")

    assert () == found.articles
    [trouble] = found.troubles
    assert where == trouble.where
    assert trouble.why.endswith(".")


def test_a_mistake_in_one_file_does_not_keep_the_others_out():
    files = {"a.md": b"# Fine\n\nText", "b.md": b"---\n[\n---\n", "a.en.md": b"# Twice\n\nText"}
    found = bring("x.zip", packed(**files), "en")

    assert ["a"] == [one.slug for one in found.articles]
    assert ["b.md", "a"] == [one.where for one in found.troubles]


def test_what_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(bringing, "LARGEST", 10)
    [trouble] = bring("x.zip", packed(**{"a.md": b"x" * 11}), "en").troubles
    assert "It is too large: bring it in parts." == trouble.why


@given(st.binary(max_size=500), st.sampled_from(["x.md", "x.csv", "x.html", "x.zip", "hr/x.en.md"]))
def test_whatever_comes_is_read_or_told(content, name):
    found = bring(name, content, "en")
    assert found.articles or found.troubles


async def test_what_is_here_already_is_changed_and_the_rest_of_it_stays(desk):
    english = bring("returns.md", b"---\nhuman_only: true\n---\n# Returning\n\nA label.", "en")
    croatian = bring("returns.hr.md", b"# Povrat\n\nNaljepnica.", "en")
    dry = await desk.read(articles.settle, english.articles)
    assert ["add"] == [one.does for one in dry]
    [made] = await desk.write(articles.bring, english.articles, by=None)
    [changed] = await desk.write(articles.bring, croatian.articles, by=None)
    [same] = await desk.write(articles.bring, croatian.articles, by=None)

    assert ("add", "change", "same") == (made.does, changed.does, same.does)
    found = await desk.read(lambda unit: unit.articles.get(made.id))
    assert ({"en", "hr"}, True, 2) == (
        {one.language for one in found.texts},
        found.human_only,
        found.revision,
    )
    await desk.write(articles.archive, made.id, by=None)
    [refused] = await desk.write(articles.bring, english.articles, by=None)
    assert ("refused", "It is archived here.") == (refused.does, refused.why)


async def test_many_that_come_teach_the_bot_once(desk):
    files = {f"{number}.md": b"# Title\n\nText" for number in range(20)}
    coming = bring("x.zip", packed(**files), "en").articles
    await desk.write(articles.bring, coming, by=None)

    def waiting(unit):
        found = unit.jobs.claim(now=unit.now, until=unit.now, by="test", limit=50)
        return [one.payload for one in found if TrainBrain.__struct_config__.tag in one.payload]

    assert 1 == len(await desk.write(waiting))
    assert 20 == (await desk.read(lambda unit: unit.articles.counts(unit.now.date()))).standing
