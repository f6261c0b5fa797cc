"""Telephone calls on the record: each is one message, and news of it change that message."""

import secrets
from contextlib import suppress
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace
from sqlalchemy import insert

from inbox.actions import conversation as conversations
from inbox.actions import duties
from inbox.actions.call_record import ENDED, merged, summary, words
from inbox.channel import Called, File
from inbox.errors import Invalid, NotFound
from inbox.jobs import Discard, Fetch, Route
from inbox.model import (
    PROOFS,
    AccountId,
    Address,
    AgentId,
    AttachmentId,
    Call,
    Conversation,
    ConversationId,
    CustomerId,
    Delivery,
    Direction,
    Leg,
    Message,
    MessageId,
    Proof,
    Recording,
)
from inbox.store import Unit
from inbox.store.calls import Calls
from inbox.store.journal import short_key
from inbox.store.numbers import keys
from inbox.tables import AttachmentRow
from inbox.words import clean, cleaned, cut, preview

PHONE = "phone"
UNANSWERED = ("missed", "abandoned", "voicemail")
MAX_TRANSCRIPT = 20_000
MAX_NAME = 200
PROMISED = "back-"  #: how our names of calls begin that were promised elsewhere
ASKED = "They asked to be called back."
DISCARDED = "It was deleted when its time was over."


# --- what the provider tells ------------------------------------------------------------------
def begin(unit: Unit, which: MessageId) -> None:
    """Take note of a call that was just heard of for the first time."""
    message = unit.messages.get(which)
    if isinstance(message.content, Call) and message.account_id is not None:
        settle(unit, message, message.content, message.revision)


def tell(unit: Unit, account: AccountId, news: Called) -> bool:
    """Write on the record what is told of a call; False when there is no such call (yet)."""
    name = short_key(clean(news.external_id)) or ""
    message = unit.messages.by_external_id(account, name)
    if message is None or not isinstance(message.content, Call):
        return False
    before = message.content
    told = with_file(unit, message, news)
    newest = news.order >= message.revision
    after = merged(before, told, newest=newest)
    revision = max(message.revision, news.order) if news.state else message.revision
    if after != before or revision != message.revision:
        settle(unit, message, after, revision)
    return True


def with_file(unit: Unit, message: Message, news: Called) -> Called:
    """Return *news* with the recording's file attached to the message, to be fetched."""
    recording, file = news.recording, news.file
    if recording is None:
        return news
    known = getattr(message.content, "recordings", ())
    there = next((one for one in known if one.external_id == recording.external_id), None)
    if recording.transcript:
        recording = replace(recording, transcript=cut(recording.transcript, MAX_TRANSCRIPT))
    if file and not (there and there.attachment_id) and message.account_id is not None:
        number = attach(unit, message, message.account_id, file)
        recording = replace(recording, attachment_id=number)
        if news.keep_until:
            job = Discard(
                message_id=message.id,
                account_id=message.account_id,
                recording=recording.external_id,
            )
            unit.enqueue(job, at=news.keep_until)
    return replace(news, recording=recording)


def attach(unit: Unit, message: Message, account: AccountId, file: File) -> AttachmentId:
    """Put a file on a message that the channel still has to fetch."""
    added = insert(AttachmentRow).values(
        message_id=message.id,
        name=cut(file.name, MAX_NAME),
        media_type=cut(file.media_type, MAX_NAME),
        size=file.size,
        blob="",
        inline=False,
        source=file.source and clean(file.source),
    )
    number = AttachmentId(unit.connection.execute(added.returning(AttachmentRow.id)).scalar_one())
    unit.enqueue(Fetch(attachment_id=number, account_id=account))
    return number


# --- what follows from it -----------------------------------------------------------------------
def settle(unit: Unit, message: Message, call: Call, revision: int) -> None:
    """Write down how a call stands, and everything that follows from it."""
    outward = message.direction is Direction.OUT
    line = summary(call, outward=outward)
    spoken = words(call)
    fields: dict[str, Any] = {
        "content": cleaned(to_builtins(call)),
        "revision": revision,
        "text": clean(f"{line}\n\n{spoken}" if spoken else line),
    }
    if outward and call.answered_at:
        fields["delivery"] = Delivery.DELIVERED
    unit.messages.change(message.id, **fields)
    book = Calls(unit.connection)
    if call.state == ENDED:
        book.end(message.id)
    elif message.account_id is not None:
        book.begin(message.id, message.account_id)
    talk = unit.conversations.get(message.conversation_id)
    move(unit, message, talk, call, f"{line}: {spoken}" if spoken else line)
    before = message.content if isinstance(message.content, Call) else None
    attend(unit, talking(before), talking(call))
    unit.happened(
        "call.changed",
        conversation=message.conversation_id,
        customer=message.customer_id,
        message=message.id,
        change={
            "state": [before.state if before else None, call.state],
            "outcome": [before.outcome if before else None, call.outcome],
        },
    )


