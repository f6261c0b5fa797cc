"""Telephone calls: those that run, and what an agent or a supervisor does with one."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from msgspec import Meta, Struct
from sqlalchemy import bindparam, select

from agents_ui.api.shapes import CustomerLine, Id, Page, Shape
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.actions import calling
from inbox.errors import DeskError, NotFound
from inbox.model import (
    AccountId,
    Agent,
    AgentId,
    ConversationId,
    CustomerId,
    Message,
    MessageId,
    Role,
)
from inbox.store import Unit
from inbox.store.numbers import among
from inbox.tables import CustomerRow, MessageRow
from inbox.telephone import How, Mode, Running, Target, Telephone

endpoints = Endpoints("calls")

ROUTED_WITHIN = timedelta(seconds=2)  # as long as the live stream waits with what is new

OPEN = (
    select(
        MessageRow.external_id,
        MessageRow.id,
        MessageRow.conversation_id,
        CustomerRow.id,
        CustomerRow.name,
    )
    .join(CustomerRow, CustomerRow.id == MessageRow.customer_id)
    .where(MessageRow.account_id == bindparam("account"), among(MessageRow.external_id, "names"))
)


class TakerShape(Struct, kw_only=True):
    """An agent in a call."""

    agent_id: int
    since: datetime
    mode: Mode | None = None  #: none for who speaks with the customer


class CallShape(Struct, kw_only=True):
    """A call that is not over. What it was afterwards stands in its message."""

    message_id: int | None  #: none for a moment, until its message is there
    external_id: str
    conversation_id: int | None
    customer: CustomerLine | None
    account_id: int
    peer: str | None  #: the customer's number; none when it is withheld
    outward: bool
    state: str  #: ``ringing menu queued talking held voicemail``
    began_at: datetime
    queue: str | None
    queued_at: datetime | None  #: since when the customer waits
    place: int | None  #: in the queue; 1 is next
    callback: bool  #: the customer kept their place and is called back
    answered_at: datetime | None
    ringing: list[int]  #: agents whose telephone rings
    takers: list[TakerShape]  #: agents who take part
    transfer: int | None  #: the agent who is passing it on
    consulting: bool  #: a warm transfer: the agents speak, the customer waits


class SoftphoneShape(Struct, kw_only=True):
    """What a browser needs to be rung: a token for the provider's voice SDK."""

    account_id: int
    token: str
    identity: str
    expires_at: datetime


class MyPhone(Shape):
    """The telephone of an agent."""

    phone: str | None  #: where they may be rung instead of in the browser


class NewCall(Shape):
    """Whom to call: a customer, or a number."""

    account_id: Id
    customer_id: Id | None = None
    to: Annotated[str, Meta(max_length=40)] | None = None  #: none takes the customer's first number
    how: How = How.BROWSER  #: where the agent is rung first


class Taking(Shape):
    """Where the agent speaks."""

    how: How = How.BROWSER


class Transfer(Shape):
    """To whom a call is passed on: name one of agent, queue and number."""

    agent_id: Id | None = None
    queue: Annotated[str, Meta(max_length=100)] | None = None
    number: Annotated[str, Meta(max_length=40)] | None = None
    warm: bool = False  #: the agents speak first; whoever passes it on then hangs up


class TokenQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which account's calls."""

    account_id: Annotated[int, Meta(ge=1)] | None = None  #: none takes the first that has calls


# --- what runs ------------------------------------------------------------------------------
@endpoints("GET", "/calls")
async def calls(call: Call) -> Page[CallShape]:
    """List the calls that are not over, on every account, the oldest first; one page has all.

    Where there are queues, one that rings is listed to agents when it is known whose it is.
    """
    shapes: list[CallShape] = []
    everything = await call.read(lambda unit: unit.sight.of(call.agent)) is None
    for account, telephone in telephones(call).items():
        running = telephone.running()
        found = await call.read(known, account, [one.external_id for one in running])
        seen = await call.read(seen_of, found.values(), call.agent)
        shapes += [
            shape(account, one, found.get(one.external_id))
            for one in running
            if call.agent.id in inside(one)
            or (found[one.external_id][2] in seen if one.external_id in found else everything)
        ]
    return Page(items=sorted(shapes, key=lambda one: one.began_at))


