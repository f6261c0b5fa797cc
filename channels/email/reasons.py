"""Why a mail server refused, read from its code and its words.

A failure is *hard* when the address itself is no good, so that sending there again makes
no sense: nobody of that name, no such host, moved, or a host that takes no mail. All else
(a full mailbox, a filter, a policy, a network) may be over tomorrow.
"""

import re
from enum import StrEnum

from msgspec import Struct


class Reason(StrEnum):
    """What is behind a refusal."""

    UNKNOWN_USER = "unknown user"
    UNKNOWN_HOST = "unknown host"
    MOVED = "moved"
    TAKES_NO_MAIL = "takes no mail"
    FULL = "mailbox full"
    SUSPENDED = "suspended"
    TOO_BIG = "too big"
    SPAM = "spam"
    VIRUS = "virus"
    POLICY = "policy"
    RELAYING = "relaying denied"
    FILTERED = "filtered"
    EXPIRED = "expired"
    NETWORK = "network"
    SYSTEM = "system"
    TOO_MANY = "too many"
    OTHER = "other"


HARD = frozenset({Reason.UNKNOWN_USER, Reason.UNKNOWN_HOST, Reason.MOVED, Reason.TAKES_NO_MAIL})

#: What servers say, the telling phrases first: the first that is found decides.
PHRASES: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    (
        Reason.FULL,
        (
            *("mailbox full", "mailbox is full", "mailbox exceeds", "over quota", "overquota"),
            *("quota exceeded", "exceeded quota", "exceeded storage", "exceeded his quota"),
            *("exceed the maximum storage", "exceeds allowed size", "out of storage"),
            *("insufficient disk", "insufficient storage", "not enough storage", "disk full"),
            *("disk quota", "quota exceed", "inbox is full", "mailfolder is full", "mailbox size"),
            *("storage limit", "maildir over", "would be over quota", "mailbox quota"),
            *("user is over", "account is full", "full mailbox", "too much mail data"),
            *("no space left", "exceeded the max space", "boite du destinataire pleine"),
            *("exceeded its mail", "maximum mailbox", "recipient reached disk"),
            *("message size exceeds available space", "is over disk", "mailbox_full"),
            *("exceeded space limit", "overstorage", "storage quota", "mail box full"),
        ),
    ),
    (
        Reason.MOVED,
        (
            *("has moved", "no longer uses", "has been replaced by", "please use new address"),
            *("address has changed", "no longer at this"),
        ),
    ),
    (
        Reason.TAKES_NO_MAIL,
        (
            *(
                "does not accept mail",
                "not accept any mail",
                "null mx",
                "nullmx",
                "smtp protocol error 521",
            ),
            *("host does not accept", "host/domain does not accept", "doesn't receive mail"),
            *("name server: .: host not found", "this server does not accept mail"),
            *("recipient not accept", "domain accepts no mail"),
        ),
    ),
    (
        Reason.SUSPENDED,
        (
            *("disabled", "suspended", "inactive", "account expired", "deactivated", "is locked"),
            *("not active", "mailbox unavailable or access denied", "temporarily locked"),
            *("boite du destinataire archivee", "currently suspended", "account has been"),
            *("mailbox temporarily", "blocked account", "mailbox is frozen", "account closed"),
        ),
    ),
    (
        Reason.TOO_BIG,
        (
            *(
                "message too big",
                "message too large",
                "message size exceeds",
                "message file too big",
            ),
            *("exceeds maximum message size", "message length exceeds", "size limit", "too large"),
            *("exceeded maximum inbound message size", "max message size", "message exceeds"),
            *("file too big", "message is too big"),
        ),
    ),
    (
        Reason.VIRUS,
        ("virus", "malware", "infected"),
    ),
    (
        Reason.RELAYING,
        (
            *("relaying denied", "relay denied", "relay access denied", "relaying not permitted"),
            *("unable to relay", "not a gateway", "relay not permitted", "we do not relay"),
            *("relaying prohibited", "relaying is prohibited", "no relaying", "relay not allowed"),
            *("open relay", "not permitted to relay", "mail server requires authentication"),
        ),
    ),
    (
        Reason.SPAM,
        (
            *("spam", "unsolicited", "bulk mail", "junk", "content rejected", "blacklisted url"),
            *("rejected due to content", "denied due to content", "looks like"),
        ),
    ),
    (
        Reason.POLICY,
        (
            *("blocked", "blacklist", "block list", "blocklist", "black list", "denylist", "dnsbl"),
            *("rbl", "spamhaus", "poor reputation", "bad reputation", "reputation", "dmarc", "spf"),
            *("dkim", "not authorized", "unauthenticated", "authentication", "authorization"),
            *("reverse dns", "ptr record", "reverse hostname", "cannot find your hostname"),
            *(
                "policy",
                "banned",
                "prohibited",
                "not allowed to send",
                "access denied",
                "rejected your",
            ),
            *("connection refused by", "your ip", "client host rejected", "no ptr", "denied by"),
            *(
                "cannot resolve your address",
                "cannot resolve ptr",
                "domain of sender",
                "sender address",
            ),
            *("sender rejected", "sender domain", "sender verify", "sender not", "invalid sender"),
            *(
                "from address",
                "administrative prohibition",
                "not rfc",
                "rfc 5322",
                "rfc5322",
                "rfc 2822",
            ),
            *("restricted", "security", "violat", "connection rejected", "must issue a starttls"),
            *("envelope blocked", "access restriction", "header", "hostname rejected", "helo"),
        ),
    ),
    (
        Reason.UNKNOWN_HOST,
        (
            *("host unknown", "unknown host", "host not found", "domain not found", "no such host"),
            *("domain does not exist", "no such domain", "unknown domain", "name service error"),
            *("domain name not found", "couldn't find any host", "couldn't be found", "nxdomain"),
            *("unrouteable mail domain", "unroutable mail domain", "unrouteable domain", "no dns"),
            *(
                "host or domain name not found",
                "name or service not known",
                "no mx",
                "illegal host",
            ),
            *(
                "bad destination host",
                "domain must exist",
                "non-existent domain",
                "not a valid domain",
            ),
            *("unresolvable", "unable to lookup", "domain is not reachable", "invalid domain name"),
            *("cannot find a valid dns", "host non esistente", "has no mail exchanger"),
            *("mail domain mentioned in email address is unknown", "does not exist (mx)"),
        ),
    ),
    (
        Reason.UNKNOWN_USER,
        (
            *(
                "user unknown",
                "unknown user",
                "no such user",
                "no such recipient",
                "unknown recipient",
            ),
            *("recipient unknown", "no such mailbox", "mailbox not found", "mailbox unknown"),
            *("unknown mailbox", "user not found", "recipient not found", "address not found"),
            *("does not exist", "doesn't exist", "not exist", "no mailbox", "no user", "not found"),
            *("unknown address", "address unknown", "invalid recipient", "invalid user"),
            *("invalid mailbox", "bad address", "not a valid", "isn't a valid", "is not a known"),
            *("unknown local", "unknown email", "unknown account", "unknown or illegal"),
            *(
                "unrouteable address",
                "unroutable address",
                "undeliverable address",
                "not our customer",
            ),
            *("recipient rejected", "recipient address rejected", "recipient is not", "no account"),
            *("doesn't have a", "does not have an", "doesn't have an account", "not listed in"),
            *(
                "this user",
                "not known at this",
                "delivery to the following recipient",
                "no one by that",
            ),
            *("no longer", "mailbox unavailable", "account not", "account that you tried"),
            *("addressee unknown", "is unknown", "no person", "no valid recipients", "unknown in"),
            *("nonexistent", "non-existent", "not a user", "bad destination mailbox"),
            *("recipnotfound", "user does", "invalid address", "recipients rejected", "wrong user"),
            *("no mail box", "no local mailbox", "adressat unbekannt", "unbekannter empf"),
            *(
                "destinataire inconnu",
                "usuario desconocido",
                "utilisateur inconnu",
                "utente sconosciuto",
            ),
            *("user has left", "left the company", "can't accept mail", "mail-box not"),
        ),
    ),
    (
        Reason.EXPIRED,
        (
            *(
                "expired",
                "retry time",
                "retry timeout",
                "too long",
                "could not be delivered within",
            ),
            *("undeliverable for", "been in the queue", "delivery attempts", "giving up after"),
            *(
                "will not be able",
                "not been delivered",
                "message timed out",
                "delivery time",
                "wait longer",
            ),
            *(
                "delayed",
                "could not be sent for",
                "been waiting",
                "warning message",
                "undelivered after",
            ),
            *("not yet been delivered", "message timeout", "queue too long"),
        ),
    ),
    (
        Reason.TOO_MANY,
        (
            *(
                "too many",
                "rate limit",
                "throttl",
                "too fast",
                "try again later",
                "exceeded the limit",
            ),
            *("sending limit", "greylist", "graylist", "receiving mail at a rate", "deferred"),
        ),
    ),
    (
        Reason.NETWORK,
        (
            *(
                "connection refused",
                "connection timed out",
                "connection reset",
                "connection dropped",
            ),
            *("lost connection", "timed out", "timeout", "unable to connect", "couldn't connect"),
            *("could not connect", "not responding", "did not respond", "no route", "unreachable"),
            *("network", "establish an smtp connection", "connect to", "loop", "too many hops"),
            *("tls", "certificate", "hop count", "all hosts", "dns error", "host map lookup"),
        ),
    ),
    (
        Reason.SYSTEM,
        (
            *(
                "local error",
                "system error",
                "internal error",
                "configuration",
                "temporary failure",
            ),
            *("service unavailable", "service not available", "local problem", "local processing"),
            *(
                "can't create",
                "cannot create",
                "permission",
                "system config",
                "aborted",
                "i/o error",
            ),
            *("out of memory", "interrupted", "server error", "resources", "failed to"),
        ),
    ),
    (
        Reason.FILTERED,
        ("rejected", "refused", "filter", "denied", "not accept", "not wanted"),
    ),
)
#: What the second and third number of an enhanced status code say (RFC 3463).
CODES = {
    "1.0": Reason.UNKNOWN_USER,
    "1.1": Reason.UNKNOWN_USER,
    "1.2": Reason.UNKNOWN_HOST,
    "1.3": Reason.UNKNOWN_USER,
    "1.4": Reason.UNKNOWN_USER,
    "1.6": Reason.MOVED,
    "1.10": Reason.TAKES_NO_MAIL,
    "2.1": Reason.SUSPENDED,
    "2.2": Reason.FULL,
    "2.3": Reason.TOO_BIG,
    "3.1": Reason.FULL,
    "3.4": Reason.TOO_BIG,
    "4.4": Reason.UNKNOWN_HOST,
    "4.7": Reason.EXPIRED,
}
#: The code that says as much as a reason does, for servers that give none.
STATUS = {
    Reason.UNKNOWN_USER: "1.1",
    Reason.UNKNOWN_HOST: "1.2",
    Reason.MOVED: "1.6",
    Reason.TAKES_NO_MAIL: "1.10",
    Reason.FULL: "2.2",
    Reason.SUSPENDED: "2.1",
    Reason.TOO_BIG: "3.4",
    Reason.SPAM: "7.1",
    Reason.VIRUS: "7.0",
    Reason.POLICY: "7.1",
    Reason.RELAYING: "7.1",
    Reason.FILTERED: "7.1",
    Reason.EXPIRED: "4.7",
    Reason.NETWORK: "4.1",
    Reason.SYSTEM: "3.0",
    Reason.TOO_MANY: "7.0",
    Reason.OTHER: "0.0",
}
ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\.\d)(?!\d)")
REPLY = re.compile(r"(?<![\d.:/@-])([45]\d\d)(?=[ \-#,;:)\]]|$)(?!-\d)", re.MULTILINE)
TEMPORARY = frozenset({Reason.EXPIRED, Reason.NETWORK, Reason.TOO_MANY})


