"""What the bot could be taught is proposed; a supervisor decides, and may take it back.

Approving writes an article like everybody who writes one: by revision, on the record, and the bot
learns it. Taking it back leaves alone what somebody changed since.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from inbox.actions import articles
from inbox.actions.articles import Wanted
from inbox.errors import Conflict, Invalid
from inbox.model import (
    AgentId,
    Article,
    ArticleId,
    ArticleText,
    ConversationId,
    Proposal,
    ProposalId,
    ProposalState,
    Value,
)
from inbox.store import Unit

MOST_QUESTIONS = 12  #: of one proposal
MOST_SOURCES = 50
GAP = "[…]"  #: something that was a customer's was left out here


class Draft(Value):
    """Something to be proposed, or to be added to what is proposed already."""

    kind: str
    fingerprint: str
    language: str | None = None
    article_id: ArticleId | None = None
    title: str = ""
    questions: tuple[str, ...] = ()
    answer: str = ""
    sources: tuple[ConversationId, ...] = ()
    adds_to: ProposalId | None = None


class Edits(Value):
    """What a supervisor wants otherwise; what is none stays."""

    title: str | None = None
    questions: tuple[str, ...] | None = None
    answer: str | None = None
    article_id: ArticleId | None = None  #: the questions belong to this article


# --- proposing ------------------------------------------------------------------------------
def propose(unit: Unit, drafts: Sequence[Draft]) -> int:
    """Write down what is new among *drafts*; returns how many new proposals there are."""
    known = unit.proposals.known([one.fingerprint for one in drafts])
    made = 0
    for draft in drafts:
        if draft.adds_to is not None:
            strengthen(unit, draft.adds_to, draft)
        elif draft.fingerprint not in known:
            known.add(draft.fingerprint)
            add(unit, draft)
            made += 1
    return made


def add(unit: Unit, draft: Draft) -> None:
    sources = draft.sources[-MOST_SOURCES:]
    which = unit.proposals.add(
        kind=draft.kind,
        at=unit.now,
        fingerprint=draft.fingerprint,
        language=draft.language,
        article_id=draft.article_id,
        title=draft.title,
        questions=list(draft.questions[:MOST_QUESTIONS]),
        answer=draft.answer,
        sources=list(sources),
        weight=len(draft.sources),
    )
    change = {"proposal": which, "kind": draft.kind, "weight": len(draft.sources)}
    unit.happened("proposal.made", change=change)


def strengthen(unit: Unit, which: ProposalId, draft: Draft) -> None:
    """Add what came since to a proposal that still waits."""
    before = unit.proposals.get(which)
    fresh = [one for one in draft.sources if one not in before.sources]
    if before.state is not ProposalState.OPEN or not fresh:
        return
    questions = merged(before.questions, draft.questions)[:MOST_QUESTIONS]
    unit.proposals.settle(
        which,
        ProposalState.OPEN,
        questions=list(questions),
        sources=[*before.sources, *fresh][-MOST_SOURCES:],
        weight=before.weight + len(fresh),
        answer=before.answer or draft.answer,
    )


def merged(some: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return all of *some* and *others*, the same only once."""
    return tuple(articles.different([*some, *others]))


# --- deciding -------------------------------------------------------------------------------
def approve(
    unit: Unit, which: ProposalId, edits: Edits | None = None, *, by: AgentId | None
) -> Proposal:
    """Have the bot taught what is proposed, as it is or with *edits*.

    Raises `Conflict` when somebody decided already, `Invalid` when it cannot be written so.
    """
    before = waiting(unit, which)
    wanted = edited(before, edits or Edits())
    if wanted.kind != "example" and GAP in wanted.answer:
        raise Invalid(f"Fill in or take out what stands as {GAP} first.")
    was = unit.articles.get(wanted.article_id).revision if wanted.article_id else None
    if wanted.kind == "example":
        article = add_examples(unit, wanted, by)
    elif wanted.kind == "edit":
        article = rewrite(unit, wanted, by)
    else:
        article = write(unit, wanted, by)
    return decided(
        unit,
        before,
        ProposalState.APPROVED if wanted == before else ProposalState.EDITED,
        by=by,
        kind=wanted.kind,
        title=wanted.title,
        questions=list(wanted.questions),
        answer=wanted.answer,
        article_id=article.id,
        revision=None if article.revision == was else article.revision,
    )


def reject(unit: Unit, which: ProposalId, *, by: AgentId | None) -> Proposal:
    """Decide against a proposal; the same is not proposed again."""
    return decided(unit, waiting(unit, which), ProposalState.REJECTED, by=by)


def waiting(unit: Unit, which: ProposalId) -> Proposal:
    """Return a proposal that nobody has decided about. Raises `NotFound`, `Conflict`."""
    found = unit.proposals.get(which)
    if found.state is not ProposalState.OPEN:
        raise Conflict("Somebody decided about this already.")
    return found