def known(unit: Unit, account: AccountId, names: Sequence[str]) -> dict[str, Any]:
    """Return the records of some calls by what the provider calls them."""
    if not names:
        return {}
    rows = unit.connection.execute(OPEN, {"account": account, "names": list(names)})
    return {str(row[0]): row for row in rows}


def seen_of(unit: Unit, rows: Iterable[Any], agent: Agent) -> set[ConversationId]:
    """Return those of the conversations of some calls that an agent sees.

    One that has just begun is nobody's until routing had the time to say whose it is.
    """
    seen = unit.sight.some(agent, [row[2] for row in rows])
    if unit.sight.of(agent) is None or not seen:
        return seen
    placed, begun = unit.placements.some(seen), unit.now - ROUTED_WITHIN
    return {one for one in seen if one in placed or unit.conversations.get(one).created_at < begun}


def shape(account: AccountId, one: Running, row: Any | None) -> CallShape:
    return CallShape(
        message_id=row[1] if row else None,
        external_id=one.external_id,
        conversation_id=row[2] if row else None,
        customer=CustomerLine(id=row[3], name=row[4]) if row else None,
        account_id=account,
        peer=one.peer,
        outward=one.outward,
        state=one.state,
        began_at=one.began_at,
        queue=one.queue,
        queued_at=one.queued_at,
        place=one.place,
        callback=one.callback,
        answered_at=one.answered_at,
        ringing=list(one.ringing),
        takers=[
            TakerShape(agent_id=taker.agent_id, since=taker.since, mode=taker.mode)
            for taker in one.takers
        ],
        transfer=one.transfer,
        consulting=one.consulting,
    )


@endpoints("GET", "/calls/token")
async def softphone(call: Call, query: TokenQuery) -> SoftphoneShape:
    """Get a token with which this browser can be rung; ask again before it expires."""
    for account, telephone in telephones(call).items():
        if query.account_id in (None, account):
            found = telephone.softphone(call.agent.id)
            return SoftphoneShape(
                account_id=account,
                token=found.token,
                identity=found.identity,
                expires_at=found.expires_at,
            )
    raise Refused(404, "No account of this desk has telephone calls.")


@endpoints("GET", "/calls/phone")
async def my_phone(call: Call) -> MyPhone:
    """Read at which telephone I may be rung."""
    agent = await call.read(lambda unit: unit.agents.get(call.agent.id))
    return MyPhone(phone=agent.phone)


@endpoints("PUT", "/calls/phone")
async def set_my_phone(call: Call, body: MyPhone) -> MyPhone:
    """Say at which telephone I may be rung; null for none."""
    phone = body.phone
    if body.phone is not None:
        for telephone in telephones(call).values():
            phone = telephone.allow(body.phone)
    await call.write(calling.set_phone, call.agent.id, phone)
    return MyPhone(phone=phone)


# --- what agents do ---------------------------------------------------------------------------
@endpoints("POST", "/calls", status=201)
async def dial(call: Call, body: NewCall) -> CallShape:
    """Call a customer: my telephone rings first, theirs when I have answered."""
    account = AccountId(body.account_id)
    telephone = telephones(call).get(account)
    if telephone is None:
        raise Refused(422, "This account has no telephone calls.", field="account_id")
    customer = CustomerId(body.customer_id) if body.customer_id else None
    number = telephone.allow(body.to or str(await call.read(calling.number_of, customer)))
    message = await call.write(calling.place, account, number, customer=customer, by=call.agent.id)
    placed = await call.read(lambda unit: unit.messages.get(message))
    name = placed.external_id or ""
    try:
        await telephone.dial(name, number, call.agent.id, body.how)
    except DeskError as error:
        await call.front.desk.write(calling.fail, message, str(error))
        raise
    found = (await call.read(known, account, [name]))[name]
    running = [one for one in telephone.running() if one.external_id == name]
    if not running:
        raise Refused(409, "The call has ended already.")
    return shape(account, running[0], found)


@endpoints("POST", "/calls/{id}/answer")
async def answer(call: Call, id: int, body: Taking) -> None:  # noqa: A002  # the path's word
    """Take a call that waits: it rings me and nobody else."""
    telephone, name = await telephone_of(call, id)
    running = next((one for one in telephone.running() if one.external_id == name), None)
    if running is None or call.agent.id not in inside(running):
        await call.read(lambda unit: unit.sight.check_message(call.agent, MessageId(id)))
    await telephone.answer(name, call.agent.id, body.how)


