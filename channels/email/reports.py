"""What is no customer's message: bounces, complaints and the answers of machines."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from channels.email.addresses import normal
from channels.email.bodies import walk
from channels.email.headers import Headers, lines, message_ids, plain, text
from channels.email.mime import Part, read
from channels.email.reasons import judge
from inbox.channel import Failure
from inbox.model import Kind

MOST_FAILURES = 1_000
NOTICE_LINES = 400  #: of a bounce's text that are read
EMAIL = re.compile(r"[^\s<>@\[\](),;:\"']{1,100}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}[A-Za-z0-9]")
DAEMON = re.compile(
    r"(?:mailer[-_. ]?daemon|postmaster|mail[-_. ]?delivery|mdaemon|delivery|bounce|"
    r"mail(?:er)?[-_. ]?(?:system|server|subsystem|admin)|mmdf|majordomo-errors|"
    r"failure[-_. ]?notice|mailsweeper|administrator|symantec|root|no-?reply)",
    re.IGNORECASE,
)
UNDELIVERED = re.compile(
    r"undeliver|un-deliver|not be delivered|(?:cannot|can't) be delivered|could not send|"
    r"(?:mail|message|delivery|dsn).{0,30}(?:fail|error|problem|delay|reject|return|bounced)|"
    r"fail(?:ure|ed|ing)?.{0,20}(?:deliver|notice|mail)|returned (?:e-?mail|mail|message)|"
    r"return(?:ed)? to sender|delivery (?:status|report|notification|incomplete)|"
    r"delivery temporarily|nondeliverable|non[- ]?delivery|mail could not|user unknown|"
    r"warning: .{0,30}(?:message|mail)|bounce|rejected mail|"
    r"non[- ]?remis|unzustellbar|nicht zugestellt|zustellung|no se pudo entregar|"
    r"no entregado|mancata consegna|niet afgeleverd|onbestelbaar|niedostarczon|"
    r"не доставлен|недоставлен|не удалось доставить|kunne ikke leveres|olevererbar|"
    r"配信|送信エラー|配達|メール.{0,10}エラー|退信|无法投递",
    re.IGNORECASE,
)
#: What stands above the copy of the mail that came back.
COPY = re.compile(
    r"^(?:[-=_*> ]*(?:below this line is a copy|this is a copy of|copy of|"
    r"(?:start of )?(?:the )?(?:original|returned|unsent|undelivered) (?:message|mail)|"
    r"message (?:header|text|contents|body|follows)|headers? (?:of|follow))|"
    r"received: |return-path:|x-mailer:)",
    re.IGNORECASE,
)
ORIGINAL_ID = re.compile(
    r"^[ \t>]{0,8}(?:original-)?message-id:[ \t]{0,8}\n?[ \t]{0,8}(<[^<>\s]{1,900}>)",
    re.IGNORECASE | re.MULTILINE,
)
VACATION = re.compile(
    r"out of (?:the )?office|auto(?:matic|mated)?[- ]?(?:reply|response|antwort|svar)|auto:|"
    r"away from (?:my|the) (?:mail|office|desk)|on (?:vacation|holiday|annual leave)|vacation|"
    r"abwesen|automatische antwort|réponse automatique|absence du bureau|absent du bureau|"
    r"respuesta automática|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|"
    r"resposta automática|ausência|automatisch antwoord|afwezig|autosvar|frånvaro|fravær|"
    r"odpowiedź automatyczna|automatyczna odpowiedź|poza biurem|nieobecno|"
    r"автоответ|автоматический ответ|автоматична відповідь|"
    r"automatski odgovor|odsutan|automatická odpověď|automaattinen vastaus|"
    r"自動応答|不在|自动回复|自動返信",
    re.IGNORECASE,
)


class Report(Struct):
    """What a mail is, and which of our mails it speaks of."""

    kind: Kind = Kind.MESSAGE
    failures: list[Failure] = field(default_factory=list)
    about: list[str] = field(default_factory=list)  #: message ids


def report(root: Part, said: str) -> Report:
    """Judge a mail by its structure, then by its head, and only then by its words."""
    parts = list(walk(root))
    by_type = {part.type: part for part in reversed(parts)}
    if feedback := by_type.get("message/feedback-report"):
        return Report(Kind.FEEDBACK, complaints(feedback), originals(parts, said))
    if status := by_type.get("message/delivery-status") or by_type.get(
        "message/global-delivery-status"
    ):
        return Report(Kind.BOUNCE, failures(status, said), originals(parts, said))
    if "message/disposition-notification" in by_type:
        return Report(Kind.AUTO_REPLY, about=originals(parts, said))
    if is_bounce(root, said):
        found = told(said)
        return Report(Kind.BOUNCE, found, originals(parts, said))
    return Report(Kind.AUTO_REPLY if is_automatic(root.headers) else Kind.MESSAGE)


def complaints(part: Part) -> list[Failure]:
    """Read what a mailbox provider passes on of a complaint (RFC 5965)."""
    found = next(iter(lines(part.content)), {})
    kind = plain(found, "feedback-type") or "abuse"
    recipients = found.get("original-rcpt-to") or found.get("removal-recipient") or [b""]
    return [
        Failure(recipient=recipient(value.decode("utf-8", "replace")), hard=False, reason=kind)
        for value in recipients[:MOST_FAILURES]
    ]


def failures(part: Part, said: str) -> list[Failure]:
    """Read the recipients of a delivery report (RFC 3464)."""
    found: list[Failure] = []
    for group in lines(part.content):
        if not group.keys() & {"final-recipient", "original-recipient", "action", "status"}:
            continue
        if len(found) < MOST_FAILURES:
            found.append(failure(group, said))
    return found or told(said)


def failure(group: Headers, said: str) -> Failure:
    who = recipient(plain(group, "original-recipient")) or recipient(
        plain(group, "final-recipient")
    )
    words = plain(group, "diagnostic-code").partition(";")[2].strip() or plain(
        group, "diagnostic-code"
    )
    status = plain(group, "status")
    if plain(group, "action").lower().startswith(("delivered", "relayed", "expanded")):
        return Failure(
            recipient=who, status=status[:20] or "2.0.0", hard=False, reason=words or None
        )
    verdict = judge(words or said, status)
    return Failure(
        recipient=who, status=verdict.status, hard=verdict.hard, reason=words[:2_000] or None
    )


def recipient(value: str) -> str | None:
    """Return the address in such as ``rfc822; ada@example.org``."""
    match = EMAIL.search(value)
    return normal(match[0]) or None if match else None


def is_bounce(root: Part, said: str) -> bool:
    """Tell whether a mail server wrote this to say that a mail did not arrive."""
    headers = root.headers
    if root.type == "multipart/report" and root.parameters.get("report-type") == "delivery-status":
        return True
    if any(name in headers for name in ("x-failed-recipients", "x-mailer-daemon-recipients")):
        return True
    sender = plain(headers, "from") + " " + plain(headers, "return-path")
    empty = plain(headers, "return-path") == "<>"
    subject = text(headers, "subject") or ""
    daemon = bool(DAEMON.search(sender)) or empty
    if not daemon:
        return False
    if UNDELIVERED.search(subject):
        return True
    return bool(
        (empty or "daemon" in sender.lower())
        and UNDELIVERED.search(said[:3_000])
        and EMAIL.search(said)
    )


def originals(parts: Sequence[Part], said: str) -> list[str]:
    """Return the ids of the mail that came back."""
    found: list[str] = []
    for part in parts:
        if part.type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
        ):
            headers = read(part.content[:200_000].lstrip()).root.headers
            found += message_ids(headers, "message-id")
        elif part.type == "message/delivery-status":
            found += [
                i
                for group in lines(part.content)
                for i in message_ids(group, "x-original-message-id")
            ]
    return list(dict.fromkeys(found + ORIGINAL_ID.findall(said[:200_000])))[:20]


def told(said: str) -> list[Failure]:
    """Read a bounce that has no machine-readable part: its text up to the mail that came back."""
    notice = list(notice_lines(said))
    found: dict[str, Failure] = {}
    for who, words in refusals(notice):
        if who in found or len(found) >= MOST_FAILURES:
            continue
        verdict = judge(words)
        found[who] = Failure(
            recipient=who, status=verdict.status, hard=verdict.hard, reason=words[:2_000]
        )
    if found:
        return list(found.values())
    verdict = judge("\n".join(notice))
    return [
        Failure(status=verdict.status, hard=verdict.hard, reason="\n".join(notice)[:2_000] or None)
    ]


def notice_lines(said: str) -> Iterator[str]:
    """Yield the lines before the copy of the mail that came back."""
    for place, line in enumerate(said.split("\n")[:NOTICE_LINES]):
        if place and COPY.match(line):
            return
        yield line[:2_000]


def refusals(notice: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each address a notice names, with what it says about it."""
    places = [
        (place, match[0]) for place, line in enumerate(notice) if (match := EMAIL.search(line))
    ]
    whole = "\n".join(notice)
    for number, (place, address) in enumerate(places):
        end = places[number + 1][0] if number + 1 < len(places) else len(notice)
        block = "\n".join(notice[place:end]) if len(places) > 1 else whole
        who = normal(address)
        if who:
            yield who, block


def is_automatic(headers: Headers) -> bool:
    """Tell whether a machine wrote the mail (RFC 3834 and what was usual before it)."""
    submitted = plain(headers, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if plain(headers, "precedence").lower() in ("bulk", "junk", "auto_reply", "auto-reply"):
        return True
    suppressed = plain(headers, "x-auto-response-suppress").lower()
    marks = (
        *("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-autogenerated"),
        *("x-mail-autoreply", "x-vacation", "delivered-to-autoresponder", "x-loop-autoreply"),
    )
    if any(
        name in headers and plain(headers, name).lower() not in ("no", "false") for name in marks
    ):
        return True
    if "list-unsubscribe" in headers and "list-post" not in headers:
        return True
    if plain(headers, "return-path") == "<>" or DAEMON.match(plain(headers, "from").strip('"<')):
        subject = text(headers, "subject") or ""
        return plain(headers, "return-path") == "<>" or bool(VACATION.search(subject))
    subject = text(headers, "subject") or ""
    return bool(VACATION.match(subject.strip())) or (
        "all" in suppressed and bool(VACATION.search(subject))
    )