def edited(before: Proposal, edits: Edits) -> Proposal:
    """Return a proposal as somebody wants it."""
    wanted = {
        name: value
        for name in ("title", "questions", "answer")
        if (value := getattr(edits, name)) is not None
    }
    if edits.article_id is not None:
        wanted |= {"article_id": edits.article_id}
        if before.kind == "article":
            wanted |= {"kind": "example"}
    return replace(before, **wanted)


def decided(
    unit: Unit, before: Proposal, state: ProposalState, *, by: AgentId | None, **fields: Any
) -> Proposal:
    """Write a decision down, unless somebody else did meanwhile. Raises `Conflict`."""
    at = None if state is ProposalState.OPEN else unit.now
    fields |= {"state": state.value, "decided_at": at, "decided_by": by if at else None}
    if not unit.proposals.settle(before.id, before.state, **fields):
        raise Conflict("Somebody decided about this already.")
    after = unit.proposals.get(before.id)
    change = {
        "proposal": before.id,
        "state": [before.state, state],
        "article": after.article_id,
    }
    unit.happened("proposal.decided", by=by, change=change)
    return after


# --- what it writes -------------------------------------------------------------------------
def write(unit: Unit, wanted: Proposal, by: AgentId | None) -> Article:
    """Write the article that is proposed."""
    text = ArticleText(
        language=wanted.language or "en",
        title=wanted.title,
        body=wanted.answer,
        examples=wanted.questions,
    )
    return articles.create(unit, Wanted(texts=(text,)), by=by)


def add_examples(unit: Unit, wanted: Proposal, by: AgentId | None) -> Article:
    """Add questions to an article, in the language in which they were asked."""
    article, text = meant(unit, wanted)
    if not wanted.questions:
        raise Invalid("There is no question to be added.")
    after = replace(text, examples=merged(text.examples, wanted.questions))
    return save(unit, article, after, by)


def rewrite(unit: Unit, wanted: Proposal, by: AgentId | None) -> Article:
    """Have an article answer as proposed."""
    article, text = meant(unit, wanted)
    return save(unit, article, replace(text, body=wanted.answer), by)


def meant(unit: Unit, wanted: Proposal) -> tuple[Article, ArticleText]:
    """Return the article that a proposal is about, in its language. Raises `Invalid`."""
    if wanted.article_id is None:
        raise Invalid("Say which article it belongs to.")
    article = articles.standing(unit, wanted.article_id, None)
    text = article.text(wanted.language or article.texts[0].language)
    if text is None:
        raise Invalid(f"The article is not written in {wanted.language!r}: do that first.")
    return article, text


def save(unit: Unit, article: Article, text: ArticleText, by: AgentId | None) -> Article:
    """Write one language of an article; all else stays."""
    wanted = Wanted(
        texts=tuple(text if one.language == text.language else one for one in article.texts),
        audience=article.audience,
        human_only=article.human_only,
        review_by=article.review_by,
    )
    return articles.save(unit, article.id, wanted, base=article.revision, by=by)


# --- taking it back -------------------------------------------------------------------------
def undo(unit: Unit, which: ProposalId, *, by: AgentId | None) -> Proposal:
    """Take a decision back: the proposal waits again, and its article is as if nothing was.

    Raises `Conflict` when it waits already, or when what it wrote was changed since.
    """
    before = unit.proposals.get(which)
    if before.state is ProposalState.OPEN:
        raise Conflict("Nobody has decided about this.")
    if before.revision is None or before.article_id is None:
        return decided(unit, before, ProposalState.OPEN, by=by)  # it wrote nothing
    if before.kind == "article":
        articles.archive(unit, before.article_id, by=by)
        return decided(unit, before, ProposalState.OPEN, by=by, article_id=None, revision=None)
    withdraw(unit, before, by)
    return decided(unit, before, ProposalState.OPEN, by=by, revision=None)


def withdraw(unit: Unit, before: Proposal, by: AgentId | None) -> None:
    """Take out of an article what a decision wrote into it."""
    article, text = meant(unit, before)
    was, made = then(unit, article, before)
    if before.kind == "edit":
        if made is None or was is None or text.body != made.body:
            raise Conflict("Somebody changed the article since: change it there.")
        save(unit, article, replace(text, body=was.body), by)
        return
    added = set(made.examples if made else ()) - set(was.examples if was else ())
    left = tuple(one for one in text.examples if one not in added)
    save(unit, article, replace(text, examples=left), by)


def then(
    unit: Unit, article: Article, before: Proposal
) -> tuple[ArticleText | None, ArticleText | None]:
    """Return what the article said before the decision and after it, in its language."""
    revision = before.revision or 0  # there is one: see `undo`
    found = {
        one.revision: one.content
        for one in unit.articles.versions(article.id, before=revision + 1, limit=2)
    }
    language = before.language or article.texts[0].language
    after = said(found.get(revision), language)
    return (said(found.get(revision - 1), language) if len(found) > 1 else after), after


def said(content: Any, language: str) -> ArticleText | None:
    texts = content.texts if content is not None else ()
    return next((one for one in texts if one.language == language), None)
