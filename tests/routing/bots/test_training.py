"""What is taught goes live; what fails harms nothing and says why; what was put back stays."""

import os
import sys
from functools import partial

import pytest

from inbox.actions import articles, brains
from inbox.actions.articles import Wanted
from inbox.actions.tidy import tidy
from inbox.errors import Conflict, NotFound
from inbox.jobs import Tidy, TrainBrain
from inbox.model import ArticleText
from inbox.worker import Worker
from routing import setups
from routing.bots.mind import Mind
from routing.bots.model import Bot, Flow
from routing.bots.teaching import training
from routing.bots.teaching.training import train_brain
from routing.setup import Setup
from routing.setups import Change

HANDLERS = {TrainBrain: partial(train_brain, encoder=False)}
WHOLE = {TrainBrain: train_brain}
ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def about(title, *examples, language="en", **rest):
    text = ArticleText(language=language, title=title, body="So it is.", examples=examples)
    return Wanted(texts=(text,), **rest)


HOURS = about("Opening hours", "When are you open?", "Are you open on Sunday?")
PARCEL = about("Parcels", "Where is my parcel?", "My order has not arrived")


async def trained(desk, handlers=HANDLERS):
    """Have everything done that was promised; return the versions, the newest first."""
    await Worker(desk, handlers).run_due()
    return await desk.read(lambda unit: unit.brains.all())


async def live(desk):
    return await desk.read(lambda unit: unit.brains.live_id())


def save(unit, setup):
    setups.save(unit, Change(setup=setup, base=unit.setups.newest_id()), (), by=None)


def verbs(desk):
    return [one.verb for one in desk.told if getattr(one, "verb", "").startswith("brain.")]


async def test_an_article_that_is_saved_is_understood(desk):
    await desk.write(articles.create, HOURS, by=None)
    parcel = await desk.write(articles.create, PARCEL, by=None)
    newest, *older = await trained(desk, WHOLE)

    reading, brain = await Mind(desk).read("where is my parcel", ["en"])
    assert f"article:{parcel.id}" == reading.candidates[0].intent
    assert newest.id == brain == await live(desk)
    assert (6, []) == (newest.examples, older)
    assert ["brain.trained", "brain.live"] == verbs(desk)


@ONCE
async def test_what_was_taught_is_loaded_before_it_is_live(desk):
    mind, loaded = Mind(desk), []

    def hear(notices):
        lively = [one for one in notices if getattr(one, "verb", "") == "brain.live"]
        loaded.extend(mind.coming is not None for _ in lively)

    desk.bus.listeners.append(hear)
    await desk.write(save, Setup(bots={"Dora": Bot()}))
    await desk.write(articles.create, HOURS, by=None)
    await trained(desk, {TrainBrain: partial(train_brain, mind=mind, encoder=False)})

    assert [True] == loaded


@ONCE
async def test_a_form_that_is_saved_is_understood(desk):
    lost = Flow(title={"en": "Lost"}, done={"en": "Noted."}, examples={"en": ("I lost my card",)})
    await desk.write(save, Setup(bots={"Dora": Bot()}, flows={"lost": lost}))
    await trained(desk)

    reading, _ = await Mind(desk).read("i lost my card", ["en"])
    assert "flow:lost" == reading.candidates[0].intent


@ONCE
async def test_what_the_bot_may_not_answer_is_recognised_all_the_same(desk):
    await desk.write(articles.create, HOURS, by=None)
    secret = about("Delete my account", "Please delete my account", human_only=True)
    delete = await desk.write(articles.create, secret, by=None)
    await trained(desk)

    reading, _ = await Mind(desk).read("please delete my account", ["en"])
    assert f"article:{delete.id}" == reading.candidates[0].intent


@ONCE
async def test_what_is_archived_is_forgotten(desk):
    await desk.write(articles.create, HOURS, by=None)
    parcel = await desk.write(articles.create, PARCEL, by=None)
    await trained(desk)
    await desk.write(articles.archive, parcel.id, by=None)
    await trained(desk)

    reading, _ = await Mind(desk).read("where is my parcel", ["en"])
    assert f"article:{parcel.id}" not in {one.intent for one in reading.candidates}


@ONCE
async def test_the_same_is_not_learned_twice(desk):
    await desk.write(articles.create, HOURS, by=None)
    await trained(desk)
    await desk.write(brains.train)
    await desk.write(save, Setup(bots={"Dora": Bot()}))

    assert 1 == len(await trained(desk))


