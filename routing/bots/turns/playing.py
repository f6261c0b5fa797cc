"""Talk with a bot as a customer would, before it holds: the same thinking, and nothing written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from inbox.channel import Capabilities
from inbox.model import (
    AccountId,
    Article,
    ArticleId,
    BotSession,
    BotTurn,
    Button,
    Conversation,
    ConversationId,
    Customer,
    CustomerId,
    Direction,
    Message,
    MessageId,
    Pressed,
    SessionState,
    Status,
    TurnKind,
    Value,
)
from routing.bots.model import Bot, Finish, Flow, HandOver, Notes, Say, Silence, Suggest
from routing.bots.turns.matter import Matter
from routing.bots.turns.think import Thought, Tools, think

Did = Literal["say", "suggest", "hand_over", "finish", "silence"]
NOBODY = ConversationId(0)
CHAT = Capabilities(max_text=20_000, buttons=20, button_title=200)


class Talk(Value):
    """How far a trial got; it goes out with each answer and comes back with the next question."""

    turns: int = 0
    language: str | None = None
    form: dict[str, Any] | None = None
    notes: Notes = Notes()
    kind: TurnKind | None = None  #: of the bot's last turn
    article_id: ArticleId | None = None  #: that it answered with


class Trial(Value):
    """What is tried."""

    bot: Bot
    flows: Mapping[str, Flow]
    articles: Sequence[Article]  #: that it may answer with
    at: datetime
    today: date


class Played(Value):
    """What the bot would have done."""

    did: Did
    say: str
    buttons: tuple[Button, ...]
    why: str
    talk: Talk | None  #: none when a person has it, or it is over
    thought: Thought


async def play(
    trial: Trial, talk: Talk, said: str, pressed: str | None, tools: Callable[[Matter], Tools]
) -> Played:
    """Say what the bot would do about what was said."""
    matter = matter_of(trial, talk, said, pressed)
    thought = await think(matter, tools(matter))
    did: Did
    after = Talk(
        turns=talk.turns + 1,
        language=thought.language,
        form=msgspec.to_builtins(thought.form),
        notes=thought.notes,
    )
    decision = thought.decision
    match decision:
        case Say():
            after = replace(after, kind=TurnKind(decision.kind), article_id=decision.article_id)
            did, say, goes_on = "say", decision.text, True
        case Suggest():
            did, say, goes_on = "suggest", decision.text, False
        case HandOver():
            did, say, goes_on = "hand_over", decision.say, False
        case Finish():
            did, say, goes_on = "finish", decision.text, False
        case Silence():
            did, say, goes_on = "silence", "", True
    return Played(
        did=did,
        say=say,
        why=decision.why,
        buttons=decision.buttons if isinstance(decision, Say) else (),
        talk=after if goes_on else None,
        thought=thought,
    )


def matter_of(trial: Trial, talk: Talk, said: str, pressed: str | None) -> Matter:
    """Return what the bot thinks about, as if somebody had just written it in a chat."""
    message = Message(
        id=MessageId(1),
        conversation_id=NOBODY,
        customer_id=CustomerId(0),
        direction=Direction.IN,
        created_at=trial.at,
        text=said,
        content=Pressed(id=pressed, title=said) if pressed else None,
    )
    session = BotSession(
        conversation_id=NOBODY,
        bot="",
        state=SessionState.LISTENING,
        began_at=trial.at,
        turns=talk.turns,
        language=talk.language,
        form=talk.form,
    )
    return Matter(
        session=session,
        bot=trial.bot,
        flows=trial.flows,
        notes=talk.notes,
        talk=Conversation(
            id=NOBODY,
            customer_id=CustomerId(0),
            account_id=AccountId(0),
            status=Status.PENDING,
            created_at=trial.at,
            active_at=trial.at,
        ),
        customer=Customer(id=CustomerId(0), name="", created_at=trial.at),
        heard=(message,),
        articles={one.id: one for one in trial.articles},
        carrier=CHAT,
        at=trial.at,
        today=trial.today,
        somebody=True,
        last=last_turn(trial, talk),
    )


def last_turn(trial: Trial, talk: Talk) -> BotTurn | None:
    if talk.kind is None:
        return None
    return BotTurn(
        conversation_id=NOBODY, at=trial.at, kind=talk.kind, why="", article_id=talk.article_id
    )
