"""What a batch of payloads asks the store and writes into it: one statement a kind.

Every statement stays the same for any number of payloads, so that it is prepared once.
"""

from sqlalchemy import BigInteger, bindparam, cast, func, literal, null, select, text, union_all

from inbox.store.bulk import Bulk
from inbox.store.numbers import among, each, numbered
from inbox.store.rewrite import Rewrite
from inbox.store.upsert import insert_new, upsert
from inbox.tables import (
    ConversationRow,
    CustomerRow,
    EarlyReceiptRow,
    EarlyUpdateRow,
    IdentityRow,
    MessageRow,
    ReferenceRow,
    Utc,
)

TALK = (
    "id",
    "customer_id",
    "account_id",
    "status",
    "created_at",
    "active_at",
    "subject",
    "thread",
    "thread_account_id",
    "assignee_id",
    "waiting_since",
    "last_message_id",
    "last_heard_id",
    "preview",
    "spam",
)
NEWS = (
    "account_id",
    "status",
    "active_at",
    "subject",
    "waiting_since",
    "last_message_id",
    "last_heard_id",
    "preview",
)
MESSAGE = tuple(column.name for column in MessageRow.__table__.columns)

ADD_CUSTOMERS = Bulk(CustomerRow, "id", "name", "created_at", "attributes")
ADD_IDENTITIES = Bulk(IdentityRow, "customer_id", "kind", "value", "proof", "created_at")
ADD_TALKS = Bulk(ConversationRow, *TALK)
ADD_MESSAGES = Bulk(MessageRow, *MESSAGE)
ADD_REFERENCES = insert_new(ReferenceRow, "account_id", "external_id")
KEEP_EARLY = upsert(EarlyReceiptRow, "account_id", "external_id")
CHANGE_CUSTOMERS = Rewrite(CustomerRow, "name", "attributes")
PROVE = Rewrite(IdentityRow, "proof")
MOVE_TALKS = Rewrite(ConversationRow, *NEWS)
MOVE_DELIVERIES = Rewrite(MessageRow, "delivery", "reason")

#: The messages of some names, and the changes of them that came before them: ``early``, with
#: what was heard in the last column.
MESSAGES = each(
    select(
        MessageRow.account_id,
        MessageRow.external_id,
        MessageRow.id,
        MessageRow.conversation_id,
        MessageRow.customer_id,
        MessageRow.direction,
        MessageRow.delivery,
    ).where(numbered(MessageRow.account_id, "accounts")),
    MessageRow.external_id,
    "names",
)
UPDATES = each(
    select(
        EarlyUpdateRow.account_id,
        EarlyUpdateRow.external_id,
        EarlyUpdateRow.id,
        cast(null(), BigInteger).label("conversation_id"),
        cast(null(), BigInteger).label("customer_id"),
        literal("early").label("direction"),
        EarlyUpdateRow.heard,
    ).where(numbered(EarlyUpdateRow.account_id, "accounts")),
    EarlyUpdateRow.external_id,
    "names",
)
KNOWN = {dialect: union_all(MESSAGES[dialect], UPDATES[dialect]) for dialect in MESSAGES}
REFERENCED = each(
    select(ReferenceRow.account_id, ReferenceRow.external_id, ReferenceRow.conversation_id).where(
        numbered(ReferenceRow.account_id, "accounts")
    ),
    ReferenceRow.external_id,
    "names",
)
EARLY = select(
    EarlyReceiptRow.account_id,
    EarlyReceiptRow.external_id,
    EarlyReceiptRow.delivery,
    EarlyReceiptRow.reason,
    EarlyReceiptRow.through,
).where(
    numbered(EarlyReceiptRow.account_id, "accounts"), among(EarlyReceiptRow.external_id, "names")
)
TALKS = select(*(getattr(ConversationRow, name) for name in TALK))
TALKS_BY_THREAD = (
    TALKS.where(
        numbered(ConversationRow.thread_account_id, "accounts"),
        among(ConversationRow.thread, "threads"),
    )
    .order_by(ConversationRow.id)
    .with_for_update()
)
TALKS_BY_ID = (
    TALKS.where(numbered(ConversationRow.id, "which"))
    .order_by(ConversationRow.id)
    .with_for_update()
)
OWNER = (
    select(
        IdentityRow.value,
        IdentityRow.id,
        IdentityRow.proof,
        CustomerRow.id,
        CustomerRow.name,
        CustomerRow.attributes,
    )
    .join(CustomerRow, CustomerRow.id == IdentityRow.customer_id)
    .where(
        IdentityRow.kind == bindparam("kind"),
        text("identity.proof <> 'claimed'"),  # written out, for the partial index
    )
)
OWNERS = each(OWNER, IdentityRow.value, "values")
#: The same when their records may change: nobody else changes them meanwhile.
OWNERS_TO_CHANGE = each(
    OWNER.with_for_update(of=CustomerRow, key_share=True), IdentityRow.value, "values"
)
PEOPLE = (
    select(CustomerRow.id, CustomerRow.name, CustomerRow.attributes)
    .where(numbered(CustomerRow.id, "which"))
    .with_for_update(key_share=True)
)
HELD = select(
    IdentityRow.customer_id, IdentityRow.kind, IdentityRow.value, IdentityRow.id, IdentityRow.proof
).where(numbered(IdentityRow.customer_id, "which"))
# Pair by pair: two sets beside each other would be looked up in all their combinations.
FIND_CALLED = """
    SELECT message.conversation_id, message.client_id, message.direction
    FROM {pairs} JOIN message ON message.conversation_id = {conversation_id}
    AND message.client_id = {client_id}
"""
CALLED = {
    "sqlite": text(
        FIND_CALLED.format(
            pairs="json_each(:pairs) AS asked CROSS",
            conversation_id="json_extract(asked.value, '$.conversation_id')",
            client_id="json_extract(asked.value, '$.client_id')",
        )
    ),
    "postgresql": text(
        FIND_CALLED.format(
            pairs="json_to_recordset(:pairs) AS asked(conversation_id bigint, client_id text)",
            conversation_id="asked.conversation_id",
            client_id="asked.client_id",
        )
    ),
}
PRESENT = select(MessageRow.sender, MessageRow.recipients, MessageRow.copied).where(
    MessageRow.conversation_id == bindparam("which"), MessageRow.direction != "note"
)
# How much each customer wrote lately; of nobody more than the newest `most` are looked at.
LATELY = (
    select(
        MessageRow.created_at,
        func.coalesce(MessageRow.sent_at, MessageRow.created_at).label("said"),
    )
    .where(MessageRow.customer_id == CustomerRow.id, MessageRow.direction == "in")
    .order_by(MessageRow.id.desc())
    .limit(bindparam("most"))
    .correlate(CustomerRow)
    .subquery("lately")
)
WROTE = select(
    CustomerRow.id,
    select(func.count())
    .where(
        LATELY.c.created_at > bindparam("since", type_=Utc()),
        LATELY.c.said > bindparam("since", type_=Utc()),
    )
    .scalar_subquery(),
).where(numbered(CustomerRow.id, "which"))
