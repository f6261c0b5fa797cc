"""What several customers ask and the bot does not answer is proposed, decided, and taken back."""

import pytest

from inbox.actions import articles, proposals
from inbox.actions.proposals import Edits
from inbox.errors import Conflict, Invalid
from inbox.jobs import Teach
from inbox.model import ProposalState, SuggestionState, TurnKind
from inbox.worker import Worker
from routing import setups
from routing.bots.model import Bot
from routing.bots.teaching.proposing import teach
from routing.setup import Setup
from routing.setups import Change
from tests.routing.bots.classroom import about, opened
from tests.routing.bots.test_training import HANDLERS

ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WRAPPED = "Yes, we wrap every order as a gift for three euros; choose it at the checkout."
GIFTS = (
    "Can you wrap my order as a gift?",
    "Do you offer gift wrapping?",
    "Is it possible to have my order wrapped as a gift?",
)


@pytest.fixture
async def room(desk):
    """A classroom whose bot knows nothing yet."""
    room = await opened(desk)
    setup = Change(setup=Setup(bots={"Dora": Bot()}))
    await desk.write(setups.save, setup, (), by=room.house.bob)
    return room


async def look(room):
    """Look through everything, and return the proposals that wait."""
    await teach(room.desk, Teach())
    return await room.desk.read(lambda unit: unit.proposals.open())


async def gifts(room):
    return [(await room.ask(text, WRAPPED))[0] for text in GIFTS]


async def article(room, which):
    return await room.desk.read(lambda unit: unit.articles.get(which))


# --- what is proposed -----------------------------------------------------------------------
async def test_what_several_customers_asked_becomes_an_article_in_a_colleagues_words(room):
    sources = await gifts(room)
    await room.ask("What is the capital of Mongolia?", "I do not know, I am afraid, sorry.")
    [made] = await look(room)

    assert ("article", 3, WRAPPED) == (made.kind, made.weight, made.answer)
    assert set(sources) == set(made.sources)
    assert set(GIFTS) == set(made.questions)


@ONCE
async def test_without_a_bot_and_articles_nothing_is_looked_through(desk):
    room = await opened(desk)
    await gifts(room)

    assert [] == await look(room)


@ONCE
async def test_one_customer_who_asks_again_and_again_is_not_many(room):
    for text in GIFTS:
        await room.ask(text, WRAPPED, visitor="v1")

    assert [] == await look(room)


@ONCE
async def test_what_nobody_answered_is_proposed_only_when_the_bot_gave_it_to_people(room):
    for text in GIFTS:
        await room.ask(text)
    silent = await look(room)
    for text in GIFTS:
        asked = await room.ask(text)
        await room.turn(*asked, TurnKind.HAND_OVER)
    [made] = await look(room)

    assert ([], 3, "") == (silent, made.weight, made.answer)


@ONCE
async def test_what_the_bot_answered_well_is_not_proposed_and_what_it_answered_wrongly_is(room):
    [wrong] = await room.know(about("Opening hours", "When are you open?"))
    for text in GIFTS:
        asked = await room.ask(text)
        await room.turn(*asked, TurnKind.ANSWER, article_id=wrong.id, helpful=True)
    well = await look(room)
    for text in GIFTS:
        asked = await room.ask(text, WRAPPED)
        await room.turn(*asked, TurnKind.ANSWER, article_id=wrong.id, helpful=False)
    [made] = await look(room)

    assert [] == well
    assert ("article", None) == (made.kind, made.article_id)


@ONCE
async def test_whoever_wants_a_person_asks_nothing(room):
    for text in ("I want to talk to a person, please", "a person please", "thank you very much"):
        asked = await room.ask(text)
        await room.turn(*asked, TurnKind.HAND_OVER)

    assert [] == await look(room)


@ONCE
async def test_questions_whose_answer_was_an_article_are_examples_of_it(room):
    [wrapping] = await room.know(about("Presents", "presents", body=WRAPPED))
    for text in GIFTS:
        await room.ask(text, f"Hi! {WRAPPED}")
    [made] = await look(room)

    assert ("example", wrapping.id) == (made.kind, made.article_id)


async def test_what_a_colleague_wrote_instead_is_proposed_for_the_article(room):
    [hours] = await room.know(about("Opening hours", "When are you open?", body="9 to 5"))
    which, message = await room.ask("When are you open?")

    def edited(unit):
        made = unit.suggestions.add(
            which,
            message,
            "9 to 5",
            at=unit.now,
            until=unit.now,
            article_id=hours.id,
            language="en",
        )
        unit.suggestions.change(
            made, state=SuggestionState.EDITED, answered_at=unit.now, answer="9 to 6, now"
        )

    await room.desk.write(edited)
    [made] = await look(room)
    [same] = await look(room)

    assert ("edit", hours.id, "9 to 6, now") == (made.kind, made.article_id, made.answer)
    assert made == same


@ONCE
async def test_nobodys_name_or_number_is_proposed(room):
    for text in GIFTS:
        await room.ask(f"{text} My order is 8812345, Eve", named="Eve Jones")
    for text in GIFTS:
        asked = await room.ask(f"{text} Write to eve@example.org", named="Eve Jones")
        await room.turn(*asked, TurnKind.HAND_OVER)
    found = await look(room)

    said = " ".join(text for one in found for text in (*one.questions, one.answer, one.title))
    assert "8812345" not in said
    assert "eve" not in said.casefold()