@endpoints("POST", "/calls/{id}/hang-up")
async def hang_up(call: Call, id: int) -> None:  # noqa: A002
    """End a call; where others speak with the customer too, only I leave it."""
    telephone, name = await mine(call, id)
    await telephone.hang_up(name, call.agent.id)


@endpoints("POST", "/calls/{id}/hold")
async def hold(call: Call, id: int) -> None:  # noqa: A002
    """Have the customer hear music."""
    telephone, name = await mine(call, id)
    await telephone.hold(name, on=True)


@endpoints("POST", "/calls/{id}/resume")
async def resume(call: Call, id: int) -> None:  # noqa: A002
    """Speak with the customer again; this also calls off a transfer."""
    telephone, name = await mine(call, id)
    await telephone.hold(name, on=False)


@endpoints("POST", "/calls/{id}/transfer")
async def transfer(call: Call, id: int, body: Transfer) -> None:  # noqa: A002
    """Pass a call on to an agent, a queue or a number outside."""
    named = [one for one in (body.agent_id, body.queue, body.number) if one is not None]
    if len(named) != 1:
        raise Refused(422, "Name an agent, a queue or a number, and one of them only.")
    telephone, name = await mine(call, id)
    to = Target(
        agent_id=AgentId(body.agent_id) if body.agent_id else None,
        queue=body.queue,
        number=telephone.allow(body.number) if body.number else None,
    )
    if to.agent_id:
        await call.read(lambda unit: unit.agents.get(to.agent_id or AgentId(0)))
    await telephone.transfer(name, call.agent.id, to, warm=body.warm)


# --- what supervisors do ----------------------------------------------------------------------
@endpoints("POST", "/calls/{id}/monitor", needs=Role.SUPERVISOR)
async def monitor(call: Call, id: int, body: Taking) -> None:  # noqa: A002
    """Hear a call; nobody hears me."""
    await watch(call, id, Mode.MONITOR, body.how)


@endpoints("POST", "/calls/{id}/whisper", needs=Role.SUPERVISOR)
async def whisper(call: Call, id: int, body: Taking) -> None:  # noqa: A002
    """Hear a call; the agent hears me, the customer does not."""
    await watch(call, id, Mode.WHISPER, body.how)


@endpoints("POST", "/calls/{id}/barge", needs=Role.SUPERVISOR)
async def barge(call: Call, id: int, body: Taking) -> None:  # noqa: A002
    """Speak with both."""
    await watch(call, id, Mode.BARGE, body.how)


async def watch(call: Call, which: int, mode: Mode, how: How) -> None:
    telephone, name = await telephone_of(call, which)
    await telephone.watch(name, call.agent.id, mode, how)


# --- which call it is ---------------------------------------------------------------------------
def telephones(call: Call) -> dict[AccountId, Telephone]:
    """Return the accounts that have calls."""
    channels = call.front.site.channels.items()
    return {account: found for account, found in channels if isinstance(found, Telephone)}


async def telephone_of(call: Call, which: int) -> tuple[Telephone, str]:
    """Return who carries a call and what the provider calls it."""
    message: Message = await call.read(lambda unit: unit.messages.get(MessageId(which)))
    telephone = telephones(call).get(message.account_id or AccountId(0))
    if telephone is None or message.external_id is None:
        raise NotFound("There is no such call.")
    return telephone, message.external_id


def inside(one: Running) -> set[AgentId]:
    """Return who takes part in a call, or is rung by it."""
    return {taker.agent_id for taker in one.takers} | set(one.ringing)


async def mine(call: Call, which: int) -> tuple[Telephone, str]:
    """Return a call that I am in; supervisors may steer every one."""
    telephone, name = await telephone_of(call, which)
    running = next((one for one in telephone.running() if one.external_id == name), None)
    if running is None:
        raise NotFound("This call is over.")
    if call.agent.id not in inside(running) and not call.agent.role.covers(Role.SUPERVISOR):
        raise Refused(403, "You are not in this call.")
    return telephone, name
