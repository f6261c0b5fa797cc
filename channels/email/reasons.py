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

#: What fails on the way, whatever the code says of the address.
UNRESOLVED = (
    *("malformed or unexpected name server", "did not accept our requests to connect"),
    *("temporary lookup failure", "host not found, try again", "name server timeout"),
    *("name server loop", "mail loops back to me"),
)

#: Servers that say only after the mail was sent that they do not know the user.
LATE = ("delivery error: dd this user doesn't have a",)
#: What PowerMTA makes of an answer, in a field of its own.
CATEGORIES = {
    "bad-mailbox": Reason.UNKNOWN_USER,
    "bad-domain": Reason.UNKNOWN_HOST,
    "inactive-mailbox": Reason.SUSPENDED,
    "quota-issues": Reason.FULL,
    "spam-related": Reason.SPAM,
    "virus-related": Reason.VIRUS,
    "policy-related": Reason.POLICY,
    "content-related": Reason.SPAM,
    "relaying-issues": Reason.RELAYING,
    "message-expired": Reason.EXPIRED,
    "no-answer-from-host": Reason.NETWORK,
    "bad-connection": Reason.NETWORK,
    "routing-errors": Reason.NETWORK,
    "bad-configuration": Reason.SYSTEM,
    "protocol-errors": Reason.SYSTEM,
}

#: What servers say, the telling phrases first: the first that is found decides.
PHRASES: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    (Reason.UNKNOWN_USER, ("recipient address rejected: access denied",)),
    (Reason.POLICY, ("permission to post",)),
    (Reason.TOO_MANY, ("too many recipients this hour",)),
    (Reason.SYSTEM, ("mailer error", "mail system failure")),
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
                "indicated no smtp service",
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
            *(
                "not active",
                "mailbox unavailable or access denied",
                "temporarily locked",
                "temporary locked",
            ),
            *("boite du destinataire archivee", "currently suspended", "account has been"),
            *(
                "on hold",
                "onhold",
                "mailbox temporarily",
                "blocked account",
                "mailbox is frozen",
                "account closed",
            ),
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
                "name is not recognized",
                "name was not found",
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
            *(
                "見つかりません",
                "存在しません",
                "user has left",
                "left the company",
                "can't accept mail",
                "mail-box not",
            ),
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
REPLY = re.compile(r"(?<![\d./@-])(?<!\d:)([45]\d\d)(?=[ \-#,;:)\]]|$)(?!-\d)", re.MULTILINE)
#: Reasons that words are easily mistaken for.
VAGUE = frozenset({Reason.FILTERED, Reason.SYSTEM, Reason.NETWORK, Reason.EXPIRED, Reason.POLICY})


#: At which of our words the server refused, as reporters put it.
STAGES = re.compile(
    r"(?:in reply to|after|smtp command|said to|response to|>>>)[ :]{1,2}(?:end of |the )?"
    r"(mail|rcpt|data)(?!\S* ?<<< (?:503|354|2))|(end of data)|"
    r"(does not like recipient|did not like our rcpt|smtp:rcpt|\[rcpt_to\]|rcpt to)"
)


class Verdict(Struct, frozen=True):
    """A refusal, judged."""

    status: str
    reason: Reason
    hard: bool


def judge(
    words: str,
    status: str | None = None,
    around: str = "",
    *,
    trying: bool = False,
    told: bool = False,
    category: str = "",
) -> Verdict:
    """Weigh the *words* of a refusal, its code and the text *around* it.

    While the server is still *trying*, nothing is hard. *told* says that the words come
    from a text for people, where the place in the dialogue is easily left out. A
    *category* is what the reporter itself made of the answer.
    """
    said = " ".join(words.split()).lower()[:5_000]
    near = " ".join(around.split()).lower()[:20_000]
    code = best_status(said, status) or best_status(near, None)
    if code is not None and code.endswith(".0.0") and not ENHANCED.search(said):
        code = min((code, best_status(near, None) or code), key=vagueness)
    if code is not None and code.endswith(".4.7"):
        code = min((code, best_status(near, None) or code), key=vagueness)  # what failed last
    reason = why(said, code)
    if reason is Reason.OTHER and near:
        reason = why(near, code)
    if category in CATEGORIES:
        reason = CATEGORIES[category]
    elif reason is Reason.UNKNOWN_USER and not any(phrase in said for phrase in LATE):
        vague = told and bool(REPLY.search(said))
        reason = doubted(code, stage(near) or stage(said), vague=vague)
    elif reason is Reason.UNKNOWN_HOST and stage(near) == "mail":
        reason = Reason.POLICY  # the host of the sender
    if code is None:
        code = f"{first_digit(said, near)}.{STATUS[reason]}"
    return Verdict(code, reason, hard=reason in HARD and not trying)


def stage(said: str) -> str | None:
    """Return the command at which the mail was refused: mail, rcpt, data, or late for rcpt."""
    if "no valid recipients" in said:
        return "late"  # answers came late, as they do when commands are sent at once
    match = STAGES.search(said)
    if not match:
        return None
    return match[1] or ("data" if match[2] else "rcpt")


def doubted(code: str | None, at: str | None, *, vague: bool) -> Reason:
    """Believe that a user is unknown when the code says so, or the answer to the recipient.

    Filters say the same after they saw the mail, of users who are there.
    """
    if code is not None and re.fullmatch(r"[45]\.1\.[1-9]\d*", code):
        return Reason.UNKNOWN_USER
    if at == "mail":
        return Reason.POLICY
    if at != "rcpt" and (code or "").endswith(".2.1"):
        return Reason.FILTERED  # a mailbox that is there, and takes nothing
    if at == "data" or (at is None and vague) or (at != "rcpt" and (code or "")[2:4] == "7."):
        return Reason.FILTERED
    return Reason.UNKNOWN_USER


def first_digit(said: str, near: str) -> str:
    """Return 4 when the refusal may pass, 5 when it will not."""
    reply = REPLY.search(said) or REPLY.search(near)
    if reply:
        return reply[1][0]
    return (
        "4" if "delayed" in near[:2_000] or "still trying" in near or "will retry" in near else "5"
    )


def best_status(said: str, status: str | None) -> str | None:
    """Return the most telling code, the remote server's own before the reporter's."""
    codes = ENHANCED.findall(said) + ENHANCED.findall(status or "")
    return min(codes, key=vagueness, default=None)


def vagueness(code: str) -> int:
    """Order codes by how little they say: all zeros least, *expired* little, a class some."""
    if code.endswith(".0.0"):
        return 3
    if code.endswith(".4.7"):
        return 2
    return 1 if code.endswith(".0") else 0


def why(said: str, status: str | None) -> Reason:
    """Return the reason: what the words say, unless a clear code contradicts vague words."""
    if any(phrase in said for phrase in UNRESOLVED):
        return Reason.NETWORK
    by_code = CODES.get(status[2:]) if status else None
    for reason, phrases in PHRASES:
        if any(phrase in said for phrase in phrases):
            return by_code if by_code in HARD and reason in VAGUE else reason
    return by_code or Reason.OTHER
