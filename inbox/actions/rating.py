"""Ask a customer once how they were served, and understand the answer.

The question goes out a minute after a conversation was resolved, on the channel it was on, when
its queue says so; whoever opens the conversation again in that minute takes the question back. An
answer does not open the conversation again, unless it asks something.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, insert, select, update

from inbox.actions.envelope import address
from inbox.actions.reply import permit, say
from inbox.channel import Capabilities, Channels
from inbox.degrade import pieces
from inbox.desk import Desk
from inbox.errors import Invalid, NotFound
from inbox.jobs import AskRating, ThankForRating
from inbox.model import (
    AccountId,
    Button,
    Call,
    Choices,
    Content,
    Conversation,
    ConversationId,
    CustomerId,
    Kind,
    MessageId,
    Pressed,
    QueueId,
    RatingId,
    Status,
    TurnKind,
)
from inbox.store import Unit
from inbox.store.attachments import Given
from inbox.tables import BotTurnRow, EventRow, MessageRow, RatingRow, Utc
from inbox.words import cut

ANSWERED_WITHIN = timedelta(days=7)  # a number that comes later means something else
SELDOM = timedelta(days=1)  # nobody is asked twice on one day in one conversation
MAX_WORDS = 2000
PRESSED = "rating-"  #: how the ids of the buttons begin
QUESTION = "How did we do? Please answer with a number from 1 (very bad) to 5 (very good)."
THANKS = "Thank you for telling us."
SCORES = {1: "Very bad", 2: "Bad", 3: "Fair", 4: "Good", 5: "Very good"}
WORDS = {name.casefold(): score for score, name in SCORES.items()} | {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
}
STAR = "\u2b50"
NUMBER = re.compile(
    r"(?P<score>[1-5])(?:\ufe0f?\u20e3)?"  # a keycap is a digit with two marks
    r"(?:\s*(?:/|of|out of)\s*5|\s*(?:stars?|points?)\b)?"
    r"(?:(?:\s*[.,;:!)\u2013\u2014-]+\s*|\s*\n\s*)(?P<words>.*))?",
    re.IGNORECASE | re.DOTALL,
)
NO_FILES: tuple[Given, ...] = ()
Answer = tuple[int, str]  #: a score, and the words beside it

OPEN = (
    select(RatingRow.id, RatingRow.agent_id)
    .where(
        RatingRow.conversation_id == bindparam("which"),
        RatingRow.answered_at.is_(None),
        RatingRow.asked_at > bindparam("since", type_=Utc()),
    )
    .order_by(RatingRow.id.desc())
    .limit(1)
)
LATELY = (
    select(RatingRow.id)
    .where(
        RatingRow.conversation_id == bindparam("which"),
        RatingRow.asked_at > bindparam("since", type_=Utc()),
    )
    .limit(1)
)
ADD = insert(RatingRow)
RESOLVED = (
    select(EventRow.id)
    .where(
        EventRow.conversation_id == bindparam("which"),
        EventRow.verb.in_(("conversation.resolved", "conversation.reopened")),
        EventRow.at > bindparam("at", type_=Utc()),
    )
    .limit(1)
)
KNOWN = (
    select(BotTurnRow.id)
    .where(BotTurnRow.conversation_id == bindparam("which"), BotTurnRow.kind == TurnKind.ANSWER)
    .limit(1)
)
ANSWERED = (
    select(MessageRow.id)
    .where(
        MessageRow.conversation_id == bindparam("which"),
        MessageRow.direction == "out",
        MessageRow.author_id.is_not(None),
    )
    .limit(1)
)


# --- asking ---------------------------------------------------------------------------------
async def ask_rating(desk: Desk, job: AskRating, *, channels: Channels) -> None:
    """Ask for a rating, unless there is a reason not to."""
    known = {account: channel.capabilities for account, channel in channels.items()}
    await desk.write(ask, job, known)


def ask(
    unit: Unit, job: AskRating, capabilities: Mapping[AccountId, Capabilities]
) -> MessageId | None:
    """Write the question; nothing where it would be out of place, or unwanted."""
    talk, carrier = reached(unit, job.conversation_id, capabilities)
    if talk is None or carrier is None or carrier.calls or not is_wanted(unit, talk, job):
        return None
    choices = Choices(
        buttons=tuple(
            Button(title=title, id=f"{PRESSED}{score}") for score, title in SCORES.items()
        )
    )
    message = tell(unit, talk, QUESTION, carrier, content=choices)
    if message is None:
        return None
    row = {
        "conversation_id": talk.id,
        "agent_id": job.agent_id,
        "queue_id": talk.queue_id,
        "asked_at": unit.now,
        "message_id": message,
        "answered_at": None,
        "score": None,
        "words": None,
    }
    unit.connection.execute(ADD, row)
    unit.happened(
        "rating.asked",
        conversation=talk.id,
        customer=talk.customer_id,
        message=message,
        about=job.agent_id,
    )
    return message


def reached(
    unit: Unit, which: ConversationId, capabilities: Mapping[AccountId, Capabilities]
) -> tuple[Conversation | None, Capabilities | None]:
    """Hold a conversation, and return what carries it; none of what is not there any more."""
    try:
        talk = unit.conversations.hold(which)
    except NotFound:
        return None, None
    return talk, capabilities.get(talk.account_id)


def is_wanted(unit: Unit, talk: Conversation, job: AskRating) -> bool:
    """Tell whether a customer may be asked: they were answered, and it is over."""
    ask = unit.connection.execute
    which = {"which": talk.id}
    heard = unit.messages.get(talk.last_heard_id) if talk.last_heard_id else None
    return (
        talk.status is Status.RESOLVED
        and not talk.spam
        and asks(unit, talk.queue_id)
        and heard is not None
        and heard.kind is Kind.MESSAGE
        and not isinstance(heard.content, Call)
        and was_served(unit, talk.id)
        and ask(RESOLVED, {**which, "at": job.resolved_at}).first() is None
        and ask(LATELY, {**which, "since": unit.now - SELDOM}).first() is None
    )


def was_served(unit: Unit, which: ConversationId) -> bool:
    """Tell whether somebody of ours answered, or the bot knew the answer."""
    asked = {"which": which}
    return any(unit.connection.execute(one, asked).first() for one in (ANSWERED, KNOWN))


def asks(unit: Unit, queue: QueueId | None) -> bool:
    """Tell whether a queue has its customers asked."""
    setup = unit.setups.newest()
    if queue is None or setup is None:
        return False
    name = unit.queues.get(queue).name
    return bool(setup[1].get("queues", {}).get(name, {}).get("rating"))


def tell(
    unit: Unit,
    talk: Conversation,
    text: str,
    carrier: Capabilities,
    *,
    content: Content | None = None,
    client_id: str | None = None,
) -> MessageId | None:
    """Say something by ourselves; nothing where nobody may be written to."""
    envelope = replace(address(unit, talk), copied=())  # it is for the customer alone
    try:
        if not envelope.possible:
            return None
        permit(unit, talk, envelope, None, carrier)
    except Invalid:
        return None
    first, *rest = pieces(text, NO_FILES, content, carrier)
    message = say(unit, talk, envelope, first, client_id=client_id)
    for piece in rest:
        say(unit, talk, envelope, piece)
    return message


# --- understanding --------------------------------------------------------------------------
def understand(text: str, content: Any) -> Answer | None:
    """Read a rating in what somebody wrote or pressed; none when it is something else.

    >>> understand("5 - very quick, thank you", None)
    (5, 'very quick, thank you')
    >>> understand("2 of the cups were broken", None)
    """
    if isinstance(content, Pressed):
        score = content.id.removeprefix(PRESSED)
        pressed = content.id.startswith(PRESSED) and score in {"1", "2", "3", "4", "5"}
        return (int(score), "") if pressed else None
    said = text.strip()
    stars = said.rstrip(".! ").replace("\ufe0f", "")
    if stars and len(stars) <= 5 and set(stars) == {STAR}:
        return len(stars), ""
    if score_word := WORDS.get(said.rstrip(".! ").casefold()):
        return score_word, ""
    found = NUMBER.fullmatch(said)
    return (int(found["score"]), (found["words"] or "").strip()) if found else None


def given(
    unit: Unit,
    which: ConversationId,
    customer: CustomerId,
    message: MessageId,
    said: Answer | None,
    *,
    pressed: bool,
) -> bool:
    """Write down a rating that was asked for; tells whether that is all there is to a message.

    A button of an old question changes nothing, and waits for nobody's answer.
    """
    if said is None:
        return False
    asked = {"which": which, "since": unit.now - ANSWERED_WITHIN}
    row = unit.connection.execute(OPEN, asked).one_or_none()
    if row is None:
        return pressed
    score, words = said
    answer = {"answered_at": unit.now, "score": score, "words": cut(words, MAX_WORDS) or None}
    unit.connection.execute(update(RatingRow).where(RatingRow.id == row.id).values(answer))
    unit.happened(
        "rating.given",
        conversation=which,
        customer=customer,
        message=message,
        about=row.agent_id,
        change={"score": [None, score]},
    )
    unit.enqueue(ThankForRating(conversation_id=which, rating_id=RatingId(row.id)))
    return "?" not in words


# --- thanking -------------------------------------------------------------------------------
async def thank_for_rating(desk: Desk, job: ThankForRating, *, channels: Channels) -> None:
    """Thank a customer for their rating."""
    known = {account: channel.capabilities for account, channel in channels.items()}
    await desk.write(thank, job, known)


def thank(
    unit: Unit, job: ThankForRating, capabilities: Mapping[AccountId, Capabilities]
) -> MessageId | None:
    """Say thanks, once, unless the conversation goes on anyway."""
    talk, carrier = reached(unit, job.conversation_id, capabilities)
    if talk is None or carrier is None or talk.spam or talk.status is not Status.RESOLVED:
        return None
    name = f"rating-{job.rating_id}"
    if unit.messages.by_client_id(talk.id, name):
        return None
    return tell(unit, talk, THANKS, carrier, client_id=name)