def move(unit: Unit, message: Message, talk: Conversation, call: Call, line: str) -> None:
    """Bring the conversation up to date: it waits after a call that nobody took."""
    fields: dict[str, Any] = {}
    if talk.last_message_id == message.id:
        fields["preview"] = preview(line)
    if call.answered_at:
        if talk.last_heard_id in {None, message.id} or message.direction is Direction.OUT:
            fields["waiting_since"] = None
    elif is_missed(call, message) and not talk.spam and not later_answer(unit, talk, message):
        fields["waiting_since"] = talk.waiting_since or call.began_at or unit.now
    changed = {name: value for name, value in fields.items() if getattr(talk, name) != value}
    if changed:
        unit.conversations.change(talk.id, **changed)
    who = speaker(call)
    if who and talk.assignee_id is None and works_here(unit, who):
        conversations.assign(unit, talk.id, who, by=None)


def attend(unit: Unit, before: set[AgentId], now: set[AgentId]) -> None:
    """Note who talks on the telephone now, and who has hung up."""
    for agent in sorted(before ^ now):
        duties.call(unit, agent, agent in now)


def talking(call: Call | None) -> set[AgentId]:
    """Return the agents who are on a call."""
    if call is None or call.state == ENDED:
        return set()
    return {
        leg.agent_id
        for leg in call.legs
        if leg.agent_id is not None and leg.answered_at and not leg.ended_at
    }


def works_here(unit: Unit, agent: AgentId) -> bool:
    """Tell whether *agent* may be given something; a damaged payload can name anybody."""
    with suppress(NotFound):
        return unit.agents.get(agent).archived_at is None
    return False


def is_missed(call: Call, message: Message) -> bool:
    """Tell whether a customer called and reached nobody."""
    unanswered = call.state == ENDED and call.outcome in UNANSWERED
    return unanswered and message.direction is Direction.IN


def later_answer(unit: Unit, talk: Conversation, message: Message) -> bool:
    """Tell whether we said something after a call: then its end is no news."""
    if talk.last_message_id == message.id or message.account_id is None:
        return False
    said = unit.messages.newest_on(talk.id, message.account_id, Direction.OUT)
    return said is not None and said.id > message.id


def speaker(call: Call) -> AgentId | None:
    """Return the agent who spoke with the customer first."""
    if call.answered_at is None:
        return None
    return next((leg.agent_id for leg in call.legs if leg.who == "agent" and leg.answered_at), None)


# --- what agents do -------------------------------------------------------------------------------
def place(
    unit: Unit, account: AccountId, number: str, *, customer: CustomerId | None, by: AgentId
) -> MessageId:
    """Begin a call to *number* on the record, before anybody is rung."""
    who = customer_at(unit, number, customer)
    talk = talk_with(unit, account, number, who)
    name = f"out-{secrets.token_hex(12)}"
    call = Call(state="ringing", began_at=unit.now)
    line = summary(call, outward=True)
    ours = unit.accounts.get(account).address
    message = unit.messages.add(
        at=unit.now,
        conversation_id=talk,
        customer_id=who,
        account_id=account,
        direction=Direction.OUT,
        delivery=Delivery.SENT,
        text=line,
        sender=ours,
        recipients=[number],
        author_id=by,
        external_id=name,
        content=to_builtins(call),
    )
    unit.conversations.change(
        talk, active_at=unit.now, last_message_id=message, preview=line, account_id=account
    )
    unit.happened("message.added", by=by, conversation=talk, customer=who, message=message)
    Calls(unit.connection).begin(message, account)
    return message


