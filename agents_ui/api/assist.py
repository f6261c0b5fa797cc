"""What helps agents: suggested replies, similar conversations, a gist, drafts, translation.

Only the last two need a language model; without one they are refused, and everything else stands.
"""

from collections.abc import Sequence

from msgspec.structs import asdict

from agents_ui.api.assist_shapes import (
    AnswerShape,
    AssistShape,
    DraftReply,
    DraftWanted,
    GistShape,
    MoodShape,
    OutcomeShape,
    OutcomeWanted,
    SimilarShape,
    SourceShape,
    SummaryWanted,
    TranslationWanted,
    Written,
)
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.actions import proposals
from inbox.actions.proposals import Draft
from inbox.model import Agent, Article, ArticleId, ConversationId, Direction, MessageId
from inbox.store import Unit
from routing.bots.assist import helping, past
from routing.bots.assist.answers import Answer, Care, Common
from routing.bots.assist.helping import Help, Question
from routing.bots.knowledge.library import Library
from routing.bots.knowledge.search import Found
from routing.bots.teaching import suggested
from routing.bots.teaching.suggested import Made
from routing.bots.understanding import Reading, languages
from routing.bots.words.phrases import LANGUAGES
from routing.bots.writing.writer import Line, Passage, Writer

endpoints = Endpoints("assist")

FOUND = 5  # articles that are considered


@endpoints("GET", "/conversations/{id}/assist")
async def help_agent(call: Call, id: int) -> AssistShape:  # noqa: A002  # the path's word
    """Find what helps with a conversation: replies with their source, and what was like it."""
    which = ConversationId(id)
    question = await call.read(asked, which, call.agent)
    helped, reading = await found_help(call, which, question)
    return AssistShape(
        message_id=helped.message_id,
        answers=[AnswerShape(**asdict(one)) for one in helped.answers],
        similar=[SimilarShape(**asdict(one)) for one in helped.similar],
        tags=list(helped.tags),
        mood=MoodShape(**asdict(helped.mood)) if helped.mood else None,
        gist=[GistShape(**asdict(one)) for one in helped.gist],
        language=spoken(call, question, reading),
        writes=call.front.site.writer is not None,
    )


@endpoints("POST", "/conversations/{id}/assist/outcome")
async def tell_outcome(call: Call, id: int, body: OutcomeWanted) -> OutcomeShape:  # noqa: A002
    """Tell what became of a suggestion: what was sent instead may be proposed for the article.

    Nothing is proposed when the reply says the same as the article.
    """
    which = ConversationId(id)
    made = Made(
        message_id=MessageId(body.message_id),
        article_id=ArticleId(body.article_id),
        language=body.language,
        outcome=body.outcome,
    )
    draft = await call.read(learned, which, made, call.agent, call.front.past)
    return OutcomeShape(proposed=bool(draft and await call.write(proposals.propose, [draft])))


@endpoints("POST", "/conversations/{id}/draft-reply")
async def draft_reply(call: Call, id: int, body: DraftWanted) -> DraftReply:  # noqa: A002
    """Have the language model draft the next reply, for an agent to look over."""
    which = ConversationId(id)
    question = await call.read(asked, which, call.agent)
    writer = writing(call)
    helped, reading = await found_help(call, which, question)
    used = [one for one in helped.answers if one.care is not Care.INTERNAL]
    drafted = await writer.draft(
        lines(question),
        [passage(one) for one in used],
        language=body.language or spoken(call, question, reading),
        wish=body.wish,
        hide=await call.read(names, which),
    )
    if drafted is None:
        raise Refused(502, NOTHING)
    sources = {passage(one).id: source(one) for one in used}
    return DraftReply(text=drafted.text, sources=[sources[one] for one in drafted.ids])


@endpoints("POST", "/conversations/{id}/summary")
async def sum_up(call: Call, id: int, body: SummaryWanted) -> Written:  # noqa: A002
    """Have the language model sum a conversation up."""
    which = ConversationId(id)
    question = await call.read(asked, which, call.agent)
    said = await writing(call).summarise(
        lines(question), language=body.language, hide=await call.read(names, which)
    )
    return written(said)


