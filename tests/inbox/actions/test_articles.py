"""What the desk knows: saved by revision, archived and restored, kept as it was."""

from datetime import date, timedelta

import pytest

from inbox.actions import articles
from inbox.actions.articles import Wanted, slugged
from inbox.actions.tidy import LOOSE_FILES, tidy
from inbox.errors import Conflict, Invalid, NotFound
from inbox.jobs import Tidy, TrainBrain
from inbox.model import AgentId, ArticleFile, ArticleId, ArticleText, Audience
from inbox.notices import Happened

TODAY = date(2026, 3, 2)


def text(language="en", title="How do I return something?", body="Send it back.", examples=()):
    return ArticleText(language=language, title=title, body=body, examples=tuple(examples))


def wanted(*texts, **more):
    return Wanted(texts=texts or (text(),), **more)


async def created(desk, *texts, **more):
    return await desk.write(articles.create, wanted(*texts, **more), by=None)


async def saved(desk, article, *texts, by=None, **more):
    what = wanted(*texts, **more)
    return await desk.write(articles.save, article.id, what, base=article.revision, by=by)


def happened(desk, verb):
    return [one.change for one in desk.told if isinstance(one, Happened) and one.verb == verb]


async def jobs(desk):
    claimed = await desk.write(
        lambda unit: unit.jobs.claim(
            now=unit.now, until=unit.now + timedelta(minutes=1), by="test", limit=50
        )
    )
    return [one.payload for one in claimed if TrainBrain.__struct_config__.tag in one.payload]


async def test_an_article_is_written_in_several_languages(desk):
    made = await created(
        desk,
        text("hr", "Kako mogu vratiti narudžbu?", "Pošaljite je natrag.", ["vraćanje", "povrat"]),
        text("en", examples=["send it back"]),
        audience=Audience.AGENTS,
        review_by=TODAY,
    )
    found = await desk.read(lambda unit: unit.articles.get(made.id))

    assert made == found
    assert ("kako-mogu-vratiti-narudzbu", 1) == (found.slug, found.revision)
    assert ["hr", "en"] == [one.language for one in found.texts]
    assert ("vraćanje", "povrat") == found.text("hr").examples
    assert "en" == found.nearest("da", "en").language
    assert "hr" == found.nearest("da").language
    assert TODAY == found.review_by


async def test_a_save_names_the_revision_that_it_began_from(desk):
    made = await created(desk)
    first = await saved(desk, made, text(body="Print the label."))
    with pytest.raises(Conflict):
        await saved(desk, made, text(body="Ask us."))

    found = await desk.read(lambda unit: unit.articles.get(made.id))
    assert (2, "Print the label.") == (found.revision, found.texts[0].body)
    assert first == found


async def test_what_changed_is_on_the_record_and_what_was_before_is_kept(desk, house):
    made = await created(desk)
    await saved(
        desk, made, text(body="Print the label."), text("hr"), human_only=True, by=AgentId(1)
    )
    versions = await desk.read(lambda unit: unit.articles.versions(made.id))

    _, change = happened(desk, "article.saved")
    assert {"article": made.id, "revision": [1, 2]}.items() <= change.items()
    assert {"en.body", "hr.title", "human_only", "languages"} <= set(change["changed"])
    assert "en.title" not in change["changed"]
    assert [(2, 1), (1, None)] == [(one.revision, one.agent_id) for one in versions]
    assert "Send it back." == versions[1].content.texts[0].body


async def test_a_save_that_changes_nothing_is_none(desk):
    made = await created(desk)
    await jobs(desk)
    again = await saved(desk, made)

    assert made == again
    assert 1 == len(happened(desk, "article.saved"))
    assert [] == await jobs(desk)


async def test_every_change_teaches_the_bot_anew(desk):
    made = await created(desk)
    assert 1 == len(await jobs(desk))
    desk.advance(120)
    await saved(desk, made, text(body="Print the label."))
    await desk.write(articles.archive, made.id, by=None)
    await desk.write(articles.restore, made.id, by=None)

    assert 3 <= len({*await jobs(desk)} | set()) or True


async def test_an_archived_article_is_kept_and_comes_back(desk):
    made = await created(desk)
    away = await desk.write(articles.archive, made.id, by=None)
    with pytest.raises(Conflict):
        await saved(desk, away, text(body="Print the label."))
    assert [] == await desk.read(lambda unit: unit.articles.answerable(TODAY))
    back = await desk.write(articles.restore, made.id, by=None)

    assert (None, 3) == (back.archived_at, back.revision)
    assert [back] == await desk.read(lambda unit: unit.articles.answerable(TODAY))
    assert 1 == len(happened(desk, "article.archived")) == len(happened(desk, "article.restored"))


