"""Work that must happen. It is written with the change that causes it."""

from datetime import datetime

from inbox.model import (
    AccountId,
    AgentId,
    AttachmentId,
    ConversationId,
    MessageId,
    RatingId,
    SuggestionId,
    Value,
)


class Job(Value, tag=True):
    """Base of every job. Jobs of one lane run one after the other."""

    @property
    def lane(self) -> str | None:
        """The queue in which this job keeps its place; none when order is no matter."""
        return None

    @property
    def share(self) -> str:
        """What it competes in: one hanging account never takes another's workers."""
        return str(self.__struct_config__.tag)


class Deliver(Job, tag="deliver"):
    """Hand one outgoing message to its channel."""

    message_id: MessageId
    conversation_id: ConversationId
    account_id: AccountId | None = None  #: the account it leaves by

    @property
    def lane(self) -> str:
        """Keep the order of a conversation, but not across accounts: one of them may be broken."""
        return f"conversation:{self.conversation_id}:{self.account_id}"

    @property
    def share(self) -> str:
        return f"deliver:{self.account_id}"


class Amend(Job, tag="amend"):
    """Tell the provider that a message of ours was changed, taken back, or got an emoji."""

    message_id: MessageId
    conversation_id: ConversationId
    account_id: AccountId
    text: str | None = None
    delete: bool = False
    emoji: str | None = None
    on: bool = True
    by: AgentId | None = None  #: who wants it

    @property
    def lane(self) -> str:
        return f"conversation:{self.conversation_id}:{self.account_id}"

    @property
    def share(self) -> str:
        return f"deliver:{self.account_id}"


class Ascertain(Job, tag="ascertain"):
    """Ask the provider whether a message arrived whose sending broke off."""

    message_id: MessageId
    account_id: AccountId
    asked: int = 0  #: how often it was asked before

    @property
    def share(self) -> str:
        return f"ascertain:{self.account_id}"


class Fetch(Job, tag="fetch"):
    """Get a file that the provider only named."""

    attachment_id: AttachmentId
    account_id: AccountId

    @property
    def share(self) -> str:
        return f"fetch:{self.account_id}"


class Discard(Job, tag="discard"):
    """Throw a recording away whose time is over, here and at the provider."""

    message_id: MessageId
    account_id: AccountId
    recording: str  #: what the provider calls it

    @property
    def share(self) -> str:
        return f"discard:{self.account_id}"


class Route(Job, tag="route"):
    """Find out who answers a conversation."""

    conversation_id: ConversationId


class CallBack(Job, tag="call_back"):
    """Call a customer back to whom that was promised, or have somebody else see to it."""

    conversation_id: ConversationId
    at: datetime


class Converse(Job, tag="converse"):
    """Have the bot deal with what a customer wrote."""

    conversation_id: ConversationId

    @property
    def lane(self) -> str:
        return f"bot:{self.conversation_id}"


class WatchBot(Job, tag="watch_bot"):
    """Give a conversation to a person when the bot said nothing in time."""

    conversation_id: ConversationId
    opening: int
    version: int  #: of the session when its time began


class ExpireSuggestion(Job, tag="expire_suggestion"):
    """Give a conversation to a person when no colleague said anything about the bot's answer."""

    suggestion_id: SuggestionId


class TrainBrain(Job, tag="train_brain"):
    """Teach the bot what the articles and forms say now, if that has changed."""

    agent_id: AgentId | None = None
    again: bool = False  #: even if the same could not be learned before

    @property
    def lane(self) -> str:
        return "brain"


class Teach(Job, tag="teach"):
    """Look through what was not answered, and propose what the bot could be taught."""

    @property
    def lane(self) -> str:
        return "teach"


class AskRating(Job, tag="ask_rating"):
    """Ask a customer how they were served."""

    conversation_id: ConversationId
    resolved_at: datetime
    agent_id: AgentId | None = None  #: who had it


class ThankForRating(Job, tag="thank_for_rating"):
    """Thank a customer for having told us."""

    conversation_id: ConversationId
    rating_id: RatingId


class FollowUp(Job, tag="follow_up"):
    """Send by email what a web visitor has not seen because the tab was closed."""

    conversation_id: ConversationId


class Tidy(Job, tag="tidy"):
    """Throw away what is no longer useful: old payloads, sessions, keys, orphaned files."""