@endpoints("POST", "/translate")
async def translate(call: Call, body: TranslationWanted) -> Written:
    """Have the language model translate a text; nothing is kept."""
    hide: set[str] = set()
    if body.conversation_id is not None:
        hide = await call.read(checked_names, ConversationId(body.conversation_id), call.agent)
    return written(await writing(call).translate(body.text, to=body.to, hide=hide))


# --- what is known --------------------------------------------------------------------------
def asked(unit: Unit, which: ConversationId, agent: Agent) -> Question:
    unit.sight.check(agent, which)
    unit.conversations.get(which)  # one that is not there has no question either
    return helping.question(unit, which)


async def found_help(
    call: Call, which: ConversationId, question: Question
) -> tuple[Help, Reading | None]:
    """Return what helps, and how the bot reads what the customer asked."""
    front = call.front
    said = question.text.strip()
    known = await front.library.articles()
    among = {text.language for one in known.values() for text in one.texts}
    reading = (await front.site.mind.read(said, among))[0] if front.site.mind and said else None
    found: Sequence[Found] = ()
    if said and known:
        language = reading.language if reading else languages(said, among)
        found = await fitting(front.library, said, language)
    helped = await call.read(
        helping.assist,
        which,
        question,
        agent=call.agent,
        memory=front.past,
        today=front.desk.clock().date(),
        reading=reading,
        found=found,
    )
    return helped, reading


def spoken(call: Call, question: Question, reading: Reading | None) -> str | None:
    """Return the customer's language; nobody needs to know it who has no language model."""
    if reading and reading.language:
        return reading.language
    return languages(question.text, LANGUAGES) if call.front.site.writer else None


async def fitting(library: Library, said: str, language: str | None) -> Sequence[Found]:
    """Find articles by all that was said and by each of its sentences: one of them asks."""
    best: dict[ArticleId, Found] = {}
    for part in (said, *helping.parts(said)):
        for one in await library.search(part, language, limit=FOUND):
            known = best.get(one.article.id)
            if known is None or known.score < one.score:
                best[one.article.id] = one
    return sorted(best.values(), key=lambda one: -one.score)[:FOUND]


def names(unit: Unit, which: ConversationId) -> set[str]:
    """Return by what the desk knows the customer of a conversation."""
    customer = unit.conversations.get(which).customer_id
    return past.names(unit, {customer: unit.customers.get(customer).name})[customer]


def checked_names(unit: Unit, which: ConversationId, agent: Agent) -> set[str]:
    unit.sight.check(agent, which)
    return names(unit, which)


def learned(
    unit: Unit, which: ConversationId, made: Made, agent: Agent, memory: past.Past
) -> Draft | None:
    """Return what a reply proposes, without what could be its customer's."""
    unit.sight.check(agent, which)
    recent = memory.recent(unit, agent).values()

    def common(article: Article) -> Common:
        return Common(recent, (Found(article, "", 1.0, ""),), "")

    return suggested.drafted(unit, which, made, by=agent.id, hide=names(unit, which), common=common)


# --- the language model ---------------------------------------------------------------------
NOTHING = "The language model gave nothing that can be used. Try again, or write it yourself."


def writing(call: Call) -> Writer:
    """Return who can write. Refuses where nobody can."""
    if call.front.site.writer is None:
        raise Refused(409, "No language model is configured for this desk.")
    return call.front.site.writer


def written(text: str | None) -> Written:
    if text is None:
        raise Refused(502, NOTHING)
    return Written(text=text)


def lines(question: Question) -> list[Line]:
    return [
        Line(who="customer" if one.direction is Direction.IN else "agent", text=one.text)
        for one in question.said
    ]


def passage(one: Answer) -> Passage:
    """Return an answer as the model may use it; what another customer was told stays covered."""
    kind, number = (
        ("article", one.article_id) if one.article_id else ("earlier", one.conversation_id)
    )
    return Passage(
        id=f"{kind}:{number}",
        title=one.title,
        text=one.text,
        language=one.language,
        private=one.article_id is None,
    )


def source(one: Answer) -> SourceShape:
    return SourceShape(
        title=one.title, article_id=one.article_id, conversation_id=one.conversation_id
    )
