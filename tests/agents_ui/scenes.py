"""What has happened at a desk before a test begins, written through the store."""

from typing import Any

from inbox.model import AccountId, ConversationId, CustomerId, Direction, MessageId, Proof
from inbox.store import Unit
from inbox.store.attachments import Given
from inbox.store.numbers import keys
from inbox.words import preview

SUPPORT = AccountId(1)


def customer(unit: Unit, name: str = "Ada") -> CustomerId:
    """Let a customer be known by an email address."""
    who = CustomerId(next(keys(unit.connection, "customer", 1)))
    unit.customers.add([{"id": who, "name": name, "created_at": unit.now, "attributes": {}}])
    identity = next(keys(unit.connection, "identity", 1))
    unit.customers.add_identities(
        [
            {
                "id": identity,
                "customer_id": who,
                "kind": "email",
                "value": f"customer{who}@home.example",
                "proof": Proof.HEARD,
                "created_at": unit.now,
            }
        ]
    )
    return who


def write_in(unit: Unit, text: str = "My bell is broken.", **more: Any) -> ConversationId:
    """Let a new customer write."""
    who = customer(unit, more.pop("name", "Ada"))
    talk = ConversationId(next(keys(unit.connection, "conversation", 1)))
    unit.conversations.add(
        [
            {
                "id": talk,
                "customer_id": who,
                "account_id": SUPPORT,
                "status": "open",
                "created_at": unit.now,
                "active_at": unit.now,
                "subject": more.pop("subject", "A bell"),
                "thread": f"thread-{talk}",
                "thread_account_id": SUPPORT,
                "assignee_id": more.pop("assignee_id", None),
                "queue_id": None,
                "waiting_since": unit.now,
                "last_message_id": None,
                "last_heard_id": None,
                "preview": "",
                "spam": False,
            }
        ]
    )
    unit.happened("conversation.opened", conversation=talk, customer=who)
    write_on(unit, talk, text, **more)
    return talk


def write_on(unit: Unit, which: ConversationId, text: str, **more: Any) -> MessageId:
    """Let the customer of a conversation write again."""
    talk = unit.conversations.get(which)
    files = more.pop("files", ())
    message = unit.messages.add(
        at=unit.now,
        conversation_id=which,
        customer_id=talk.customer_id,
        account_id=SUPPORT,
        direction=Direction.IN,
        text=text,
        sender=f"customer{talk.customer_id}@home.example",
        sender_name="Ada",
        recipients=["help@desk.example"],
        external_id=f"<{which}.{talk.last_message_id}@home.example>",
        **more,
    )
    unit.attachments.add([(message, given) for given in files], at=unit.now)
    unit.conversations.change(
        which,
        last_message_id=message,
        last_heard_id=message,
        active_at=unit.now,
        preview=preview(text),
        waiting_since=unit.now,
    )
    unit.happened("message.added", conversation=which, customer=talk.customer_id, message=message)
    return message


def file(blob: str, name: str = "bell.png", kind: str = "image/png", **more: Any) -> Given:
    return Given(blob=blob, name=name, media_type=kind, size=more.pop("size", 1), **more)
