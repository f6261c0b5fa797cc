"""What the bot is taught: its versions, what is proposed, how it would do and how it did."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased

from agents_ui.api.teaching_shapes import (
    AboutShape,
    ArticleFigures,
    BotFigures,
    BrainRehearsalShape,
    BrainShape,
    BrainsShape,
    CaseShape,
    DayFigures,
    Decide,
    FiguresQuery,
    LanguageFigures,
    MoveShape,
    ProposalShape,
    ProposalsQuery,
    ProposalsShape,
    ReasonShape,
    Rehearse,
    SourceShape,
)
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.actions import brains, proposals
from inbox.actions.proposals import Edits
from inbox.errors import Conflict
from inbox.jobs import Teach
from inbox.model import Agent, Article, ArticleId, Brain, BrainId, Proposal, ProposalId, Role
from inbox.store import Unit
from inbox.store.numbers import numbered
from inbox.tables import ConversationRow, CustomerRow, JobRow, MessageRow
from inbox.words import cut
from routing import setups
from routing.bots.teaching.figures import Figures, figures
from routing.bots.teaching.proposing import has_pupil
from routing.bots.teaching.rehearsal import Case, Move, Rehearsal, rehearse
from routing.bots.teaching.training import usable
from routing.bots.words.phrases import chosen
from routing.setup import Setup

endpoints = Endpoints("teaching")

WEEK = timedelta(days=7)
FOUR_WEEKS = timedelta(days=28)
LONGEST = timedelta(days=400)
CASES = 200  #: of a rehearsal that are shown
SHOWN = 600  #: letters of a question or an answer
PLAYING = Lock()  #: one rehearsal at a time in a process: it takes a processor

UNDER_WAY = select(
    exists().where(
        JobRow.share == bindparam("share"),
        JobRow.dead_at.is_(None),
        JobRow.run_at <= bindparam("until", type_=JobRow.run_at.type),
    )
)
ASKING = aliased(MessageRow, name="asking")
FIRST = (
    select(func.min(ASKING.id))
    .where(
        ASKING.conversation_id == ConversationRow.id,
        ASKING.direction == "in",
        ASKING.kind == "message",
    )
    .scalar_subquery()
)
LINES = (
    select(
        ConversationRow.id,
        CustomerRow.name,
        ConversationRow.subject,
        func.coalesce(MessageRow.visible_text, MessageRow.text, ConversationRow.preview),
        func.coalesce(MessageRow.created_at, ConversationRow.created_at),
    )
    .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .outerjoin(MessageRow, MessageRow.id == FIRST)
    .where(numbered(ConversationRow.id, "which"))
    .order_by(ConversationRow.active_at.desc())
)


# --- versions -------------------------------------------------------------------------------
@endpoints("GET", "/brains", needs=Role.SUPERVISOR)
async def bot_versions(call: Call) -> BrainsShape:
    """List the versions of what the bot understands, the newest first."""
    return await call.read(versions)


@endpoints("POST", "/brains/train", needs=Role.SUPERVISOR)
async def train_bot(call: Call) -> BrainsShape:
    """Have the bot learn what articles and forms say now; a moment later it does.

    Saving an article or a form does so, too; this tries again what failed.
    """
    return await call.write(trained, call.agent)


@endpoints("POST", "/brains/{id}/live", needs=Role.SUPERVISOR)
async def put_version_live(call: Call, id: int) -> BrainsShape:  # noqa: A002  # the path's word
    """Have a version answer from now on, an older one too."""
    desk = call.front.desk
    brain = await call.read(lambda unit: unit.brains.get(BrainId(id)))
    if brain.blob and not await asyncio.to_thread(usable, desk, brain):
        raise Conflict("What this version had learned cannot be read any more.")
    return await call.write(switched, BrainId(id), call.agent)


def trained(unit: Unit, by: Agent) -> BrainsShape:
    brains.train(unit, by=by.id, again=True)
    return versions(unit, training=True)


def switched(unit: Unit, which: BrainId, by: Agent) -> BrainsShape:
    brains.put_live(unit, which, by=by.id)
    return versions(unit)


def versions(unit: Unit, *, training: bool = False) -> BrainsShape:
    live = unit.brains.live_id()
    return BrainsShape(
        items=[version(one, live) for one in unit.brains.all()],
        training=training or under_way(unit, "train_brain"),
        rehearse_first=setups.current(unit)[1].rehearse_first,
    )


def version(one: Brain, live: BrainId | None) -> BrainShape:
    return BrainShape(
        id=one.id,
        at=one.at,
        agent_id=one.agent_id,
        examples=one.examples,
        live=one.id == live,
        live_at=one.live_at,
        reason=one.reason,
        figures=one.figures,
    )


def under_way(unit: Unit, share: str) -> bool:
    """Tell whether a kind of job is being done, or due."""
    soon = unit.now + timedelta(minutes=1)  # one that is being done is held for a while
    return bool(unit.connection.scalar(UNDER_WAY, {"share": share, "until": soon}))


# --- proposals ------------------------------------------------------------------------------
@endpoints("GET", "/proposals", needs=Role.SUPERVISOR)
async def bot_proposals(call: Call, query: ProposalsQuery) -> ProposalsShape:
    """List what the bot could be taught, what was asked most often first; or what was decided."""
    return await call.read(listed, query.state, call.agent)


@endpoints("POST", "/proposals/look", needs=Role.SUPERVISOR)
async def look_for_proposals(call: Call) -> ProposalsShape:
    """Have what was asked looked through now; it happens by itself every few hours."""
    return await call.write(looked, call.agent)


@endpoints("POST", "/proposals/{id}", needs=Role.SUPERVISOR)
async def decide_proposal(call: Call, id: int, body: Decide) -> ProposalShape:  # noqa: A002  # the path's word
    """Approve a proposal, as it is or otherwise, reject it, or take a decision back.

    409 when somebody decided meanwhile, or when what it wrote was changed since.
    """
    if body.decision != "approve" and has_edits(body):
        raise Refused(422, "Only what is approved is written.", field="decision")
    return await call.write(settled, ProposalId(id), body, call.agent)


def has_edits(body: Decide) -> bool:
    return any(
        one is not None for one in (body.title, body.questions, body.answer, body.article_id)
    )


def settled(unit: Unit, which: ProposalId, body: Decide, by: Agent) -> ProposalShape:
    if body.decision == "reject":
        done = proposals.reject(unit, which, by=by.id)
    elif body.decision == "undo":
        done = proposals.undo(unit, which, by=by.id)
    else:
        edits = Edits(
            title=body.title,
            questions=None if body.questions is None else tuple(body.questions),
            answer=body.answer,
            article_id=None if body.article_id is None else ArticleId(body.article_id),
        )
        done = proposals.approve(unit, which, edits, by=by.id)
    return shown(unit, [done], by)[0]


def listed(unit: Unit, state: str, agent: Agent, *, looking: bool = False) -> ProposalsShape:
    found = unit.proposals.open() if state == "open" else unit.proposals.decided()
    return ProposalsShape(
        items=shown(unit, found, agent),
        waiting=unit.proposals.waiting(),
        looking=looking or under_way(unit, "teach"),
        looked=has_pupil(unit),
    )


def looked(unit: Unit, agent: Agent) -> ProposalsShape:
    unit.enqueue(Teach())
    return listed(unit, "open", agent, looking=True)


def shown(unit: Unit, found: Sequence[Proposal], agent: Agent) -> list[ProposalShape]:
    """Show proposals with what speaks for them, as far as *agent* may see it."""
    seen = unit.sight.some(agent, {talk for one in found for talk in one.sources})
    rows = unit.connection.execute(LINES, {"which": sorted(seen)}).all() if seen else ()
    lines = {row.id: row for row in rows}
    wanted = {one.article_id for one in found if one.article_id is not None}
    articles = {one.id: one for one in unit.articles.some(wanted)}
    return [proposal(one, lines, articles) for one in found]


def proposal(
    one: Proposal, lines: Mapping[int, Any], articles: Mapping[ArticleId, Article]
) -> ProposalShape:
    sources = [lines[talk] for talk in one.sources if talk in lines]
    article = articles.get(one.article_id) if one.article_id is not None else None
    return ProposalShape(
        id=one.id,
        kind=one.kind,
        state=one.state,
        at=one.at,
        language=one.language,
        title=one.title,
        questions=list(one.questions),
        answer=one.answer,
        weight=one.weight,
        article=about(article, one.language) if article else None,
        sources=[
            SourceShape(
                conversation_id=i, customer=name, subject=subject, said=cut(said, SHOWN), at=at
            )
            for i, name, subject, said, at in sources
        ],
        decided_at=one.decided_at,
        decided_by_id=one.decided_by,
    )


def about(article: Article, language: str | None) -> AboutShape:
    text = article.nearest(language)
    return AboutShape(
        id=article.id,
        title=text.title,
        body=text.body,
        examples=list(text.examples),
        revision=article.revision,
    )


# --- rehearsal ------------------------------------------------------------------------------
@endpoints("POST", "/bots/rehearse", needs=Role.SUPERVISOR)
async def rehearse_bot(call: Call, body: Rehearse) -> BrainRehearsalShape:
    """Play what was asked through a version of the bot; nothing is written, nobody is answered.

    The latest 1,000 questions are played. 409 while somebody else rehearses.
    """
    until = body.until or call.front.desk.clock()
    since = body.since or until - WEEK
    check_span(since, until)
    if not PLAYING.acquire(blocking=False):
        raise Conflict("Somebody else rehearses at the moment; try it again in a while.")
    try:
        played = await rehearse(
            call.front.desk,
            since,
            until,
            brain=None if body.brain_id is None else BrainId(body.brain_id),
            library=call.front.site.library,
        )
    finally:
        PLAYING.release()
    setup, titles = await call.read(named)
    return rehearsal(played, setup, titles)


def check_span(since: Any, until: Any) -> None:
    if not since < until <= since + LONGEST:
        raise Refused(
            422, "The time ends after it begins, and 400 days later at most.", field="since"
        )


def named(unit: Unit) -> tuple[Setup, dict[int, str]]:
    """Return what articles and forms are called."""
    known = unit.articles.some(unit.articles.news())
    return setups.current(unit)[1], {one.id: one.texts[0].title for one in known}


def rehearsal(played: Rehearsal, setup: Setup, titles: Mapping[int, str]) -> BrainRehearsalShape:
    cases = sorted(played.cases, key=notable)
    return BrainRehearsalShape(
        since=played.since,
        until=played.until,
        bot=played.bot,
        tried=played.tried,
        live=played.live,
        questions=len(cases),
        more=played.more,
        tried_would=dict(played.tried_would),
        now_would=None if played.now_would is None else dict(played.now_would),
        did=dict(played.did),
        agreed=played.agreed,
        objections=played.objections,
        changed=sum(one.changed for one in cases),
        cases=[case(one, setup, titles) for one in cases[:CASES]],
        left_out=max(0, len(cases) - CASES),
    )


def notable(one: Case) -> tuple[bool, bool, float]:
    """Order cases: objections first, then what changed, then the latest."""
    return one.objection is None, not one.changed, -one.at.timestamp()


def case(one: Case, setup: Setup, titles: Mapping[int, str]) -> CaseShape:
    return CaseShape(
        conversation_id=one.conversation_id,
        at=one.at,
        customer=one.customer,
        text=one.text[:SHOWN],
        tried=move(one.tried, setup, titles),
        now=move(one.now, setup, titles) if one.now else None,
        did=one.did,
        title=titles.get(one.article_id) if one.article_id else None,
        answer=one.answer[:SHOWN] if one.answer else None,
        objection=one.objection,
        changed=one.changed,
    )


def move(one: Move, setup: Setup, titles: Mapping[int, str]) -> MoveShape:
    title = titles.get(one.article_id) if one.article_id else None
    if one.flow is not None and one.flow in setup.flows:
        title = chosen(setup.flows[one.flow].title, None) or one.flow
    return MoveShape(
        would=one.would,
        why=one.why,
        article_id=one.article_id,
        title=title,
        probability=one.probability,
        ambiguity=one.ambiguity,
        novelty=one.novelty,
        nearest=one.nearest,
    )


# --- figures --------------------------------------------------------------------------------
@endpoints("GET", "/bots/figures", needs=Role.SUPERVISOR)
async def bot_figures(call: Call, query: FiguresQuery) -> BotFigures:
    """Count how the bot did: what it kept from people, what was wrong, why it handed over."""
    until = query.until or call.front.desk.clock()
    since = query.since or until - FOUR_WEEKS
    check_span(since, until)
    try:
        zone = ZoneInfo(query.zone)
    except (ValueError, OSError, KeyError):
        raise Refused(422, "There is no such time zone.", field="zone") from None
    found = await call.read(figures, since, until, zone=zone)
    _, titles = await call.read(named)
    return told(found, titles)


def told(found: Figures, titles: Mapping[int, str]) -> BotFigures:
    return BotFigures(
        since=found.since,
        until=found.until,
        all=found.all,
        helpful=found.helpful,
        unhelpful=found.unhelpful,
        kinds=dict(found.kinds),
        suggestions=dict(found.suggestions),
        reasons=[ReasonShape(**plain(one)) for one in found.reasons],
        articles=[
            ArticleFigures(title=titles.get(one.article_id, ""), **plain(one))
            for one in found.articles
        ],
        languages=[LanguageFigures(**plain(one)) for one in found.languages],
        days=[DayFigures(**plain(one)) for one in found.days],
    )


def plain(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names(value)}


def names(value: Any) -> Iterable[str]:
    fields: tuple[str, ...] = value.__struct_fields__
    return fields
