"""All there is to think about when a customer has written, read before anything is thought."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from inbox.channel import Capabilities
from inbox.model import (
    AccountId,
    Article,
    ArticleId,
    BotSession,
    BotTurn,
    Conversation,
    ConversationId,
    Customer,
    CustomerId,
    Message,
    MessageId,
    Pressed,
    QueueId,
    SessionState,
    Status,
    TurnKind,
    Value,
)
from inbox.store import Unit
from routing import facts
from routing.bots.forms.offering import Known, known
from routing.bots.model import Bot, Flow, Notes
from routing.hours import ALWAYS, Hours
from routing.known import Rulebook, rulebook

MOST = 20  #: messages that are read together; who writes more at once is heard in the next turn
TEXT = 20_000  #: characters of them
Carriers = Mapping[AccountId, Capabilities]
NOTHING = Capabilities(max_text=0)


class Matter(Value):
    """What the bot knows when it thinks."""

    session: BotSession
    bot: Bot
    flows: Mapping[str, Flow]
    notes: Notes
    talk: Conversation
    customer: Customer
    heard: tuple[Message, ...]  #: what it has not dealt with, the oldest first
    articles: Mapping[ArticleId, Article]  #: that it may answer with
    carrier: Capabilities
    at: datetime
    today: date
    opens: datetime | None = None  #: none while a person is there
    is_open: bool = True
    somebody: bool = False  #: is there who could be asked
    last: BotTurn | None = None  #: what it did last in this opening
    known: Mapping[str, Known] = {}  #: where the customer is reached, by kind of slot

    @property
    def heard_id(self) -> MessageId:
        return self.heard[-1].id

    @property
    def text(self) -> str:
        """Return what was written, as far as it is the customer's own words."""
        said = [one.text if one.visible_text is None else one.visible_text for one in self.heard]
        return "\n".join(one.strip() for one in said if one.strip())[:TEXT]

    @property
    def pressed(self) -> str | None:
        """Return the id of the button that was pressed last of all."""
        content = self.heard[-1].content
        return content.id if isinstance(content, Pressed) else None

    @property
    def pressable(self) -> bool:
        return self.carrier.buttons > 0


def gather(unit: Unit, which: ConversationId, carriers: Carriers) -> Matter | None:
    """Return what there is to think about; none when nothing is, or it is not the bot's."""
    talk = unit.conversations.get(which)
    session = unit.sessions.get(which)
    if session is None or not session.state.speaks or talk.status is not Status.PENDING:
        return None
    heard = unheard(unit, which, session)
    if not heard:
        return None
    book = rulebook(unit)
    hours = book.hours_of(queue_of(unit, session))
    today = local_day(unit.now, hours)
    turns = unit.turns.of(which, opening=session.opening)
    is_open = hours.is_open(unit.now)
    return Matter(
        session=session,
        bot=book.setup.bots.get(session.bot, Bot()),
        flows=book.setup.flows,
        notes=noted(session),
        talk=talk,
        customer=unit.customers.get(talk.customer_id),
        heard=tuple(heard),
        articles={one.id: one for one in unit.articles.answerable(today)},
        carrier=carriers.get(talk.account_id, NOTHING),
        at=unit.now,
        today=today,
        is_open=is_open,
        opens=None if is_open else hours.next_open(unit.now),
        somebody=session.state is not SessionState.ASKING and somebody_is_there(unit, session),
        last=turns[-1] if turns else None,
        known=reached(unit, talk.customer_id, heard[-1].sender),
    )


def reached(unit: Unit, which: CustomerId, sender: str | None) -> dict[str, Known]:
    """Return where a customer is reached, as far as who writes as *sender* may be told."""
    attributes = unit.customers.get(which).attributes
    return known(unit.customers.identities(which), attributes, sender)


def local_day(at: datetime, hours: Hours) -> date:
    return at.astimezone(hours.zone).date()


def unheard(unit: Unit, which: ConversationId, session: BotSession) -> list[Message]:
    """Return what the customer wrote since the bot last dealt with anything."""
    found: list[Message] = []
    after = session.heard_id or MessageId(0)
    if asked := unit.suggestions.waiting_in(which):  # what a colleague is asked about is open
        after = MessageId(asked.message_id - 1)
    while len(found) < MOST and (message := unit.messages.heard_since(which, after)):
        found.append(message)
        after = message.id
    newest = unit.messages.heard_before(which)
    if found and newest is not None and newest.id != found[-1].id:
        found.append(newest)
    return found if newest is not None and newest.id > (session.heard_id or 0) else []


def noted(session: BotSession) -> Notes:
    """Return the notes of a session; those of another version of the desk are none."""
    try:
        return msgspec.convert(session.notes, Notes)
    except msgspec.ValidationError:
        return Notes()


def queue_of(unit: Unit, session: BotSession) -> QueueId | None:
    """Return where a conversation would go to people."""
    there = unit.placements.get(session.conversation_id)
    return there.queue_id if there and there.queue_id is not None else session.queue_id


def hours_of(unit: Unit, session: BotSession, queue: QueueId | None = None) -> Hours:
    book: Rulebook = rulebook(unit)
    return book.hours_of(queue or queue_of(unit, session)) if book.queues else ALWAYS


def somebody_is_there(unit: Unit, session: BotSession) -> bool:
    """Tell whether a colleague who would see the conversation is at the desk and available."""
    queue = queue_of(unit, session)
    there = {
        duty.agent_id
        for duty in unit.duties.all()
        if duty.connected_until is not None
        and duty.connected_until > unit.now
        and (queue is None or duty.availability == "available")
    }
    if queue is None:
        return bool(there)
    return bool(there & unit.sight.members([queue])[queue])


def spoken(customer: Customer) -> str | None:
    return facts.language(customer)


def answered_last(matter: Matter) -> ArticleId | None:
    """Return the article that the bot answered with last, if that was its last turn."""
    last = matter.last
    return last.article_id if last and last.kind is TurnKind.ANSWER else None


def plain(notes: Notes) -> dict[str, Any]:
    """Return notes as they are kept."""
    kept: dict[str, Any] = msgspec.to_builtins(notes)
    return kept
