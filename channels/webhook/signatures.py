"""Signing as Standard Webhooks do: an id, a time, and what both sides' secret makes of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from standardwebhooks import Webhook, WebhookVerificationError

ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def is_signed(body: bytes, headers: Mapping[str, str], secrets: Iterable[str]) -> bool:
    """Tell whether *body* was signed with one of *secrets* within the last five minutes."""
    told = {name: headers.get(name, "") for name in (ID, TIME, SIGNATURE)}
    return any(fits(body, told, secret) for secret in secrets if secret)


def fits(body: bytes, headers: dict[str, str], secret: str) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # what is no base64, or no text, fits nothing
        return False
    return True


def signed(body: bytes, *, name: str, at: datetime, secret: str) -> dict[str, str]:
    """Return the headers that prove *body* to be ours, its id being *name*."""
    signature = Webhook(secret).sign(name, at, body.decode())
    return {ID: name, TIME: str(int(at.timestamp())), SIGNATURE: signature}
