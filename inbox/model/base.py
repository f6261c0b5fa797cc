"""What every value is made of, and the numbers by which things are known."""

from typing import NewType, dataclass_transform

from msgspec import Struct

AccountId = NewType("AccountId", int)
AgentId = NewType("AgentId", int)
ArticleId = NewType("ArticleId", int)
AssignmentId = NewType("AssignmentId", int)
AttachmentId = NewType("AttachmentId", int)
BrainId = NewType("BrainId", int)
ConsultId = NewType("ConsultId", int)
ConversationId = NewType("ConversationId", int)
CustomerId = NewType("CustomerId", int)
DecisionId = NewType("DecisionId", int)
EventId = NewType("EventId", int)
IdentityId = NewType("IdentityId", int)
JobId = NewType("JobId", int)
JournalId = NewType("JournalId", int)
MergeId = NewType("MergeId", int)
MessageId = NewType("MessageId", int)
ProposalId = NewType("ProposalId", int)
QueueId = NewType("QueueId", int)
RatingId = NewType("RatingId", int)
SetupId = NewType("SetupId", int)
SuggestionId = NewType("SuggestionId", int)
TurnId = NewType("TurnId", int)


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Value(Struct, frozen=True, kw_only=True):
    """Base of every value: immutable, compared by content, JSON-ready."""