@ONCE
async def test_what_is_saved_at_once_is_learned_at_once(desk):
    for number in range(5):
        await desk.write(articles.create, about(f"Number {number}"), by=None)

    [version] = await trained(desk)
    assert 5 == version.examples


@ONCE
async def test_what_was_known_before_is_live_again_without_a_training(desk):
    hours = await desk.write(articles.create, HOURS, by=None)
    [first] = await trained(desk)
    parcel = await desk.write(articles.create, PARCEL, by=None)
    await trained(desk)
    await desk.write(articles.archive, parcel.id, by=None)
    versions = await trained(desk)

    assert hours.archived_at is None
    assert (2, first.id) == (len(versions), await live(desk))


async def test_a_version_that_was_put_back_stays_until_something_new_is_taught(desk):
    await desk.write(articles.create, HOURS, by=None)
    [first] = await trained(desk)
    await desk.write(articles.create, PARCEL, by=None)
    await trained(desk)
    await desk.write(brains.put_live, first.id, by=None)
    await desk.write(brains.train)
    await trained(desk)
    stays = await live(desk)
    await desk.write(articles.create, about("Returns", "How do I return it?"), by=None)
    newest, *_ = await trained(desk)

    assert [first.id, newest.id] == [stays, await live(desk)]


async def test_a_training_that_breaks_harms_nothing_and_says_why(desk, monkeypatch):
    await desk.write(articles.create, HOURS, by=None)
    [good] = await trained(desk)
    await desk.write(articles.create, PARCEL, by=None)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        failed, _ = await trained(desk)

    assert ("", "The training did not come to an end.") == (failed.blob, failed.reason)
    assert good.id == await live(desk)
    with pytest.raises(Conflict):
        await desk.write(brains.put_live, failed.id, by=None)


@ONCE
async def test_a_training_that_takes_too_long_is_ended(desk, monkeypatch):
    monkeypatch.setattr(training, "LONGEST", 0.001)
    await desk.write(articles.create, HOURS, by=None)
    [failed] = await trained(desk)

    assert "The training took longer than 0.001 seconds." == failed.reason
    assert await live(desk) is None


@ONCE
async def test_what_failed_is_tried_again_when_somebody_wants_it(desk, monkeypatch):
    await desk.write(articles.create, HOURS, by=None)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        await trained(desk)
    await desk.write(brains.train)
    by_itself = await trained(desk)
    await desk.write(brains.train, again=True)
    newest, *_ = await trained(desk)

    assert 1 == len(by_itself)
    assert newest.id == await live(desk)


@ONCE
async def test_a_version_that_was_damaged_is_learned_anew(desk):
    await desk.write(articles.create, HOURS, by=None)
    [first] = await trained(desk)
    desk.blobs.path(first.blob).write_bytes(b"no model")
    await Mind(desk).read("hello", ["en"])
    newest, *_ = await trained(desk)

    _, brain = await Mind(desk).read("hello", ["en"])
    assert newest.id == brain != first.id


@ONCE
async def test_who_wants_to_look_first_decides_when_a_version_goes_live(desk):
    await desk.write(save, Setup(bots={"Dora": Bot()}, rehearse_first=True))
    await desk.write(articles.create, HOURS, by=None)
    [first] = await trained(desk)
    await desk.write(articles.create, PARCEL, by=None)
    second, _ = await trained(desk)
    waits = await live(desk)
    await desk.write(brains.put_live, second.id, by=None)

    assert [first.id, second.id] == [waits, await live(desk)]


@ONCE
async def test_an_empty_desk_is_taught_nothing(desk):
    await desk.write(brains.train)

    assert [] == await trained(desk)
    with pytest.raises(NotFound):
        await desk.write(brains.put_live, 7, by=None)


@ONCE
async def test_what_a_version_learned_is_not_tidied_away(desk):
    await desk.write(articles.create, HOURS, by=None)
    [version] = await trained(desk)
    loose = desk.blobs.path(await desk.blobs.put(b"nobody wants it"))
    for path in loose, desk.blobs.path(version.blob):
        os.utime(path, (0, 0))
    await tidy(desk, Tidy())

    assert [True, False] == [desk.blobs.path(version.blob).exists(), loose.exists()]
