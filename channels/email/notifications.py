"""Amazon SES tells of bounces, complaints and deliveries in JSON, by SNS and so by mail."""

from collections.abc import Iterator
from typing import Any

import msgspec

from channels.email.addresses import normal
from channels.email.reasons import ENHANCED, judge
from inbox.channel import Failure
from inbox.model import Kind

LARGEST = 200_000  #: characters
News = tuple[Kind, list[Failure], list[str]]


def told(text: str) -> News | None:
    """Read a notification: what it is, whom it concerns, and which mail; None if it is none."""
    if not text.startswith("{") or len(text) > LARGEST or "otificationType" not in text:
        return None
    document = text[: text.rfind("}") + 1]
    try:
        news = decoded(document)
        if isinstance(news, dict) and isinstance(news.get("Message"), str):
            news = msgspec.json.decode(news["Message"])
        return understood(news)
    except (msgspec.DecodeError, ValueError, TypeError, AttributeError, KeyError):
        return None


def decoded(document: str) -> Any:
    """Read JSON; mail servers fold what is longer than a line may be."""
    try:
        return msgspec.json.decode(document)
    except msgspec.DecodeError:
        return msgspec.json.decode(document.replace("\n ", "").replace("\n", ""))


def understood(news: dict[str, Any]) -> News | None:
    mail = news.get("mail") or {}
    about = [f"<{mail['messageId']}@email.amazonses.com>"] if "messageId" in mail else []
    match str(news.get("notificationType")).lower():
        case "bounce":
            return Kind.BOUNCE, list(refused(news["bounce"])), about
        case "complaint":
            complaint = news["complaint"]
            kind = str(complaint.get("complaintFeedbackType") or "abuse")
            who = [normal(str(one["emailAddress"])) for one in complaint["complainedRecipients"]]
            return (
                Kind.FEEDBACK,
                [Failure(recipient=one, hard=False, final=False, reason=kind) for one in who],
                about,
            )
        case "delivery":
            return Kind.BOUNCE, list(delivered(news["delivery"])), about
    return None


def refused(bounce: dict[str, Any]) -> Iterator[Failure]:
    passing = str(bounce.get("bounceType")).lower() == "transient"
    for one in bounce["bouncedRecipients"]:
        words = str(one.get("diagnosticCode") or "")
        verdict = judge(words, str(one.get("status") or ("4.0.0" if passing else "5.0.0")))
        yield Failure(
            recipient=normal(str(one["emailAddress"])) or None,
            status=verdict.status,
            hard=verdict.hard,
            reason=words or None,
        )


def delivered(delivery: dict[str, Any]) -> Iterator[Failure]:
    words = str(delivery.get("smtpResponse") or "")
    found = ENHANCED.search(words)
    for one in delivery["recipients"]:
        yield Failure(
            recipient=normal(str(one)) or None,
            status=found[1] if found else "2.0.0",
            hard=False,
            final=False,
            reason=words or None,
        )