# --- proposed once --------------------------------------------------------------------------
async def test_more_of_the_same_strengthens_what_waits(room):
    await gifts(room)
    [first] = await look(room)
    await room.ask("Could you wrap my order as a gift please?", WRAPPED)
    [second] = await look(room)

    assert (first.id, 4) == (second.id, second.weight)


@ONCE
async def test_what_was_rejected_is_not_proposed_again(room):
    await gifts(room)
    [first] = await look(room)
    await room.desk.write(proposals.reject, first.id, by=room.house.bob)
    await room.ask("Could you wrap my order as a gift please?", WRAPPED)
    await room.ask("Can I have gift wrapping for my order?", WRAPPED)

    assert [] == await look(room)


# --- deciding -------------------------------------------------------------------------------
async def test_an_approved_article_is_written_and_undone(room):
    await gifts(room)
    [made] = await look(room)
    done = await room.desk.write(proposals.approve, made.id, by=room.house.bob)
    written = await article(room, done.article_id)
    back = await room.desk.write(proposals.undo, made.id, by=room.house.bob)
    archived = await article(room, done.article_id)

    assert (ProposalState.APPROVED, WRAPPED) == (done.state, written.texts[0].body)
    assert (ProposalState.OPEN, None) == (back.state, back.article_id)
    assert archived.archived_at is not None


@ONCE
async def test_a_supervisor_changes_what_is_proposed(room):
    await gifts(room)
    [made] = await look(room)
    edits = Edits(title="Gift wrapping", questions=("Do you wrap gifts?",), answer="We do.")
    done = await room.desk.write(proposals.approve, made.id, edits, by=room.house.bob)
    written = await article(room, done.article_id)

    [text] = written.texts
    assert ProposalState.EDITED == done.state
    assert ("Gift wrapping", ("Do you wrap gifts?",), "We do.") == (
        text.title,
        text.examples,
        text.body,
    )


@ONCE
async def test_questions_go_to_another_article_and_only_they_are_taken_back(room):
    await gifts(room)
    [wrapping] = await room.know(about("Presents", "presents"))
    [made] = await look(room)
    edits = Edits(article_id=wrapping.id)
    done = await room.desk.write(proposals.approve, made.id, edits, by=room.house.bob)
    taught = await article(room, wrapping.id)
    more = about("Presents", *taught.texts[0].examples, "another one")
    await room.desk.write(articles.save, wrapping.id, more, base=taught.revision, by=None)
    await room.desk.write(proposals.undo, made.id, by=room.house.bob)
    after = await article(room, wrapping.id)

    assert ("example", {"presents", *GIFTS}) == (done.kind, set(taught.texts[0].examples))
    assert ("presents", "another one") == after.texts[0].examples


@ONCE
async def test_an_edit_is_taken_back_unless_the_article_was_changed_since(room):
    [hours] = await room.know(about("Opening hours", body="9 to 5"))
    draft = proposals.Draft(
        kind="edit", fingerprint="f", language="en", article_id=hours.id, answer="9 to 6"
    )
    await room.desk.write(proposals.propose, [draft])
    [made] = await room.desk.read(lambda unit: unit.proposals.open())
    await room.desk.write(proposals.approve, made.id, by=None)
    changed = (await article(room, hours.id)).texts[0].body
    await room.desk.write(proposals.undo, made.id, by=None)
    back = await article(room, hours.id)
    await room.desk.write(proposals.approve, made.id, by=None)
    again = await article(room, hours.id)
    other = about("Opening hours", body="always")
    await room.desk.write(articles.save, hours.id, other, base=again.revision, by=None)

    assert ("9 to 6", "9 to 5") == (changed, back.texts[0].body)
    with pytest.raises(Conflict):
        await room.desk.write(proposals.undo, made.id, by=None)


@ONCE
async def test_one_decision_is_made(room):
    await gifts(room)
    [made] = await look(room)
    await room.desk.write(proposals.reject, made.id, by=room.house.bob)
    with pytest.raises(Conflict):
        await room.desk.write(proposals.approve, made.id, by=room.house.bob)
    await room.desk.write(proposals.undo, made.id, by=room.house.bob)
    with pytest.raises(Conflict):
        await room.desk.write(proposals.undo, made.id, by=room.house.bob)


@ONCE
async def test_questions_need_an_article_in_their_language(room):
    hours, _ = await room.know(about("Otvoreno", language="hr"), about("Open", "open"))
    await gifts(room)
    [made] = await look(room)

    with pytest.raises(Invalid):
        await room.desk.write(proposals.approve, made.id, Edits(article_id=hours.id), by=None)


@ONCE
async def test_a_decision_is_on_the_record_without_what_customers_said(room):
    await gifts(room)
    [made] = await look(room)
    await room.desk.write(proposals.reject, made.id, by=room.house.bob)

    news = [one for one in room.desk.told if getattr(one, "verb", "").startswith("proposal.")]
    assert ["proposal.made", "proposal.decided"] == [one.verb for one in news]
    assert "gift" not in repr([one.change for one in news])


@ONCE
async def test_the_next_look_is_planned_once(room):
    worker = Worker(room.desk, {Teach: teach, **HANDLERS})
    await room.desk.write(lambda unit: unit.enqueue(Teach()))
    await worker.run_due()
    await room.desk.write(lambda unit: unit.enqueue(Teach()))
    await worker.run_due()

    assert 1 == await room.desk.read(lambda unit: unit.jobs.waiting())
