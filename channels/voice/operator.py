"""Decides what happens with each call: who is rung, who has it, when it is over.

The record of a call comes from what Twilio tells (`channels.voice.payloads`); this is the
part that acts. It knows the calls of this process, and finds them again after a restart.
What callers hear is in `channels.voice.reception`, what agents do in `channels.voice.steering`.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from twilio.twiml.voice_response import VoiceResponse

from channels.voice.floor import (
    Floor,
    Live,
    Passing,
    Rung,
    Seat,
    forgotten,
    restored,
    whom,
)
from channels.voice.lines import Lines
from channels.voice.payloads import OVER
from channels.voice.settings import Settings
from channels.voice.softphone import identity
from channels.voice.taking import Journal
from channels.voice.twiml import Script
from inbox.actions.calling import PROMISED
from inbox.errors import Conflict, DeliveryError, DeskError, NotFound, Rejected
from inbox.model import AgentId
from inbox.telephone import How, Mode, Switchboard

ROUND = 2.0  #: seconds after which calls are looked at again, whatever happened
PAUSE = timedelta(seconds=15)  #: after everybody was rung in vain
CHECK = timedelta(minutes=10)  # news of an end may be lost, so Twilio is asked now and then
DIAL_SECONDS = 30  #: a customer's telephone rings so long

log = structlog.get_logger()
Form = Mapping[str, str]


class Operator:
    def __init__(self, settings: Settings, line: Switchboard, lines: Lines, script: Script) -> None:
        self.settings = settings
        self.line = line
        self.lines = lines
        self.script = script
        self.journal = Journal(line)
        self.floor = Floor()
        self.tasks: set[asyncio.Task[None]] = set()
        self.promised: set[str] = set()  #: callbacks of others that were taken up

    # --- beginning and end --------------------------------------------------------------------
    async def run(self) -> None:
        """Find the calls that ran before, and ring agents until cancelled."""
        await self.restore()
        self.line.presence.listeners.append(self.look)
        try:
            while True:
                self.look()
                await asyncio.sleep(ROUND)
                await self.safely(self.take_up())
        finally:
            self.line.presence.listeners.remove(self.look)

    async def restore(self) -> None:
        """Take up the calls that are not over; one that ended meanwhile is told of as such."""
        for message in await self.line.calls():
            live = restored(message, self.settings.languages[0])
            if live is None or live.name in self.floor.calls:
                continue
            self.floor.add(live)
            self.promised.add(live.name)
            for agent in live.seats:
                self.line.presence.begin(agent, live.name)
            self.begin(self.revive(live))

    async def take_up(self) -> None:
        """Find the callbacks that were promised elsewhere, such as to who waited in a chat."""
        for message in await self.line.calls():
            live = restored(message, self.settings.languages[0])
            if live and live.name.startswith(PROMISED) and live.name not in self.promised:
                self.promised.add(live.name)
                self.floor.add(live)

    async def revive(self, live: Live) -> None:
        """Ask Twilio how far a call got while nobody listened."""
        if not live.customer and live.callback:
            return
        if not live.customer or await self.lines.status(live.customer) in OVER:
            await self.finish(live, "failed" if live.outward and not live.answered_at else None)

    async def stop(self) -> None:
        if self.tasks:
            _, late = await asyncio.wait(self.tasks, timeout=5)
            for task in late:
                task.cancel()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for."""
        task = asyncio.create_task(self.safely(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def safely(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except DeskError as error:
            log.warning("call_not_moved", account=self.line.account, error=type(error).__name__)

    # --- the queue ----------------------------------------------------------------------------
    def wait_in(self, live: Live, queue: str, *, turn: int) -> None:
        live.state, live.queue, live.turn = "queued", queue, turn
        live.queued_at = live.queued_at or self.line.now()

    # --- agents are rung ----------------------------------------------------------------------
    def look(self) -> None:
        """Ring whoever is free for whoever is next."""
        now = self.line.now()
        for live in self.floor:
            if now - (live.looked_at or live.began_at) > CHECK:
                live.looked_at = now
                self.begin(self.revive(live))
            for agent in forgotten(live, now, self.settings.ring_seconds):
                self.drop(live, live.rung[agent])
                self.not_answered(live, agent)
        for live in self.floor.due(now):
            agents = whom(live, self.line.presence.free(), self.settings.ring_together)
            if agents:
                self.ring(live, agents)
            elif live.tried:
                live.tried.clear()
                live.not_before = now + PAUSE

    def ring(self, live: Live, agents: Iterable[AgentId], how: How | None = None) -> None:
        """Ring agents, all of them at once."""
        for agent in agents:
            live.rung[agent] = Rung(since=self.line.now(), how=how or How.BROWSER)
            self.line.presence.begin(agent, live.name)
        self.begin(self.ring_all(live, list(agents), how))

    async def ring_all(self, live: Live, agents: list[AgentId], how: How | None) -> None:
        phones = {one.id: one.phone for one in await self.line.agents()}
        for agent in agents:
            rung = live.rung.get(agent)
            if rung is None:
                continue
            wish = how or (How.PHONE if phones.get(agent) else How.BROWSER)
            rung.how = wish
            self.tell_ringing(live, [agent], on=True, how=wish)
            await self.ring_one(live, agent, rung, phones.get(agent))

    async def ring_one(self, live: Live, agent: AgentId, rung: Rung, phone: str | None) -> None:
        """Begin a line to one agent, unless somebody else has answered meanwhile."""
        facts = {"call": live.name, "agent": agent}
        to = phone if rung.how is How.PHONE else f"client:{identity(agent)}"
        reachable = bool(to) and (rung.how is How.PHONE or bool(self.settings.api_key_sid))
        try:
            if not reachable or to is None:
                raise NotFound("This agent has no telephone.")
            line = await self.lines.ring(
                to,
                self.script.at("agent", **facts),
                self.script.at("status", **facts, who="agent"),
                seconds=self.settings.ring_seconds,
            )
        except DeskError as error:
            log.warning("agent_not_rung", account=self.line.account, error=type(error).__name__)
            if live.rung.get(agent) is rung:
                self.not_answered(live, agent)
            return
        if live.rung.get(agent) is rung:
            rung.line = line
        elif agent not in live.seats:
            live.dropped.add(line)
            await self.lines.end(line)

    def tell_ringing(
        self, live: Live, agents: list[AgentId], *, on: bool, how: How = How.BROWSER
    ) -> None:
        self.line.ring(
            live.name,
            agents,
            on=on,
            peer=live.peer,
            outward=live.outward,
            callback=live.callback,
            queue=live.queue or None,
            how=how,
        )

    def stop_ringing(self, live: Live, agents: Iterable[AgentId]) -> None:
        """Have telephones stop that ring for a call."""
        for agent in agents:
            rung = live.rung.pop(agent, None)
            if rung is None:
                continue
            self.line.presence.end(agent, live.name)
            self.tell_ringing(live, [agent], on=False)
            self.drop(live, rung)

    def drop(self, live: Live, rung: Rung) -> None:
        """Have one telephone stop; what is told of its line is no news any more."""
        live.dropped.add(rung.line)
        self.begin(self.lines.end(rung.line))

    def not_answered(self, live: Live, agent: AgentId) -> None:
        """Go on without an agent who did not answer."""
        if agent not in live.rung:
            return
        live.tried.add(agent)
        rung = live.rung.pop(agent)
        self.tell_ringing(live, [agent], on=False)
        self.line.presence.end(agent, live.name)
        if live.only == agent:
            live.only = None
        if live.outward and not (live.customer or live.seats):
            self.begin(self.finish(live, "failed"))
        elif live.passing and live.passing.to.agent_id == agent:
            self.not_passed(live)
        log.info("call_not_answered", account=self.line.account, how=rung.how)
        self.look()

    # --- an agent answers ---------------------------------------------------------------------
    def picked_up(self, form: Form, told: Form) -> str:
        """Somebody answered an agent's telephone: in the browser that is the agent."""
        live, agent = self.of_agent(told)
        if live is None or live.over:
            return self.script.farewell("gone", self.settings.languages[0])
        rung = live.rung.get(agent)
        if rung and rung.how is How.PHONE:
            return self.script.offered(live.name, agent, self.settings.languages[0])
        return self.take(live, agent, form.get("CallSid", ""))

    def accepted(self, form: Form, told: Form) -> str:
        """An agent pressed a key at their own telephone."""
        live, agent = self.of_agent(told)
        if live is None or live.over or form.get("Digits") != "1":
            return self.script.farewell("gone", self.settings.languages[0])
        return self.take(live, agent, form.get("CallSid", ""))

    def of_agent(self, told: Form) -> tuple[Live | None, AgentId]:
        return self.floor.calls.get(told.get("call", "")), AgentId(whole(told, "agent"))

    def take(self, live: Live, agent: AgentId, line: str) -> str:
        """Give a call to the first agent who answers; tell the others that it is gone."""
        passed_on = bool(live.passing and live.passing.to.agent_id == agent)
        if live.winner not in {None, agent} and not passed_on:
            return self.script.farewell("gone", self.settings.languages[0])
        first, live.winner = live.winner is None, agent
        live.rung.pop(agent, None)
        self.line.presence.begin(agent, live.name)
        live.seats.setdefault(agent, Seat(line=line, since=self.line.now()))
        self.tell_ringing(live, [agent], on=False)
        self.stop_ringing(live, [one for one in live.rung if one != agent])
        if passed_on:
            self.passed(live)
        elif first:
            live.only = None
            self.floor.served(live, self.line.now())
            self.begin(self.connect(live, agent))
        return self.script.join(live.name, f"agent-{agent}")

    async def connect(self, live: Live, agent: AgentId) -> None:
        """Bring the customer to the agent who waits for them."""
        try:
            if live.customer:
                join = self.script.join(live.name, "customer", ends=True)
                await self.lines.direct(live.customer, join)
            else:
                live.dialling = True
                live.customer = await self.dial_in(live, live.peer or "", "customer", ends=True)
        except DeliveryError as error:
            live.dialling = False
            if seat := live.seats.get(agent):
                gone = self.script.farewell("gone", self.settings.languages[0])
                self.begin(self.lines.direct(seat.line, gone))
            if live.customer and not isinstance(error, Rejected):
                self.unseat(live, agent)  # the caller waits on
                live.not_before = self.line.now() + PAUSE
            else:
                await self.unreached(live)
            raise

    async def dial_in(self, live: Live, to: str, label: str, *, ends: bool = False) -> str:
        """Ring somebody who comes into the conference on answering."""
        return await self.lines.add(
            live.name,
            to,
            label,
            self.script.at("status", call=live.name, who=label),
            EndConferenceOnExit="true" if ends else "false",
            EarlyMedia="true",
            Timeout=DIAL_SECONDS,
        )

    async def unreached(self, live: Live) -> None:
        """Go on after a customer could not be reached: later again, or never."""
        live.dialling, live.customer = False, ""
        for agent, seat in list(live.seats.items()):
            self.unseat(live, agent)
            self.begin(self.lines.end(seat.line))
        live.winner = None
        live.tries += 1
        if live.outward or not live.callback or live.tries >= self.settings.callback_tries:
            await self.finish(live, "failed" if live.outward else "missed")
            return
        live.not_before = self.line.now() + timedelta(minutes=self.settings.callback_pause)
        live.tried.clear()

    # --- what Twilio tells --------------------------------------------------------------------
    def moved(self, form: Form, told: Form) -> None:
        """One of the lines has ended, or got further."""
        live = self.floor.calls.get(told.get("call") or form.get("CallSid", ""))
        status, line = form.get("CallStatus", ""), form.get("CallSid", "")
        if live is None or status not in OVER:
            return
        match told.get("who", "customer"):
            case "agent":
                self.agent_gone(live, AgentId(whole(told, "agent")), line)
            case "supervisor":
                self.unseat(live, AgentId(whole(told, "agent")), line)
            case "outside":
                self.outside_gone(live, line)
            case _:
                self.customer_gone(live, line)

    def customer_gone(self, live: Live, line: str) -> None:
        if live.dialling and line != live.name:  # the line they once called on is long gone
            self.begin(self.unreached(live))
        elif live.callback and live.winner is None:
            live.customer = ""  # they hung up and wait
        elif line == live.customer:
            self.close(live)

    def agent_gone(self, live: Live, agent: AgentId, line: str) -> None:
        rung = live.rung.get(agent)
        if line in live.dropped:
            return
        if rung and rung.line in {"", line}:
            self.not_answered(live, agent)
        else:
            self.unseat(live, agent, line)

    def outside_gone(self, live: Live, line: str) -> None:
        live.outside.discard(line)
        if live.passing and live.passing.to.number:
            self.not_passed(live)
        else:
            self.nobody_left(live)

    def met(self, form: Form, told: Form) -> None:
        """Somebody came into the conference or left it, or hears music."""
        live = self.floor.calls.get(told.get("call", ""))
        if live is None:
            return
        live.conference = form.get("ConferenceSid", "") or live.conference
        who, _, number = form.get("ParticipantLabel", "").partition("-")
        line, agent = form.get("CallSid", ""), AgentId(whole({"is": number}, "is"))
        match form.get("StatusCallbackEvent"), who:
            case "participant-join", "customer":
                self.customer_came(live, line)
            case "participant-join", "supervisor" | "agent":
                self.came(live, agent, line, who)
            case "participant-join", "outside":
                self.outside_came(live, line)
            case "participant-leave", "customer" if live.state == "talking":
                self.begin(self.finish(live, None))
            case "participant-leave", "agent" | "supervisor":
                self.unseat(live, agent, line)
            case "participant-hold" | "participant-unhold" as event, "customer":
                live.held = event == "participant-hold"

    def customer_came(self, live: Live, line: str) -> None:
        live.customer, live.dialling, live.state = line, False, "talking"
        live.answered_at = live.answered_at or self.line.now()
        if not (live.speakers or live.outside or live.passing):  # they have left meanwhile
            self.begin(self.to_other_queue(live, live.queue or self.settings.queues[0]))

    def came(self, live: Live, agent: AgentId, line: str, who: str) -> None:
        mode = live.wanted.pop(agent, Mode.MONITOR) if who == "supervisor" else None
        live.seats.setdefault(agent, Seat(line=line, since=self.line.now(), mode=mode))

    def unseat(self, live: Live, agent: AgentId, line: str | None = None) -> None:
        """Note that an agent has left a call; where nobody is left to speak with, it ends."""
        seat = live.seats.get(agent)
        if seat is None or (line is not None and seat.line != line):
            return
        del live.seats[agent]
        self.line.presence.end(agent, live.name)
        if live.passing and live.passing.by == agent and live.passing.warm:
            self.left_to(live, live.passing)
        if live.winner == agent and live.waits_for_customer:
            self.let_wait(live)
        if live.state == "talking" or (live.state == "ringing" and line is not None):
            self.nobody_left(live)

    def left_to(self, live: Live, passing: Passing) -> None:
        """Whoever passes a call on has gone: the other agent has it, or whoever answers first."""
        if live.speakers:
            live.passing, live.winner = None, live.speakers[0]
            self.begin(self.unhold(live))
        else:
            passing.warm = False

    def let_wait(self, live: Live) -> None:
        """The agent has gone before the customer came: they wait for another one."""
        live.winner = None
        if live.dialling:
            live.dropped.add(live.customer)
            self.begin(self.lines.end(live.customer))
            live.dialling, live.customer = False, ""
        self.look()

    def nobody_left(self, live: Live) -> None:
        if live.speakers or live.outside or live.passing or live.over or live.rung:
            return
        if live.customer:
            self.begin(self.lines.end(live.customer))
        if live.dialling or not live.customer:
            self.begin(self.finish(live, "failed" if live.outward else None))

    # --- the end ------------------------------------------------------------------------------
    async def finish(self, live: Live, outcome: str | None) -> None:
        """Write down that a call is over, and let go of everybody."""
        if not live.over:
            self.close(live)
            await self.journal.note("over", live.name, outcome=outcome or "")

    def close(self, live: Live) -> None:
        live.over = True
        self.floor.calls.pop(live.name, None)
        self.stop_ringing(live, list(live.rung))
        for agent, seat in list(live.seats.items()):
            live.seats.pop(agent)
            self.line.presence.end(agent, live.name)
            if live.answered_at is None and seat.line:
                self.begin(self.lines.end(seat.line))
        self.look()

    # --- music, and moving on -----------------------------------------------------------------

    async def put_on_hold(self, live: Live) -> None:
        room = await self.room(live)
        music = {"HoldUrl": self.script.at("music"), "HoldMethod": "POST"}
        await self.lines.change(room, live.customer, Hold="true", **music)
        live.held = True

    async def unhold(self, live: Live) -> None:
        await self.lines.change(await self.room(live), live.customer, Hold="false")
        live.held = False

    async def room(self, live: Live) -> str:
        """Return the SID of a call's conference. Raises `Conflict` when nobody speaks yet."""
        if live.state != "talking" or not live.customer:
            raise Conflict("Nobody speaks with the customer yet.")
        live.conference = live.conference or await self.lines.conference(live.name) or ""
        if not live.conference:
            raise Conflict("The conversation has ended.")
        return live.conference

    async def to_other_queue(self, live: Live, queue: str) -> None:
        """Have a customer wait again, before those who came later."""
        if queue not in self.settings.queues:
            raise NotFound("There is no such queue.")
        self.wait_again(live, queue)
        answer = VoiceResponse()
        self.script.enqueue(answer, live.name, queue, live.turn, live.language)
        await self.lines.direct(live.customer, str(answer))
        self.look()

    def wait_again(self, live: Live, queue: str) -> None:
        live.passing, live.winner, live.held, live.only = None, None, False, None
        live.tried.clear()
        live.queued_at = live.queued_at or live.began_at
        self.wait_in(live, queue, turn=live.turn + 1)

    def passed(self, live: Live) -> None:
        """The other agent has answered; after a cold transfer the customer is theirs."""
        if live.passing and not live.passing.warm:
            live.passing = None
            self.begin(self.unhold(live))

    def outside_came(self, live: Live, line: str) -> None:
        live.outside.add(line)
        if live.passing and not live.passing.warm:
            live.passing = None
            self.begin(self.unhold(live))

    def not_passed(self, live: Live) -> None:
        """Nobody took it: back to whoever passed it on, or to the queue."""
        passing, live.passing = live.passing, None
        if passing and not live.speakers and live.state == "talking":
            queue = live.queue or self.settings.queues[0]
            self.begin(self.to_other_queue(live, queue))


def whole(told: Form, name: str) -> int:
    number = told.get(name, "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0
