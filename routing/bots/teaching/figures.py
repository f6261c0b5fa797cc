"""How the bot did in a span of time: what it kept from people, what it got wrong, and why not.

An opening is contained when the bot did not hand it over and no person wrote in it; what is still
going on counts as neither. Nothing is estimated: every number counts rows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, func, select

from inbox.model import ArticleId, BotTurn, ConversationId, SessionState, TurnKind, Value
from inbox.store import Unit
from inbox.store.articles import Votes
from inbox.store.numbers import numbered
from inbox.store.sessions import TURN_COLUMNS, as_turn
from inbox.tables import BotTurnRow, MessageRow, SuggestionRow, Utc

MOST = 200_000  #: turns that are counted, the latest
SOME = 500
A_DAY = timedelta(days=1)
REASONS = 12  #: that are named

SINCE, UNTIL = bindparam("since", type_=Utc()), bindparam("until", type_=Utc())
TURNS = (
    select(*TURN_COLUMNS)
    .where(BotTurnRow.at >= SINCE, BotTurnRow.at < UNTIL)
    .order_by(BotTurnRow.id.desc())
    .limit(MOST)
)
OURS = (
    select(MessageRow.conversation_id, MessageRow.created_at)
    .where(
        numbered(MessageRow.conversation_id, "which"),
        MessageRow.author_id.is_not(None),
        MessageRow.direction == "out",
    )
    .order_by(MessageRow.conversation_id, MessageRow.id)
)
ASKED = (
    select(SuggestionRow.state, func.count())
    .where(SuggestionRow.asked_at >= SINCE, SuggestionRow.asked_at < UNTIL)
    .group_by(SuggestionRow.state)
)


class Openings(Value):
    """How some openings of conversations went."""

    openings: int = 0
    contained: int = 0
    handed_over: int = 0
    taken: int = 0  #: a person wrote without being asked to
    going: int = 0  #: the bot still has them
    answers: int = 0
    wrong: int = 0  #: answers that somebody reported


class Day(Value):
    """One day of the desk."""

    day: date
    all: Openings


class Spoken(Value):
    """What was asked in a language; none where it could not be told."""

    language: str | None
    all: Openings


class About(Value):
    """How an article did."""

    article_id: ArticleId
    answers: int
    helpful: int
    unhelpful: int
    wrong: int
    handed_over: int  #: openings in which it was an answer and a person was needed all the same
    read_helpful: int = 0  #: readers of the help page who said so
    read_unhelpful: int = 0


class Reason(Value):
    """Why conversations were given to people."""

    why: str
    openings: int


class Figures(Value):
    """How the bot did."""

    since: datetime
    until: datetime
    all: Openings
    helpful: int  #: customers who said so
    unhelpful: int
    kinds: Mapping[TurnKind, int]
    suggestions: Mapping[str, int]  #: what became of what colleagues were asked
    reasons: tuple[Reason, ...]
    articles: tuple[About, ...]
    languages: tuple[Spoken, ...]
    days: tuple[Day, ...]


class Story(Value):
    """One opening, as far as the bot had it."""

    turns: tuple[BotTurn, ...]
    ended: str  #: the field of `Openings` that it counts in

    @property
    def language(self) -> str | None:
        return next((one.language for one in reversed(self.turns) if one.language), None)


def figures(unit: Unit, since: datetime, until: datetime, *, zone: Any) -> Figures:
    """Count how the bot did; days are those of a time *zone*."""
    stories = list(told(unit, since, until))
    turns = [turn for story in stories for turn in story.turns]
    kinds = Counter(turn.kind for turn in turns)
    asked = unit.connection.execute(ASKED, {"since": since, "until": until})
    days: dict[date, list[Story]] = defaultdict(list)
    languages: dict[str | None, list[Story]] = defaultdict(list)
    for story in stories:
        days[story.turns[0].at.astimezone(zone).date()].append(story)
        languages[story.language].append(story)
    return Figures(
        since=since,
        until=until,
        all=counted(stories),
        helpful=sum(turn.helpful is True for turn in turns),
        unhelpful=sum(turn.helpful is False for turn in turns),
        kinds=kinds,
        suggestions={row[0]: row[1] for row in asked},
        reasons=reasons(turns),
        articles=articles(stories, unit.articles.votes(since.date(), until.date() + A_DAY)),
        languages=tuple(
            Spoken(language=name, all=counted(some))
            for name, some in sorted(languages.items(), key=lambda one: -len(one[1]))
        ),
        days=tuple(Day(day=day, all=counted(some)) for day, some in sorted(days.items())),
    )


# --- stories --------------------------------------------------------------------------------
def told(unit: Unit, since: datetime, until: datetime) -> Iterator[Story]:
    """Return every opening that had a turn of the bot in a span."""
    rows = unit.connection.execute(TURNS, {"since": since, "until": until})
    found: dict[tuple[ConversationId, int], list[BotTurn]] = defaultdict(list)
    for turn in map(as_turn, rows):
        found[turn.conversation_id, turn.opening].append(turn)
    talks = iter(sorted({talk for talk, _ in found}))
    ours: dict[ConversationId, list[datetime]] = defaultdict(list)
    speaking: set[tuple[ConversationId, int]] = set()
    while some := list(islice(talks, SOME)):
        for talk, at in unit.connection.execute(OURS, {"which": some}):
            ours[ConversationId(talk)].append(at)
        for session in unit.sessions.some(some).values():
            if session.state.speaks and session.state is not SessionState.ENDED:
                speaking.add((session.conversation_id, session.opening))
    for (talk, opening), newest_first in found.items():
        turns = tuple(reversed(newest_first))
        after = found.get((talk, opening + 1))
        until_then = after[-1].at if after else None
        spoke = any(
            turns[0].at <= at and (until_then is None or at < until_then) for at in ours[talk]
        )
        yield Story(turns=turns, ended=ended(turns, spoke, (talk, opening) in speaking))


def ended(turns: Sequence[BotTurn], spoke: bool, speaking: bool) -> str:
    """Say how an opening ended."""
    if any(turn.kind is TurnKind.HAND_OVER for turn in turns):
        return "handed_over"
    if spoke:
        return "taken"
    return "going" if speaking else "contained"


# --- counting -------------------------------------------------------------------------------
def counted(stories: Sequence[Story]) -> Openings:
    ends = Counter(story.ended for story in stories)
    answers = [turn for story in stories for turn in story.turns if turn.kind is TurnKind.ANSWER]
    return Openings(
        openings=len(stories),
        contained=ends["contained"],
        handed_over=ends["handed_over"],
        taken=ends["taken"],
        going=ends["going"],
        answers=len(answers),
        wrong=sum(turn.wrong_at is not None for turn in answers),
    )


def reasons(turns: Iterable[BotTurn]) -> tuple[Reason, ...]:
    """Return why conversations were given to people, the most frequent first."""
    found = Counter(turn.why for turn in turns if turn.kind is TurnKind.HAND_OVER)
    return tuple(Reason(why=why, openings=count) for why, count in found.most_common(REASONS))


def articles(stories: Iterable[Story], votes: Mapping[ArticleId, Votes]) -> tuple[About, ...]:
    """Return how each article did, the most used first; *votes* are those of its readers."""
    answers: dict[ArticleId, list[BotTurn]] = defaultdict(list)
    given_away: Counter[ArticleId] = Counter()
    for story in stories:
        told = [one for one in story.turns if one.kind is TurnKind.ANSWER]
        for turn in told:
            if turn.article_id is not None:
                answers[turn.article_id].append(turn)
        if story.ended == "handed_over":
            given_away.update({one.article_id for one in told if one.article_id is not None})
    found = [
        About(
            article_id=which,
            answers=len(turns),
            helpful=sum(turn.helpful is True for turn in turns),
            unhelpful=sum(turn.helpful is False for turn in turns),
            wrong=sum(turn.wrong_at is not None for turn in turns),
            handed_over=given_away[which],
            read_helpful=votes[which].helpful if which in votes else 0,
            read_unhelpful=votes[which].unhelpful if which in votes else 0,
        )
        for which in {*answers, *votes}
        for turns in (answers.get(which, ()),)
    ]
    return tuple(sorted(found, key=lambda one: (-one.answers, one.article_id)))