class Verdict(Struct, frozen=True):
    """A refusal, judged."""

    status: str
    reason: Reason
    hard: bool


def judge(words: str, status: str | None = None, reply: str | None = None) -> Verdict:
    """Weigh the code and the *words* of a refusal."""
    said = " ".join(words.split()).lower()[:5_000]
    status = best_status(said, status)
    code = reply or next(iter(REPLY.findall(said)), None)
    reason = why(said, status)
    if status is None or status.endswith(".0.0"):
        first = status[0] if status else code[0] if code else "4" if reason in TEMPORARY else "5"
        status = f"{first}.{STATUS[reason]}" if status is None else status
    return Verdict(status, reason, hard=reason in HARD and status[0] == "5")


def best_status(said: str, status: str | None) -> str | None:
    """Return the most telling code: one that says more than *that* it failed."""
    given = ENHANCED.search(status or "")
    candidates = ([given[1]] if given else []) + ENHANCED.findall(said)
    telling = [code for code in candidates if not code.endswith((".0.0",))]
    if given and not given[1].endswith(".0.0"):
        return given[1]
    return telling[0] if telling else candidates[0] if candidates else None


def why(said: str, status: str | None) -> Reason:
    """Return the reason: what the words say, or else what the code says."""
    by_code = CODES.get(status[2:]) if status else None
    for reason, phrases in PHRASES:
        if any(phrase in said for phrase in phrases):
            return reason
    return by_code or Reason.OTHER
