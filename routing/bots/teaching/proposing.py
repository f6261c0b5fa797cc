"""What the bot could be taught: questions that it did not answer, and what people answered them.

What was asked within a month is put together by what it asks. What more than one customer asked
and the live version would still not answer becomes a proposal: more examples for an article, where
the bot or those who answered were close to one, else a new article in a colleague's words. An
answer of the bot's that a colleague wrote anew becomes one about its article. A supervisor
decides; whatever was rejected is not proposed again.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, exists, select, text

from inbox.actions import proposals
from inbox.actions.proposals import Draft
from inbox.desk import Desk
from inbox.jobs import Teach
from inbox.model import Article, ArticleId, Proposal, ProposalState, TurnKind, Value
from inbox.store import Unit
from inbox.tables import CustomerRow, JobRow, MessageRow, SuggestionRow, Utc
from inbox.words import cut
from routing import setups
from routing.bots.assist import cleaning
from routing.bots.likeness import words
from routing.bots.teaching.aside import aside
from routing.bots.teaching.asked import Asked, asked
from routing.bots.teaching.drafting import Pool, drafted
from routing.bots.teaching.paragraphs import merged
from routing.bots.words import wishes

SPAN = timedelta(days=30)
EVERY = timedelta(hours=6)
MOST = 1_000  #: questions that are compared, the latest
FEWEST_WORDS, MOST_LETTERS = 2, 300  #: of a question; of a longer one its beginning counts

PLANNED = select(
    exists().where(JobRow.dead_at.is_(None), JobRow.holder.is_(None), text("job.share = 'teach'"))
)
EDITED = (
    select(
        SuggestionRow.conversation_id,
        SuggestionRow.article_id,
        SuggestionRow.language,
        SuggestionRow.answer,
        SuggestionRow.id,
        MessageRow.text,
        CustomerRow.name,
    )
    .join(MessageRow, MessageRow.id == SuggestionRow.message_id)
    .join(CustomerRow, CustomerRow.id == MessageRow.customer_id)
    .where(
        SuggestionRow.state == "edited",
        SuggestionRow.answered_at >= bindparam("since", type_=Utc()),
        SuggestionRow.article_id.is_not(None),
    )
    .order_by(SuggestionRow.id.desc())
)


class Look(Value):
    """What a look needs to know."""

    pool: Pool
    edits: tuple[Draft, ...]  #: what colleagues wrote instead of the bot's answers
    model: str | None  #: the file of the live version


async def teach(desk: Desk, _: Teach) -> None:
    """Look through what was not answered, propose what could be taught, and plan the next look."""
    await desk.write(plan_teaching, EVERY)
    if not await desk.read(has_pupil):
        return
    look = await desk.read(gathered)
    drafts = list(look.edits)
    if look.pool.questions:
        texts = (*look.pool.questions, *(question for _, question in look.pool.anchors))
        models = [desk.blobs.path(look.model)] if look.model else []
        result = await aside(texts, models, grouped=True)
        drafts += await asyncio.to_thread(drafted, look.pool, result)
    if drafts:
        await desk.write(proposals.propose, drafts)


def plan_teaching(unit: Unit, after: timedelta = timedelta()) -> None:
    """Have it looked through, and again and again, unless that is planned already."""
    if not unit.connection.scalar(PLANNED):
        unit.enqueue(Teach(), at=unit.now + after)


def has_pupil(unit: Unit) -> bool:
    """Tell whether there is anything to be taught: a bot, or an article to add to."""
    return bool(unit.articles.news()) or bool(setups.current(unit)[1].bots)


# --- what is looked through -----------------------------------------------------------------
def gathered(unit: Unit) -> Look:
    """Read everything that the decision about proposals needs."""
    since = unit.now - SPAN
    found = [one for one in asked(unit, since, unit.now) if is_open(one)]
    pairs = [(one, question(one.text)) for one in found]
    worth = [(one, said) for one, said in pairs if asks(said, one)][-MOST:]
    _, setup = setups.current(unit)
    known = unit.articles.some(unit.articles.news())
    spoken = Counter(each.language for one in known for each in one.texts)
    for bot in setup.bots.values():
        spoken.update(bot.languages)
    live = unit.brains.live()
    pool = Pool(
        asked=tuple(one for one, _ in worth),
        questions=tuple(said for _, said in worth),
        before=undecided(unit),
        articles=tuple(one for one in known if one.archived_at is None),
        languages=tuple(name for name, _ in spoken.most_common()),
        names=tuple(one.name for one in unit.agents.all()),
        novelty=max((bot.novelty for bot in setup.bots.values()), default=0.95),
        ambiguity=max((bot.ambiguity for bot in setup.bots.values()), default=0.6),
    )
    return Look(pool=pool, edits=tuple(rewritten(unit, known)), model=live.blob if live else None)


def is_open(one: Asked) -> bool:
    """Tell whether the bot left a question to people, or answered it wrongly."""
    turn = one.turn
    if turn is None:
        return one.answered is not None
    if turn.kind is TurnKind.ANSWER:
        return turn.wrong_at is not None or turn.helpful is False
    return True


def question(said: str) -> str:
    """Return what of a message is compared."""
    return cut(" ".join(cleaning.body(said).split()), MOST_LETTERS)


def asks(said: str, one: Asked) -> bool:
    """Tell whether somebody asks something, and not for a person, or says thanks."""
    return len(words(said)) >= FEWEST_WORDS and wishes.wish(said, language_of(one)) is None


def language_of(one: Asked) -> str | None:
    return one.turn.language if one.turn else None


def undecided(unit: Unit) -> tuple[Proposal, ...]:
    """Return what waits for a decision, and what was rejected."""
    rejected = [one for one in unit.proposals.decided(limit=500) if is_rejected(one)]
    return (*unit.proposals.open(limit=500), *rejected)


def is_rejected(one: Proposal) -> bool:
    return one.state is ProposalState.REJECTED


def rewritten(unit: Unit, known: Iterable[Article]) -> Iterator[Draft]:
    """Propose what colleagues wrote instead of what the bot would have said."""
    before = [*unit.proposals.open(limit=500), *unit.proposals.decided(limit=500)]
    edits = [one for one in before if one.kind == "edit"]
    seen = {(one.article_id, talk) for one in edits for talk in one.sources}
    articles = {one.id: one for one in known if one.archived_at is None}
    groups: dict[tuple[ArticleId, str | None], list[Any]] = {}
    for row in unit.connection.execute(EDITED, {"since": unit.now - SPAN}):
        if row.article_id in articles and (row.article_id, row.conversation_id) not in seen:
            groups.setdefault((row.article_id, row.language), []).append(row)
    ours = {one.name for one in unit.agents.all()}
    for (article, language), rows in groups.items():
        if said := fitted(articles[article], rows[0], ours):
            yield edit(articles[article], language, rows, edits, said)


def fitted(article: Article, row: Any, names: Iterable[str]) -> str | None:
    """Return what a colleague wrote without what could be its customer's."""
    text = article.nearest(row.language)
    common = {*words(f"{text.title} {text.body} {' '.join(text.examples)}")}
    said = cleaning.fit(row.answer or "", {row.name, *names}, common.__contains__)
    return merged(text, said) if said else None


def edit(
    article: Article,
    language: str | None,
    rows: Sequence[Any],
    before: Iterable[Proposal],
    said: str,
) -> Draft:
    """Propose what was written last; *rows* begin with the newest."""
    standing = (
        one.id
        for one in before
        if one.state is ProposalState.OPEN
        and (one.article_id, one.language) == (article.id, language)
    )
    return Draft(
        kind="edit",
        fingerprint=f"edit:{rows[0].id}",
        language=language,
        article_id=article.id,
        title=article.nearest(language).title,
        questions=tuple(question(row.text) for row in rows),
        answer=said,
        sources=tuple(dict.fromkeys(row.conversation_id for row in reversed(rows))),
        adds_to=next(standing, None),
    )
