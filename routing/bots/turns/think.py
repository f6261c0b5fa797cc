"""Decide what the bot does about what a customer wrote: by code, out of plain values.

First what needs no understanding: a person is wanted, a button was pressed, a form is being
filled, there is nothing to read. Then what was learned: known and clear is answered, known and
unclear is asked about, unknown is looked up or goes to a person. In doubt a person.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from inbox.model import Article, ArticleId, ArticleText, BrainId, Button, TurnKind, Value
from inbox.words import cut
from routing.bots import understanding
from routing.bots.forms import flows
from routing.bots.forms.flows import PERSON, Filling, Outcome, Step, Told
from routing.bots.forms.picking import picked
from routing.bots.knowledge.markdown import plain
from routing.bots.model import (
    Bot,
    Decision,
    Finish,
    Flow,
    HandOver,
    LookUp,
    Notes,
    Say,
    Silence,
    Suggest,
)
from routing.bots.turns import guard
from routing.bots.turns.matter import Matter, answered_last, spoken
from routing.bots.understanding import Candidate, Reading
from routing.bots.words.phrases import base, chosen, phrase
from routing.bots.words.wishes import Wish, wish
from routing.bots.writing.writer import Passage, Writer

ARTICLE, FORM, YES, NO = "article:", "flow:", "way:yes", "way:no"
LONG = 1_500  #: characters of an article that are said; the rest is read on its page
WORDS = 6  #: from so many words on a message tells its language
OFFERED = 3  #: articles that a customer may choose from
FITS = 0.4  #: and how well each has to fit what was written
NEAR = 0.85  #: of what is known at most: between that and unknown a colleague is asked
ASKED_TWICE = "It asked twice what was meant."
UNKNOWN = "It does not know this."
WANTED = "The customer wants a person."
REASON = 300  #: characters of what was asked, in the notes


class Reads(Protocol):
    """Who understands; `routing.bots.mind.Mind` does."""

    async def read(
        self, text: str, languages: Sequence[str] = ()
    ) -> tuple[Reading, BrainId | None]: ...


LooksUp = Callable[[LookUp, Filling], Awaitable[Told]]
Searches = Callable[[str, str | None], Awaitable[Sequence[ArticleId]]]


class Tools(Value):
    """Whom the bot may ask while it thinks; each of them may fail, and a person gets it then."""

    mind: Any  #: a `Reads`
    look_up: Any = None  #: a `LooksUp`
    search: Any = None  #: a `Searches`
    writer: Any = None  #: a `routing.bots.writing.writer.Writer`
    help_page: str = ""  #: address below which articles are read


class Thought(Value):
    """A decision, and all that is kept of how it came about."""

    decision: Decision
    notes: Notes
    language: str | None = None
    form: Filling | None = None  #: being filled from now on
    reading: Reading | None = None
    brain_id: BrainId | None = None
    attributes: dict[str, str] = {}
    helpful: bool | None = None
    patient: bool = True  #: false while somebody who wanted a person fills a form first


# --- what was learned -----------------------------------------------------------------------
class Clear(Value):
    """One thing was meant."""

    meant: Candidate


class Unclear(Value):
    """One of several was meant."""

    meant: tuple[Candidate, ...]


class Unknown(Value):
    """Nothing that is known."""

    nearest: Candidate | None = None


def judge(reading: Reading, bot: Bot) -> Clear | Unclear | Unknown:
    """Say what a reading comes to, with what this bot is allowed."""
    if not reading.candidates or reading.novelty > bot.novelty:
        return Unknown(nearest=next(iter(reading.candidates), None))
    if reading.ambiguity > bot.ambiguity and len(reading.candidates) > 1:
        return Unclear(meant=reading.candidates[:OFFERED])
    return Clear(meant=reading.candidates[0])


# --- thinking -------------------------------------------------------------------------------
async def think(matter: Matter, tools: Tools) -> Thought:
    """Decide what to do. What the tools raise is for the caller to answer."""
    language = await told_language(matter)
    notes = matter.notes
    if matter.text and not matter.pressed:
        notes = replace(notes, asked=(*notes.asked, cut(matter.text, REASON))[-5:])
    thinker = Thinker(matter, tools, language, notes)
    return await thinker.decide()


async def told_language(matter: Matter) -> str:
    """Return the language to answer in: one that the bot speaks."""
    ours = matter.bot.languages
    if len(ours) == 1:
        return ours[0]
    before = known(matter.session.language, ours) or known(spoken(matter.customer), ours)
    if matter.pressed and before:
        return before
    if before is None or len(matter.text.split()) >= WORDS:
        found = await asyncio.to_thread(understanding.languages, matter.text, ours)
        return known(found, ours) or before or ours[0]
    return before


def known(language: str | None, ours: Sequence[str]) -> str | None:
    """Return which of our languages one is."""
    if language is None:
        return None
    return next((one for one in ours if one == language or base(one) == base(language)), None)


class Thinker:
    """One turn of thinking."""

    def __init__(self, matter: Matter, tools: Tools, language: str, notes: Notes) -> None:
        self.matter, self.tools, self.language, self.notes = matter, tools, language, notes
        self.reading: Reading | None = None
        self.brain: BrainId | None = None

    async def decide(self) -> Thought:
        """Go from what is certain to what has to be understood."""
        wished = None if self.matter.pressed else wish(self.matter.text, self.language)
        self.keep_question(wished)
        if certain := self.for_a_person(wished):
            return certain
        if self.matter.session.form is not None and (filling := self.filling()):
            return await self.fill(filling)
        if choice := self.choice():
            return await self.take(choice)
        if not any(map(str.isalnum, self.matter.text)):
            return self.wordless()
        return self.small_talk(wished) if wished else await self.understand()

    def keep_question(self, wished: Wish | None) -> None:
        """Keep what is wanted, for whoever takes over: no answer to a form, and no mere "yes"."""
        said, matter = cut(self.matter.text, REASON), self.matter
        if not said or matter.pressed or matter.session.form is not None:
            return
        if wished is None or not self.notes.question:
            self.notes = replace(self.notes, question=said)

    # --- what needs no understanding --------------------------------------------------------
    def for_a_person(self, wished: Wish | None) -> Thought | None:
        """Hand over what is a person's whatever it says; none when it is not."""
        matter = self.matter
        if not matter.carrier.max_text or matter.carrier.calls:
            return self.hand_over("Nothing can be answered on this channel.")
        if matter.pressed == PERSON or wished is Wish.PERSON:
            return self.hand_over(WANTED, asked_for=True)
        if matter.session.turns >= matter.bot.turns:
            return self.hand_over("They have talked long enough.")
        return None

    def wordless(self) -> Thought:
        """Say that only words are read; who cannot write any gets a person."""
        if "wordless" in self.notes.extra:
            return self.hand_over("There are no words to read.")
        self.mark("wordless")
        return self.say(phrase("words_only", self.language), "no words", TurnKind.SMALL_TALK)

    def small_talk(self, wished: Wish) -> Thought:
        """Answer what is no question."""
        if answered := self.to_its_question(wished):
            return answered
        match wished:
            case Wish.THANKS | Wish.GOODBYE:
                return self.farewell()
            case Wish.WHO:
                self.mark("asked", "person")
                return self.say(phrase("machine", self.language), wished, TurnKind.SMALL_TALK)
            case Wish.STOP:
                return self.hand_over("The customer does not want to go on with the bot.")
            case Wish.GREETING:
                return self.greet()
        return self.once("go_ahead", wished)

    def farewell(self) -> Thought:
        """End it where something was answered, and be polite where nothing was."""
        if self.notes.tried or self.notes.collected:
            return self.finish("The customer has what they wanted.")
        return self.once("welcome", "They thank us.")

    def to_its_question(self, wished: Wish) -> Thought | None:
        """Take a yes or no to what it asked; none when it asked nothing."""
        match wished, self.notes.extra.get("asked"):
            case Wish.YES, "person":
                return self.hand_over(WANTED, asked_for=True)
            case Wish.YES, "helped":
                return self.finish("It helped.", helpful=True)
            case Wish.NO, "helped":
                return replace(self.hand_over("Its answer did not help."), helpful=False)
            case Wish.NO, "which":
                return self.hand_over("It was none of what it offered.")
        return None

    def greet(self) -> Thought:
        name = self.matter.bot.greeting
        flow = self.matter.flows.get(name) if name else None
        if name and flow and "greeted" not in self.notes.extra:
            self.mark("greeted")
            step = self.begun(name, flow)
            return self.step(name, flow, step)
        return self.once("hello", Wish.GREETING)

    def once(self, name: str, why: str) -> Thought:
        """Say something of its own; who gets the same again gets a person instead."""
        if self.notes.extra.get("said") == name:
            return self.hand_over("It would only repeat itself.")
        self.mark("said", name)
        return self.say(phrase(name, self.language), why, TurnKind.SMALL_TALK)

    # --- what was chosen --------------------------------------------------------------------
    def choice(self) -> str | None:
        """Return what a customer chose of what they were offered."""
        pressed = self.matter.pressed
        if pressed and pressed.startswith((ARTICLE, FORM, "way:")):
            return pressed
        buttons = [Button(title=self.title(one), id=one) for one in self.notes.offered]
        if not buttons or self.notes.extra.get("asked") != "which":
            return None
        found = picked(self.matter.text, buttons, language=self.language, pressed=pressed)
        return found[0] if len(found) == 1 else None

    async def take(self, choice: str) -> Thought:
        """Do what was chosen."""
        if choice in {PERSON, YES}:
            return self.hand_over(WANTED, asked_for=True)
        if choice == NO:
            return self.once("go_ahead", "no person is wanted")
        candidate = Candidate(intent=choice, probability=1.0, nearest="")
        return await self.answer(candidate, "The customer chose it.")

    # --- what has to be understood ----------------------------------------------------------
    async def understand(self) -> Thought:
        matter = self.matter
        self.reading, self.brain = await self.tools.mind.read(matter.text, matter.bot.languages)
        match judge(self.reading, matter.bot):
            case Clear(meant=meant) if self.is_near() and (text := self.suggestible(meant)):
                return self.suggest(meant, text)
            case Clear(meant=meant):
                return await self.answer(meant, f"It knows {meant.intent}.")
            case Unclear(meant=meant):
                return await self.which(meant)
            case Unknown(nearest=nearest):
                return await self.unknown(nearest)

    def is_near(self) -> bool:
        """Tell whether it is between sure and unknown, and a colleague is there to ask."""
        bot = self.matter.bot
        asks = bot.ask_colleague and self.matter.somebody and self.reading is not None
        return asks and self.reading is not None and self.reading.novelty > NEAR * bot.novelty

    async def unknown(self, nearest: Candidate | None) -> Thought:
        """Ask a colleague, offer what seems nearest, once, or give it to a person."""
        text = self.suggestible(nearest) if nearest and nearest.probability > 0.5 else None
        if nearest and text and self.matter.bot.ask_colleague and self.matter.somebody:
            return self.suggest(nearest, text)
        if nearest and nearest.intent.startswith(ARTICLE) and not self.knows(nearest.intent):
            return self.hand_over(UNKNOWN)  # of an article that only people answer
        if self.tools.search is None or "offered" in self.notes.extra:
            return self.hand_over(UNKNOWN)
        found = await self.tools.search(self.matter.text, self.language)
        ids = [f"{ARTICLE}{one}" for one in found if one in self.matter.articles][:OFFERED]
        if not ids:
            return self.hand_over(UNKNOWN)
        self.mark("offered")
        return self.offer("is_it_one", ids, TurnKind.OFFER, UNKNOWN)

    async def which(self, meant: Sequence[Candidate]) -> Thought:
        """Ask which was meant; not twice in a row."""
        if self.notes.extra.get("asked") == "which":
            return self.hand_over(ASKED_TWICE)
        ids = [one.intent for one in meant if self.knows(one.intent)]
        if not self.knows(meant[0].intent):
            return self.hand_over(UNKNOWN)
        if len(ids) == 1:
            return await self.answer(meant[0], "Only one of those is its to answer.")
        return self.offer("which_meant", ids, TurnKind.ASK, "Two are about equally likely.")

    def offer(self, text: str, ids: Sequence[str], kind: TurnKind, why: str) -> Thought:
        self.mark("asked", "which")
        self.notes = replace(self.notes, offered=tuple(ids))
        buttons = [Button(title=self.title(one), id=one) for one in ids]
        return self.say(phrase(text, self.language), why, kind, buttons)

    def knows(self, intent: str) -> bool:
        if intent.startswith(FORM):
            return intent.removeprefix(FORM) in self.matter.flows
        return self.article(intent) is not None

    def article(self, intent: str) -> Article | None:
        number = intent.removeprefix(ARTICLE)
        if not intent.startswith(ARTICLE) or not number.isdecimal():
            return None
        return self.matter.articles.get(ArticleId(int(number)))

    def title(self, intent: str) -> str:
        """Return what something is called, for a button."""
        if article := self.article(intent):
            return self.text_of(article).title
        flow = self.matter.flows.get(intent.removeprefix(FORM))
        if intent == PERSON:
            return phrase("person", self.language)
        return (chosen(flow.title, self.language) if flow else "") or intent.removeprefix(FORM)

    # --- answering --------------------------------------------------------------------------
    async def answer(self, meant: Candidate, why: str) -> Thought:
        """Say an article, or begin a form."""
        name = meant.intent.removeprefix(FORM)
        if meant.intent.startswith(FORM) and name in self.matter.flows:
            flow = self.matter.flows[name]
            step = self.begun(name, flow)
            return await self.stepped(name, flow, step)
        article = self.article(meant.intent)
        if article is None:
            return self.hand_over(UNKNOWN)
        if article.id == answered_last(self.matter):
            self.mark("asked", "person")
            buttons = [Button(title=phrase("yes", self.language), id=YES)]
            text = phrase("that_is_all", self.language)
            return self.say(text, "It would repeat itself.", TurnKind.OFFER, buttons)
        if article.id in self.notes.tried and self.notes.extra.get("asked") == "person":
            return self.hand_over("It would only repeat itself.")
        text = await self.wording(article)
        self.mark("asked", "helped")
        self.notes = replace(self.notes, tried=(*self.notes.tried, article.id), offered=())
        return self.say(text, why, TurnKind.ANSWER, article=article.id)

    def text_of(self, article: Article) -> ArticleText:
        """Return an article in the customer's language, or in the nearest that it has."""
        for one in (self.language, base(self.language), *self.matter.bot.languages):
            if text := article.text(one):
                return text
        return article.texts[0]

    async def wording(self, article: Article) -> str:
        """Return what is said of an article: as it was written, or by the model out of it."""
        written = self.text_of(article)
        body = plain(written.body) or written.title
        said = await self.written(article, written, body) if self.matter.bot.model else None
        if said is not None:
            return said
        if base(written.language) != base(self.language):
            body = f"{phrase('other_language', self.language)}\n\n{body}"
        allowed = {*self.matter.bot.links, *guard.hosts(body)}
        return guard.linked(self.short(article, written, body), self.hosts(allowed))

    async def written(self, article: Article, text: ArticleText, body: str) -> str | None:
        """Have the language model answer out of an article; none when it does not."""
        writer: Writer | None = self.tools.writer
        if writer is None:
            return None
        passage = Passage(
            id=f"{ARTICLE}{article.id}",
            title=text.title,
            text=body,
            url=self.page(article, text),
            language=text.language,
        )
        found = await writer.answer(
            self.matter.text,
            [passage],
            language=self.language,
            hide=(self.matter.customer.name,),
        )
        if found is None or not found.ids:
            return None
        return guard.linked(found.text, self.hosts({*self.matter.bot.links, *guard.hosts(body)}))

    def hosts(self, allowed: set[str]) -> set[str]:
        return {*allowed, guard.host(self.tools.help_page)} - {""}

    def page(self, article: Article, text: ArticleText) -> str | None:
        """Return where customers read an article."""
        base_url = self.tools.help_page
        return f"{base_url}/{article.slug}?lang={text.language}" if base_url else None

    def short(self, article: Article, text: ArticleText, body: str) -> str:
        """Return as much of an article as anybody reads in a chat, and where the rest is."""
        page = self.page(article, text)
        if len(body) <= LONG or page is None:
            return body
        end = max(body.rfind("\n\n", 0, LONG), body.rfind(". ", 0, LONG) + 1, LONG // 2)
        return f"{body[:end].rstrip()}\n\n{phrase('all_of_it', self.language, url=page)}"

    def suggestible(self, meant: Candidate | None) -> str | None:
        """Return the text of an article that a colleague may be asked about."""
        article = self.article(meant.intent) if meant else None
        if article is None or article.id == answered_last(self.matter):
            return None
        text = self.text_of(article)
        return self.short(article, text, plain(text.body) or text.title)

    def suggest(self, meant: Candidate, text: str) -> Thought:
        article = self.article(meant.intent)
        why = f"It may be {meant.intent}."
        article_id = article.id if article else None
        return self.thought(Suggest(text=text, why=why, article_id=article_id))

    # --- forms ------------------------------------------------------------------------------
    def filling(self) -> Filling | None:
        """Return the form that is being filled, if it is still there."""
        try:
            found = msgspec.convert(self.matter.session.form, Filling)
        except msgspec.ValidationError:
            return None
        return found if found.flow in self.matter.flows else None

    def begun(self, name: str, flow: Flow) -> Step:
        matter = self.matter
        return flows.begin(
            flow, name, self.language, pressable=matter.pressable, known=matter.known
        )

    async def fill(self, filling: Filling) -> Thought:
        """Take an answer to a form's question."""
        flow = self.matter.flows[filling.flow]
        step = flows.go_on(
            flow,
            filling,
            self.matter.text,
            self.language,
            self.matter.today,
            pressed=self.matter.pressed,
            pressable=self.matter.pressable,
            known=self.matter.known,
        )
        return await self.stepped(filling.flow, flow, step)

    async def stepped(self, name: str, flow: Flow, step: Step) -> Thought:
        """Ask other systems as long as the form wants it, then say where it stands."""
        for _ in range(len(flow.look_ups) + 1):
            if step.outcome is not Outcome.LOOK_UP or step.filling is None or step.look_up is None:
                break
            told = Told(state="failed")
            if self.tools.look_up is not None:
                told = await self.tools.look_up(step.look_up, step.filling)
            step = flows.after_look_up(
                flow,
                step.filling,
                told,
                self.language,
                pressable=self.matter.pressable,
                known=self.matter.known,
            )
        return self.step(name, flow, step)

    def step(self, name: str, flow: Flow, step: Step) -> Thought:
        """Say what a form says, and do what it wants then."""
        self.notes = replace(self.notes, collected={**self.notes.collected, **step.collected})
        text = guard.linked(step.say, self.hosts({*self.matter.bot.links, *written_hosts(flow)}))
        wanted = self.notes.extra.get("closed") == name  # a person, and nobody was there
        match step.outcome:
            case Outcome.ASKING:
                why = f"It fills {name}."
                thought = self.say(text, why, TurnKind.FORM, step.buttons, flow=name)
                return replace(thought, form=step.filling, patient=not wanted)
            case Outcome.PERSON:
                return self.hand_over(WANTED, asked_for=True)
            case Outcome.DONE if not wanted and flow.then != "hand_over":
                return self.filled(name, flow, step, text)
            case Outcome.LEFT if not wanted:
                self.mark("asked", "")
                return self.say(text, "The customer left the form.", TurnKind.FORM, flow=name)
        why = f"{name} is filled." if step.outcome is Outcome.DONE else f"{name} went no further."
        thought = self.hand_over(why, say=text, queue=flow.queue, tags=flow.tags)
        return replace(thought, attributes=attributes(flow, step))

    def filled(self, name: str, flow: Flow, step: Step, text: str) -> Thought:
        """Go on after a form that needs no person."""
        self.mark("asked", "")
        why = f"{name} is filled."
        if flow.then == "resolve":
            thought = self.thought(Finish(text=text, why=why, tags=flow.tags))
        elif text:
            thought = self.say(text, why, TurnKind.FORM, flow=name)
        else:
            thought = self.thought(Silence(why=why))
        return replace(thought, attributes=attributes(flow, step))

    # --- decisions --------------------------------------------------------------------------
    def mark(self, name: str, value: Any = True) -> None:
        self.notes = replace(self.notes, extra={**self.notes.extra, name: value})

    def say(
        self,
        text: str,
        why: str,
        kind: TurnKind,
        buttons: Sequence[Button] = (),
        *,
        flow: str | None = None,
        article: ArticleId | None = None,
    ) -> Thought:
        if kind is not TurnKind.SMALL_TALK:
            self.notes = replace(
                self.notes, extra={k: v for k, v in self.notes.extra.items() if k != "said"}
            )
        if kind is not TurnKind.FORM:
            text, buttons = guard.offered(text, buttons, self.language, self.matter.carrier)
        decision = Say(
            text=text, buttons=tuple(buttons), why=why, kind=kind, flow=flow, article_id=article
        )
        return self.thought(decision)

    def finish(self, why: str, *, helpful: bool | None = None) -> Thought:
        text = phrase("welcome", self.language)
        return replace(self.thought(Finish(text=text, why=why)), helpful=helpful)

    def hand_over(self, why: str, *, asked_for: bool = False, **more: Any) -> Thought:
        return self.thought(HandOver(why=why, asked_for=asked_for, **more))

    def thought(self, decision: Decision) -> Thought:
        return Thought(
            decision=decision,
            notes=self.notes,
            language=self.language,
            reading=self.reading,
            brain_id=self.brain,
        )


def attributes(flow: Flow, step: Step) -> dict[str, str]:
    """Return what a form writes on the customer's record."""
    given = {name: step.values.get(slot) for name, slot in flow.attributes.items()}
    return {name: value for name, value in given.items() if value}


def written_hosts(flow: Flow) -> set[str]:
    """Return the hosts that a form's own texts link to."""
    texts = [flow.intro, flow.done, *(slot.ask for slot in flow.slots)]
    texts += [slot.help for slot in flow.slots]
    texts += [text for one in flow.look_ups for text in (one.found, one.missing, one.failed)]
    return {found for text in texts for one in text.values() for found in guard.hosts(one)}
