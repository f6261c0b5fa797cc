"""What agents and supervisors do with a call: take it, hold it, pass it on, listen to it."""

from channels.voice.floor import Live, Passing, Rung
from channels.voice.operator import Operator
from channels.voice.softphone import identity
from inbox.errors import Conflict, DeliveryError, NotFound
from inbox.model import AgentId
from inbox.telephone import How, Mode, Target


class Steering:
    def __init__(self, operator: Operator) -> None:
        self.operator = operator
        self.settings, self.script = operator.settings, operator.script
        self.line, self.lines, self.floor = operator.line, operator.lines, operator.floor

    def get(self, name: str) -> Live:
        live = self.floor.calls.get(name)
        if live is None or live.over:
            raise NotFound("This call is over.")
        return live

    async def dial(self, name: str, to: str, by: AgentId, how: How) -> None:
        """Ring *by*; when they answer, the customer is rung."""
        if by not in self.line.presence.free() and how is How.BROWSER:
            raise Conflict("You are on another call, or your browser is not connected.")
        live = self.floor.add(
            Live(
                name=name,
                peer=to,
                began_at=self.line.now(),
                outward=True,
                language=self.settings.languages[0],
                only=by,
            )
        )
        live.rung[by] = Rung(since=self.line.now(), how=how)
        self.line.presence.begin(by, name)
        await self.operator.ring_all(live, [by], how)
        if live.over or (by not in live.rung and by not in live.seats):
            raise NotFound("Your own telephone could not be rung.")

    async def answer(self, name: str, by: AgentId, how: How) -> None:
        """Give a waiting call to *by*, where they want it, and stop ringing the others."""
        await self.number_of(by, how)
        live = self.get(name)
        if not live.waits:
            raise Conflict("This call does not wait for anybody.")
        others = [agent for agent in live.rung if agent != by]
        rung = live.rung.get(by)
        live.only = by
        if rung is None or rung.how is not how:
            self.operator.ring(live, [by], how)
        if rung and rung.how is not how:
            self.operator.drop(live, rung)
        self.operator.stop_ringing(live, others)

    async def hang_up(self, name: str, by: AgentId) -> None:
        """End a call, or only *by*'s part in it."""
        live = self.get(name)
        seat = live.seats.get(by)
        if by in live.rung and not live.outward:
            self.decline(live, by)
        elif seat and live.passing and live.passing.by == by and not live.outside:
            await self.step_out(live, by)
        elif seat and (seat.mode or len(live.speakers) > 1 or live.outside):
            await self.lines.end(seat.line)
            self.operator.unseat(live, by)
        elif live.customer:
            live.passing = None
            await self.lines.end(live.customer)
        else:
            await self.operator.finish(live, "failed" if live.outward else "missed")

    def decline(self, live: Live, by: AgentId) -> None:
        """Leave a ringing call to the others."""
        live.tried.add(by)
        if live.only == by:
            live.only = None
        self.operator.stop_ringing(live, [by])
        if live.passing and live.passing.to.agent_id == by:
            self.operator.not_passed(live)
        self.operator.look()

    async def hold(self, name: str, *, on: bool) -> None:
        live = self.get(name)
        if on:
            await self.operator.put_on_hold(live)
            return
        if live.passing:
            self.operator.stop_ringing(live, list(live.rung))
            live.passing = None
        await self.operator.unhold(live)

    async def transfer(self, name: str, by: AgentId, to: Target, *, warm: bool) -> None:
        """Pass a call on."""
        live = self.get(name)
        await self.operator.room(live)
        if live.passing:
            raise Conflict("This call is being passed on already.")
        if to.queue is not None:
            await self.operator.to_other_queue(live, to.queue)
            return
        if to.agent_id is not None and to.agent_id not in self.line.presence.free():
            raise Conflict("This agent is not at the desk, or on another call.")
        live.passing = Passing(by=by, to=to, warm=warm)
        try:
            await self.operator.put_on_hold(live)
            if to.number is not None:
                live.outside.add(await self.operator.dial_in(live, to.number, "outside"))
        except DeliveryError:
            live.passing = None
            raise
        if to.agent_id is not None:
            self.operator.ring(live, [to.agent_id])
        if not warm:
            await self.step_out(live, by)

    async def step_out(self, live: Live, by: AgentId) -> None:
        """Let whoever passed a call on go."""
        if seat := live.seats.get(by):
            self.operator.unseat(live, by)
            await self.lines.end(seat.line)

    async def watch(self, name: str, by: AgentId, mode: Mode, how: How) -> None:
        """Let a supervisor listen, whisper or speak, or change from one to the other."""
        live = self.get(name)
        room = await self.operator.room(live)
        seat = live.seats.get(by)
        coached = self.coached(live, by)
        if seat:
            if seat.mode is None:
                raise Conflict("You are speaking with the customer yourself.")
            await self.lines.change(room, seat.line, **manners(mode, coached))
            seat.mode = mode
            return
        to = await self.number_of(by, how)
        live.wanted[by] = mode
        await self.lines.add(
            live.name,
            to,
            f"supervisor-{by}",
            self.script.at("status", call=live.name, agent=by, who="supervisor"),
            StartConferenceOnEnter="false",
            EndConferenceOnExit="false",
            Timeout=self.settings.ring_seconds,
            **manners(mode, coached),
        )
        self.operator.tell_ringing(live, [by], on=True, how=how)

    def coached(self, live: Live, by: AgentId) -> str:
        """Return the line of the agent who hears what is whispered."""
        speaking = [seat.line for one, seat in live.seats.items() if one != by and not seat.mode]
        if not speaking:
            raise Conflict("No agent speaks with the customer.")
        return speaking[0]

    async def number_of(self, agent: AgentId, how: How) -> str:
        if how is How.BROWSER:
            return f"client:{identity(agent)}"
        known = {one.id: one.phone for one in await self.line.agents()}
        if not known.get(agent):
            raise NotFound("Say first at which telephone you are rung.")
        return str(known[agent])


def manners(mode: Mode, coached: str) -> dict[str, str]:
    """Return how somebody takes part: what they hear and who hears them, in Twilio's terms."""
    match mode:
        case Mode.MONITOR:
            return {"Muted": "true", "Coaching": "false"}
        case Mode.WHISPER:
            return {"Muted": "false", "Coaching": "true", "CallSidToCoach": coached}
        case Mode.BARGE:
            return {"Muted": "false", "Coaching": "false"}