def await_call(
    unit: Unit, account: AccountId, number: str, *, customer: CustomerId
) -> ConversationId:
    """Have a call to *number* wait in the queue of a telephone, as if they had called.

    It rings whoever is free, and the customer then.
    """
    talk = talk_with(unit, account, number, customer)
    conversations.reopen(unit, talk, by=None, reason=ASKED)
    name = f"{PROMISED}{secrets.token_hex(12)}"
    lines = (
        Leg(external_id=name, who="customer", address=number, began_at=unit.now, ended_at=unit.now),
        Leg(external_id=f"{name}-queue", who="queue", began_at=unit.now),
    )
    call = Call(state="queued", outcome="callback", began_at=unit.now, legs=lines, callback=True)
    line = summary(call, outward=False)
    message = unit.messages.add(
        at=unit.now,
        conversation_id=talk,
        customer_id=customer,
        account_id=account,
        direction=Direction.IN,
        text=line,
        sender=number,
        external_id=name,
        content=to_builtins(call),
    )
    unit.conversations.change(
        talk,
        active_at=unit.now,
        last_message_id=message,
        last_heard_id=message,
        preview=line,
        account_id=account,
        waiting_since=unit.now,
    )
    unit.happened("message.added", conversation=talk, customer=customer, message=message)
    unit.enqueue(Route(conversation_id=talk))
    Calls(unit.connection).begin(message, account)
    return talk


def fail(unit: Unit, which: MessageId, reason: str) -> None:
    """Write down that a call of ours could not be made."""
    message = unit.messages.get(which)
    if isinstance(message.content, Call):
        over = replace(message.content, state=ENDED, outcome="failed", ended_at=unit.now)
        unit.messages.change(which, reason=cut(reason, 500))
        settle(unit, message, over, message.revision)


def customer_at(unit: Unit, number: str, customer: CustomerId | None) -> CustomerId:
    """Return whom a call to *number* concerns; somebody new when nobody has it."""
    if customer is not None:
        return unit.customers.get(customer).id
    if owner := unit.customers.owner(Address(kind=PHONE, value=number)):
        return owner
    who = CustomerId(next(keys(unit.connection, "customer", 1)))
    unit.customers.add([{"id": who, "name": number, "created_at": unit.now, "attributes": {}}])
    unit.customers.add_identities(
        [
            {
                "customer_id": who,
                "kind": PHONE,
                "value": number,
                "proof": Proof.HEARD,
                "created_at": unit.now,
            }
        ]
    )
    return who


def talk_with(unit: Unit, account: AccountId, number: str, customer: CustomerId) -> ConversationId:
    """Return the conversation of calls with *number*, or begin it."""
    there = unit.conversations.by_thread(account, number)
    if there and there.customer_id == customer:
        return there.id
    talk = ConversationId(next(keys(unit.connection, "conversation", 1)))
    unit.conversations.add(
        [
            {
                "id": talk,
                "customer_id": customer,
                "account_id": account,
                "status": "open",
                "created_at": unit.now,
                "active_at": unit.now,
                "thread": None if there else number,
                "thread_account_id": None if there else account,
                "preview": "",
                "spam": False,
            }
        ]
    )
    unit.happened("conversation.opened", conversation=talk, customer=customer)
    return talk


def number_of(unit: Unit, customer: CustomerId | None) -> str:
    """Return where a customer is called. Raises `Invalid` when they have no telephone."""
    if customer is None:
        raise Invalid("Say whom to call: a customer or a number.")
    unit.customers.get(customer)
    numbers = [one for one in unit.customers.identities(customer) if one.kind == PHONE]
    if not numbers:
        raise Invalid("This customer has no phone number.")
    return max(numbers, key=lambda one: (PROOFS.index(one.proof), -one.id)).value


def set_phone(unit: Unit, agent: AgentId, phone: str | None) -> None:
    """Write down where an agent may be rung."""
    unit.agents.change(agent, phone=phone)


def forget_recording(unit: Unit, which: MessageId, recording: str) -> None:
    """Take a recording off the record; its file is tidied away."""
    message = unit.messages.get(which)
    if not isinstance(message.content, Call):
        return
    kept = tuple(
        without(unit, one) if one.external_id == recording else one
        for one in message.content.recordings
    )
    call = replace(message.content, recordings=kept)
    if call != message.content:
        settle(unit, message, call, message.revision)


def without(unit: Unit, one: Recording) -> Recording:
    if one.attachment_id is not None:
        unit.attachments.change(one.attachment_id, blob="", source=None, trouble=DISCARDED)
    return replace(one, attachment_id=None, transcript=None)
