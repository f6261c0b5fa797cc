"""Bots and forms tried while they are written, and forms that are ready. Nothing is changed."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import partial
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from agents_ui.api.setup import placed
from agents_ui.api.shapes import Shape
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.model import Button, Role
from routing.bots.forms import flows, lookups
from routing.bots.forms.checking import check_bot, check_flow
from routing.bots.forms.flows import BLANK, Filling, Outcome, Step, Told
from routing.bots.forms.shipped import SHIPPED
from routing.bots.mind import Mind
from routing.bots.model import Bot, Flow, LookUp
from routing.bots.turns.converse import search
from routing.bots.turns.matter import Matter
from routing.bots.turns.playing import Played, Talk, Trial, play
from routing.bots.turns.think import LooksUp, Tools
from routing.bots.words.phrases import LANGUAGES
from routing.setup import converted, each

endpoints = Endpoints("bots")

Said = Annotated[str, Meta(max_length=10_000)]
Name = Annotated[str, Meta(max_length=60)]
LookedUp = Literal["found", "missing", "failed", "ask"]


class ReadyShape(Struct, kw_only=True):
    """What a desk begins its bot with."""

    flows: dict[str, Flow]  #: forms that are ready, to be put into the setup
    languages: list[str]  #: in which the bot has its own words
    secret: str | None  #: what proves look-ups to be ours; administrators see it


class TryFlow(Shape):
    """The next thing that is said to a form, or nothing yet."""

    flow: dict[str, Any]  #: as it stands in a setup, saved or not
    name: Name = "form"
    language: Annotated[str, Meta(max_length=8)] = "en"
    filling: dict[str, Any] | None = None  #: from the answer before; none begins the form
    said: Said = ""
    pressed: Annotated[str, Meta(max_length=100)] | None = None  #: the id of a button
    look_ups: LookedUp = "found"  #: what they say; or ask them


class TriedStep(Struct, kw_only=True):
    """What the form says then."""

    outcome: Outcome
    say: str
    buttons: list[Button]
    filling: Filling | None  #: to be sent with the next answer; none when it is over
    values: dict[str, str]
    collected: dict[str, str]  #: the same as people read it
    looked_up: str | None  #: the address that was asked, or would have been
    why: str


class TryBot(Shape):
    """The next thing that a customer writes to a bot."""

    bot: dict[str, Any]  #: as it stands in a setup, saved or not
    flows: dict[str, Any] = {}
    talk: dict[str, Any] | None = None  #: from the answer before; none begins anew
    said: Said = ""
    pressed: Annotated[str, Meta(max_length=100)] | None = None  #: the id of a button
    look_ups: LookedUp = "found"  #: what they say; or ask them


class Guess(Struct, kw_only=True):
    """Something that may have been meant."""

    intent: str  #: ``article:3`` or ``flow:return``
    probability: float


class TalkedShape(Struct, kw_only=True):
    """What the bot would have done, and why."""

    did: Literal["say", "suggest", "hand_over", "finish", "silence"]
    say: str
    buttons: list[Button]
    why: str
    language: str | None
    talk: Talk | None  #: to be sent with the next question; none when it is over
    article_id: int | None
    novelty: float | None  #: none where nothing had to be understood
    ambiguity: float | None
    guesses: list[Guess]
    collected: dict[str, str]
    looked_up: str | None  #: the address that was asked, or would have been


@endpoints("GET", "/bots/ready", needs=Role.SUPERVISOR)
async def ready_forms(call: Call) -> ReadyShape:
    """List the forms that are ready to be used."""
    sees = call.agent.role.covers(Role.ADMIN)
    secret = lookups.secret(call.front.desk.signer) if sees else None
    return ReadyShape(flows=SHIPPED, languages=list(LANGUAGES), secret=secret)


@endpoints("POST", "/bots/try", needs=Role.SUPERVISOR)
async def try_form(call: Call, body: TryFlow) -> TriedStep:
    """Play a form against what is typed; nothing is written, and nobody hears of it."""
    check_asking(call, body.look_ups)
    with placed():
        flow = converted(body.flow, Flow, f"flows.{body.name}")
        check_flow(flow, [flow.queue or ""], f"flows.{body.name}")
        before = None
        if body.filling is not None:
            before = converted(body.filling, Filling, "filling")
    step = played(call, flow, before, body)
    if step.look_up is None or step.filling is None:
        return tried(step, None)
    told = await asked(call, flow, step.look_up, step.filling, body.look_ups)
    after = flows.after_look_up(flow, step.filling, told, body.language, pressable=True)
    return tried(after, step.look_up)


def played(call: Call, flow: Flow, before: Filling | None, body: TryFlow) -> Step:
    if before is None:
        return flows.begin(flow, body.name, body.language, pressable=True)
    today = call.front.desk.clock().astimezone(UTC).date()
    return flows.go_on(
        flow, before, body.said, body.language, today, pressed=body.pressed, pressable=True
    )


def check_asking(call: Call, look_ups: LookedUp) -> None:
    if look_ups == "ask" and not call.agent.role.covers(Role.ADMIN):
        raise Refused(403, "Administrators alone have another system asked.", field="look_ups")


async def asked(
    call: Call, flow: Flow, look_up: LookUp, filling: Filling, look_ups: LookedUp
) -> Told:
    """Return what a look-up says, or what it is to be taken to say."""
    if look_ups == "ask":
        site = call.front.site
        return await site.look_ups.ask(look_up, filling) if site.look_ups else lookups.FAILED
    return imagined(flow, look_up) if look_ups == "found" else Told(state=look_ups)


def imagined(flow: Flow, look_up: LookUp) -> Told:
    """Return what another system might say: each blank is filled with its own name."""
    texts = [*flow.done.values(), *look_up.found.values()]
    blanks = {name for text in texts for name in BLANK.findall(text)}
    unknown = blanks - {slot.name for slot in flow.slots}
    return Told(state="found", blanks={name: f"[{name}]" for name in sorted(unknown)})


def tried(step: Step, look_up: LookUp | None) -> TriedStep:
    return TriedStep(
        outcome=step.outcome,
        say=step.say,
        buttons=list(step.buttons),
        filling=step.filling,
        values=step.values,
        collected=step.collected,
        looked_up=look_up.url if look_up else None,
        why=step.why,
    )


# --- the whole bot --------------------------------------------------------------------------
@endpoints("POST", "/bots/talk", needs=Role.SUPERVISOR)
async def talk_with_bot(call: Call, body: TryBot) -> TalkedShape:
    """Talk with a bot as a customer would; it knows what it was taught last.

    Other systems are asked only where that is wished; else they are taken to say what is wished.
    """
    check_asking(call, body.look_ups)
    with placed():
        bot = converted(body.bot, Bot, "bot")
        forms = each(body.flows, Flow, "flows")
        check_bot(bot, forms, "bot")
        for name, flow in forms.items():
            check_flow(flow, [flow.queue or ""], f"flows.{name}")
        talk = converted(body.talk or {}, Talk, "talk")
    at = call.front.desk.clock()
    today = at.astimezone(UTC).date()
    articles = await call.read(lambda unit: unit.articles.answerable(today))
    used: list[LookUp] = []
    hand = partial(tools, call, asking(call, forms, body.look_ups, used))
    trial = Trial(bot=bot, flows=forms, articles=articles, at=at, today=today)
    try:
        async with asyncio.timeout(bot.turn_seconds):
            done = await play(trial, talk, body.said, body.pressed, hand)
    except TimeoutError:
        raise Refused(503, "It took too long to answer: a person would get it.") from None
    return talked(done, used)


def tools(call: Call, look_up: LooksUp, matter: Matter) -> Tools:
    site, library = call.front.site, call.front.library
    return Tools(
        mind=site.mind or Mind(call.front.desk),
        look_up=look_up,
        search=partial(search, library, matter),
        writer=site.writer,
        help_page=f"{site.public_url}/help",
    )


def asking(
    call: Call, forms: Mapping[str, Flow], look_ups: LookedUp, used: list[LookUp]
) -> LooksUp:
    """Return somebody who says what look-ups are to say, and adds those that were due to *used*."""

    async def look_up(one: LookUp, filling: Filling) -> Told:
        used.append(one)
        return await asked(call, forms[filling.flow], one, filling, look_ups)

    return look_up


def talked(done: Played, used: Sequence[LookUp]) -> TalkedShape:
    thought = done.thought
    reading = thought.reading
    return TalkedShape(
        did=done.did,
        say=done.say,
        buttons=list(done.buttons),
        why=done.why,
        language=thought.language,
        talk=done.talk,
        article_id=getattr(thought.decision, "article_id", None),
        novelty=reading.novelty if reading else None,
        ambiguity=reading.ambiguity if reading else None,
        guesses=[
            Guess(intent=one.intent, probability=one.probability)
            for one in (reading.candidates[:3] if reading else ())
        ],
        collected=thought.notes.collected,
        looked_up=used[-1].url if used else None,
    )
