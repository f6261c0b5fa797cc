"""Things that customers write."""

from inbox.channel import Inbound
from inbox.model import Address, Proof


def chat(name, text="Hello", *, visitor="v1", **fields):
    sender = Address(kind="webchat", value=visitor, name=fields.pop("named", None))
    return Inbound(
        external_id=name,
        sender=sender,
        text=text,
        thread=visitor,
        proof=Proof.VERIFIED,
        **fields,
    )


def mail(name, *answers, sender="eve@example.org", text="Hello", **fields):
    return Inbound(
        external_id=f"<{name}>",
        sender=Address(kind="email", value=sender, name=fields.pop("named", None)),
        text=text,
        references=tuple(f"<{one}>" for one in answers),
        recipients=fields.pop("to", (Address(kind="email", value="support@desk.example"),)),
        **fields,
    )
