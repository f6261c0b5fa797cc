"""What agents made of a suggestion before they sent it: perhaps the article should say so.

A reply that says something else than the article it came from is proposed as its text; one that
was written instead of an article that did not fit, as an article of its own. What could be the
customer's becomes a gap, and whoever approves it fills that.
"""

from collections.abc import Callable, Collection
from typing import Literal

from msgspec.structs import replace

from inbox.actions import articles
from inbox.actions.proposals import Draft
from inbox.model import (
    AgentId,
    Article,
    ArticleId,
    ConversationId,
    Direction,
    Message,
    MessageId,
    Proposal,
    ProposalId,
    Value,
)
from inbox.store import Unit
from inbox.words import cut
from routing.bots.assist import cleaning
from routing.bots.teaching.paragraphs import key, merged
from routing.bots.teaching.proposing import question

WAITING = 200  #: proposals that nobody decided about; nothing is added to so many
TITLE = 120  #: letters
ASKED = 3  #: messages of the customer's that are the question, the latest
BEFORE = 50  #: messages before the reply among which they are looked for

Common = Callable[[str], bool]


class Made(Value):
    """A reply, the article that was suggested for it, and what became of that."""

    message_id: MessageId
    article_id: ArticleId
    language: str | None
    outcome: Literal["used", "declined"]


def drafted(
    unit: Unit,
    which: ConversationId,
    made: Made,
    *,
    by: AgentId,
    hide: Collection[str],
    common: Callable[[Article], Common],
) -> Draft | None:
    """Return what a reply of *by* proposes; none when it says the same, or too much is personal.

    *hide* are names that the desk knows; *common* tells which words are nobody's.
    """
    reply = unit.messages.get(made.message_id)
    if not is_reply(reply, which, by) or unit.proposals.waiting() >= WAITING:
        return None
    article = articles.standing(unit, made.article_id, None)
    text = article.text(made.language) or article.texts[0]
    nobodys = common(article)
    said = cleaning.fit(reply.visible_text or reply.text, hide, nobodys)
    asked = question(asked_before(unit, which, made.message_id))
    fitted = cleaning.fit(asked, hide, nobodys) if asked else None
    asks: tuple[str, ...] = (fitted,) if fitted and cleaning.GAP not in fitted else ()
    if said is None or (made.outcome == "declined" and not asks):
        return None
    draft = Draft(
        kind="article",
        fingerprint=f"assist:{made.message_id}:{made.article_id}",
        language=text.language,
        title=cut(asks[0], TITLE) if asks else text.title,
        questions=asks,
        answer=said,
        sources=(which,),
    )
    if made.outcome == "declined":
        return draft
    answer = merged(text, said)
    if key(answer) == key(text.body):
        return None
    waits = standing(unit.proposals.open(limit=WAITING), article.id, text.language)
    return replace(
        draft,
        kind="edit",
        article_id=article.id,
        title=text.title,
        answer=answer,
        adds_to=waits,
    )


def standing(waiting: Collection[Proposal], article: ArticleId, language: str) -> ProposalId | None:
    """Return the proposal about the same text that waits already."""
    same = (
        one.id
        for one in waiting
        if one.kind == "edit" and (one.article_id, one.language) == (article, language)
    )
    return next(same, None)


def is_reply(one: Message, which: ConversationId, by: AgentId) -> bool:
    return (
        one.conversation_id == which
        and one.author_id == by
        and one.direction is Direction.OUT
        and one.deleted_at is None
    )


def asked_before(unit: Unit, which: ConversationId, reply: MessageId) -> str:
    """Return what the customer wrote before a reply, since ours before it."""
    asked: list[str] = []
    for row in unit.messages.page(which, before=reply, limit=BEFORE):
        if row.direction == Direction.OUT and row.kind == "message":
            break
        if row.direction == Direction.IN and row.kind == "message" and row.deleted_at is None:
            asked.append(row.text if row.visible_text is None else row.visible_text)
    return "\n".join(reversed(asked[:ASKED]))
