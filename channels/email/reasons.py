"""Why a mail server refused, read from its code and its words.

A failure is *hard* when the address itself is no good, so that sending there again makes
no sense: nobody of that name, no such host, moved, or a host that takes no mail. All else
(a full mailbox, a filter, a policy, a network) may be over tomorrow.
"""

import re

from msgspec import Struct

from channels.email.refusals import (
    CATEGORIES,
    CODES,
    HARD,
    LATE,
    PHRASES,
    STATUS,
    UNRESOLVED,
    Reason,
)

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
    if trying and code is None and reason in HARD:
        reason = Reason.EXPIRED
    if code is None:
        passing = reason is Reason.FULL and "retry timeout exceeded" in near  # it was tried again
        code = f"{4 if passing else first_digit(said, near)}.{STATUS[reason]}"
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