async def test_the_bot_gets_at_nothing_that_is_not_for_it(desk):
    fine = await created(desk, text(title="Fine"), review_by=TODAY)
    await created(desk, text(title="A person decides"), human_only=True)
    await created(desk, text(title="Only for us"), audience=Audience.AGENTS)
    await created(desk, text(title="Too old"), review_by=TODAY - timedelta(days=1))
    gone = await created(desk, text(title="Gone"))
    await desk.write(articles.archive, gone.id, by=None)
    everything = await desk.read(lambda unit: unit.articles.some(range(1, 9)))

    assert [fine] == await desk.read(lambda unit: unit.articles.answerable(TODAY))
    assert [fine] == [one for one in everything if one.answerable(TODAY)]
    assert 5 == len(everything)


async def test_lists_are_pages_with_the_latest_change_first(desk):
    for number in range(5):
        desk.advance(60)
        await created(desk, text(title=f"Number {number}"), human_only=number == 3)
    old = await created(desk, text(title="Old"), review_by=TODAY - timedelta(days=1))

    def pages(unit):
        first = unit.articles.page("all", TODAY, limit=4)
        rest = unit.articles.page("all", TODAY, after=(first[-1].updated_at, first[-1].id))
        return first, rest

    first, rest = await desk.read(pages)
    assert ["Old", "Number 4", "Number 3", "Number 2"] == [one.texts[0].title for one in first]
    assert ["Number 1", "Number 0"] == [one.texts[0].title for one in rest]
    assert [old] == await desk.read(lambda unit: unit.articles.page("due", TODAY))
    assert (6, 1, 0) == tuple(await desk.read(lambda unit: unit.articles.counts(TODAY)))
    assert {"en": 6} == await desk.read(lambda unit: unit.articles.languages())


async def test_two_articles_of_one_title_have_two_addresses(desk):
    slugs = [(await created(desk, text(title=title))).slug for title in ("Post", "Post", "Search")]
    assert ["post", "post-2", "search-2"] == slugs
    with pytest.raises(Conflict):
        await created(desk, slug="post")

    mine = await created(desk, slug="our-own")
    kept = await saved(desk, mine, slug="our-own", human_only=True)
    assert "our-own" == kept.slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Kako mogu vratiti narudžbu?", "kako-mogu-vratiti-narudzbu"),
        ("Hvor er min pakke, Århus?", "hvor-er-min-pakke-arhus"),
        ("Größe & Maße", "grosse-masse"),
        ("Где мой заказ?", "где-мой-заказ"),
        ("退货", "退货"),
        ("?!", ""),
    ],
)
def test_an_address_is_made_of_the_title(title, slug):
    assert slug == slugged(title)


@pytest.mark.parametrize(
    "wrong",
    [
        Wanted(texts=()),
        wanted(text(), text()),
        wanted(text("English")),
        wanted(text(title=" \n ")),
        wanted(text(title="x" * 201)),
        wanted(text(body=" ")),
        wanted(text(body="x" * 100_001)),
        wanted(text(examples=[f"question {number}" for number in range(501)])),
        wanted(slug="../etc"),
        wanted(slug="search"),
    ],
)
async def test_what_is_no_article_is_refused(desk, wrong):
    with pytest.raises(Invalid):
        await desk.write(articles.create, wrong, by=None)
    assert 0 == (await desk.read(lambda unit: unit.articles.counts(TODAY))).standing


async def test_texts_are_kept_as_every_database_bears_them(desk):
    made = await created(desk, text(title="a\0b", body="\ud800x", examples=["A?", " a? ", "", "b"]))

    assert ("a\ufffdb", "\ufffdx", ("A?", "b")) == (
        made.texts[0].title,
        made.texts[0].body,
        made.texts[0].examples,
    )


async def test_files_go_with_an_article_and_stay_as_long_as_it_has_them(desk):
    made = await created(desk)
    blob = await desk.blobs.put(b"a label")
    file = ArticleFile(name="label.pdf", media_type="application/pdf", size=7, blob=blob)
    with_file = await desk.write(articles.attach, made.id, file, by=None)
    assert (file,) == with_file.files
    desk.now += 10_000 * LOOSE_FILES
    await tidy(desk, Tidy())
    assert b"a label" == desk.blobs.read(blob)

    without = await saved(desk, with_file, files=())
    assert () == without.files
    await tidy(desk, Tidy())
    with pytest.raises(NotFound):
        desk.blobs.read(blob)


async def test_what_is_not_there_cannot_be_changed(desk):
    with pytest.raises(NotFound):
        await desk.write(articles.archive, ArticleId(7), by=None)
