"""What is no customer's message: bounces, complaints and the answers of machines."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from channels.email import notifications
from channels.email.addresses import normal
from channels.email.bodies import walk
from channels.email.headers import Headers, lines, message_ids, plain, text
from channels.email.mime import Part, read
from channels.email.reasons import ENHANCED, REPLY, Verdict, judge
from channels.email.tokens import MARK
from inbox.channel import Failure
from inbox.model import Kind

MOST_FAILURES = 1_000
RECIPIENT_FIELDS = {"final-recipient", "original-recipient", "action", "status"}
MOST_WORDS = 2_000  #: characters of a reason that are kept
NOTICE_LINES = 400  #: of a bounce's text that are read
EMAIL = re.compile(r"[^\s<>@\[\](),;:\"']{1,100}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}[A-Za-z0-9]")
#: A line that is about one recipient: nothing but a label stands before the address.
NAMED = re.compile(
    r"[\W_]{0,20}(?:(?:addressed to|recipient(?: address)?|rcpt|address|user|(?:final|original)-"
    r"recipient: *rfc822)\b[ \t]{0,4}[:;=]?[\W_]{0,10})?"
    r"([^\s<>@\[\](),;:\"']{1,100}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}[A-Za-z0-9])",
    re.IGNORECASE,
)
FIELDS = re.compile(r"^final-recipient:", re.IGNORECASE | re.MULTILINE)
DELAYED = re.compile(
    r"(?:has been|was|is) delayed|still (?:trying|being)|warning message only|will be retried|"
    r"do not need to resend|delivery (?:attempts will|will) continue|not yet been delivered",
    re.IGNORECASE,
)
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
    r"did not reach the following|was not delivered|"
    r"warning: .{0,30}(?:message|mail)|bounce|rejected mail|"
    r"non[- ]?remis|unzustellbar|nicht zugestellt|zustellung|no se pudo entregar|"
    r"no entregado|mancata consegna|niet afgeleverd|onbestelbaar|niedostarczon|"
    r"не доставлен|недоставлен|не удалось доставить|kunne ikke leveres|olevererbar|"
    r"(?:kan|kunne|kunde) (?:ikke|inte) (?:leveres|levereras)|gick inte att leverera|olevererad|"
    r"no se (?:puede|pudo|ha podido) entregar|devuelto|correo no entregado|"
    r"não (?:é possível|foi possível) entregar|não entregue|falha na entrega|não pôde ser entregue|"
    r"non recapitabile|recapito non riuscito|mancato recapito|non consegnat|impossibile recapitare|"
    r"niet bezorgd|kan niet worden (?:bezorgd|afgeleverd)|échec (?:de|de la) (?:remise|livraison)|"
    r"n'a pas pu être (?:remis|distribué|livré)|"
    r"nije moguće isporučiti|neisporučen|isporuka nije uspjela|nie można dostarczyć|niedoręczon|"
    r"nedoručiteln|nelze doručit|kézbesíthetetlen|sikertelen kézbesítés|toimittaminen epäonnistui|"
    r"ei voitu toimittaa|teslim edilemedi|iletilemedi|δεν παραδόθηκε|nelivrat|nu a putut fi livrat|"
    r"не доставлено|无法送达|未送达|投递失败|退回|無法傳遞|無法遞送|無法送達|배달되지|반송|"
    r"配信|送信エラー|配達|メール.{0,10}エラー|退信|无法投递",
    re.IGNORECASE,
)
DIALOGUE = re.compile(
    r"rcpt to|<<<|>>>|remote (?:host|server)|smtp (?:server|error)", re.IGNORECASE
)
PASSED_ON = re.compile(r"\s*(?:re|aw|sv|fwd?|wg|tr|vs|odp|ha)\s*:", re.IGNORECASE)
#: What stands above the copy of the mail that came back.
COPY = re.compile(
    r"^(?:[-=_*>#]{2,}[-=_*># ]*(?:below this line|this is a copy|copy of|enclosed is|included is|"
    r"(?:start of )?(?:the )?(?:original|returned|unsent|undelivered) (?:message|mail)|"
    r"message (?:header|text|contents|body|follows)|headers? (?:of|follow))|"
    r"[ \t]*original message:?[ \t]*$|"
    r"[ \t]*(?:below is a copy of|included is a copy of|(?:original )?message headers? follow)|"
    r"received: (?:from|by)|return-path:|x-mailer:)",
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
    r"automati\w{1,3} svar|automatická odpoveď|automatikus válasz|răspuns automat|otomatik yan.t|"
    r"αυτόματη απάντηση|автоматичен отговор|аутоматски одговор|samodejni odgovor|"
    r"automatinis atsakymas|automātiska atbilde|automaatvastus|resposta automàtica|"
    r"trả lời tự động|balasan otomatis|sjálfvirkt svar|תשובה אוטומטית|رد تلقائي|"
    r"fora do escritório|fuera del despacho|away from (?:the )?office|poissa toimistosta|"
    r"nicht im (?:büro|hause)|message d.absence|házon kívül|mimo kancelář|ooo:|"
    r"自動回覆|自动答复|자동 ?(?:회신|응답)|부재중|"
    r"自動応答|不在|自动回复|自動返信",
    re.IGNORECASE,
)


#: Fields that answering machines write; any value but "no" counts.
MACHINES = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-autogenerated"),
    *("x-mail-autoreply", "x-vacation", "delivered-to-autoresponder", "x-auto-reply"),
    *("x-autoresponder-host", "x-autoreply-for", "x-fc-machinegenerated", "x-yahoo-vacation"),
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
    found = formal(root, by_type, said) or worded(root, said)
    if found.kind is not Kind.MESSAGE and not found.about:
        found.about = originals(parts, said)
    return found


def formal(root: Part, by_type: Mapping[str, Part], said: str) -> Report | None:
    """Read a report that machines understand."""
    if feedback := by_type.get("message/feedback-report"):
        return Report(Kind.FEEDBACK, complaints(feedback))
    if is_complaint(root, by_type):
        return Report(Kind.FEEDBACK)
    status = by_type.get("message/delivery-status") or by_type.get("message/global-delivery-status")
    if status:
        return Report(Kind.BOUNCE, failures(status, said))
    if "message/disposition-notification" in by_type:
        return Report(Kind.AUTO_REPLY)
    return None


def worded(root: Part, said: str) -> Report:
    """Judge a mail by its head and its words."""
    if news := notifications.told(said.strip()):
        return Report(*news)
    if is_bounce(root, said):
        return Report(Kind.BOUNCE, told(said))
    return Report(Kind.AUTO_REPLY if is_automatic(root.headers) else Kind.MESSAGE)


def is_complaint(root: Part, by_type: Mapping[str, Part]) -> bool:
    """Tell whether a provider passes on a complaint without saying so in a machine's words."""
    subject = text(root.headers, "subject") or ""
    return "message/rfc822" in by_type and subject.strip().startswith(
        "complaint about message from"
    )


def complaints(part: Part) -> list[Failure]:
    """Read what a mailbox provider passes on of a complaint (RFC 5965)."""
    found = next(iter(lines(part.content)), {})
    kind = plain(found, "feedback-type") or "abuse"
    recipients = found.get("original-rcpt-to") or found.get("removal-recipient") or [b""]
    return [
        Failure(
            recipient=recipient(value.decode("utf-8", "replace")),
            hard=False,
            final=False,
            reason=kind,
        )
        for value in recipients[:MOST_FAILURES]
    ]


def failures(part: Part, said: str) -> list[Failure]:
    """Read the recipients of a delivery report (RFC 3464)."""
    groups = [group for group in lines(part.content) if group.keys() & RECIPIENT_FIELDS]
    if not groups:
        return told(said)
    notice = list(notice_lines(said))
    sections = dict(refusals(notice)) if len(groups) > 1 else {}
    return [
        failure(group, sections, "\n".join(notice) if not sections else "")
        for group in groups[:MOST_FAILURES]
    ]


def failure(group: Headers, sections: Mapping[str, str], around: str = "") -> Failure:
    """Read what a report says of one recipient, in the light of the text *around* it."""
    who = recipient(plain(group, "original-recipient")) or recipient(
        plain(group, "final-recipient")
    )
    diagnostic = plain(group, "diagnostic-code")
    words = diagnostic.partition(";")[2].strip() or diagnostic
    status = plain(group, "status")
    action = plain(group, "action").lower()
    if action.startswith(("delivered", "relayed", "expanded")):
        status = status[:20] or "2.0.0"
        return Failure(recipient=who, status=status, hard=False, final=False, reason=words or None)
    around = sections.get(who or "", around)
    trying = action.startswith("delayed")
    category = plain(group, "x-powermta-bouncecategory").lower()
    verdict = judge(words, status, around, trying=trying, category=category)
    return failed(who, verdict, words, final=not trying)


def failed(who: str | None, verdict: Verdict, words: str, *, final: bool) -> Failure:
    return Failure(
        recipient=who,
        status=verdict.status,
        hard=verdict.hard,
        final=final,
        reason=words[:MOST_WORDS] or None,
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
    if "x-failed-recipients" in headers:
        return True
    sender = plain(headers, "from") + " " + plain(headers, "return-path")
    empty = plain(headers, "return-path") == "<>"
    subject = text(headers, "subject") or ""
    undelivered = bool(UNDELIVERED.search(subject))
    start = said[:3_000]
    if DAEMON.search(sender) or empty:
        speaks = empty or "daemon" in sender.lower()
        return undelivered or bool(speaks and UNDELIVERED.search(start) and EMAIL.search(said))
    # Some filters write under names of their own, but quote what the other server said.
    return (
        undelivered
        and not PASSED_ON.match(subject)
        and "in-reply-to" not in headers
        and bool(DIALOGUE.search(start) and REPLY.search(start) and EMAIL.search(start))
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
    if FIELDS.search(said):
        groups = [group for group in lines(said.encode()) if "final-recipient" in group]
        if groups:
            return [failure(group, {}) for group in groups[:MOST_FAILURES]]
    whole = "\n".join(notice)
    trying = bool(DELAYED.search(whole))
    final = not trying
    found = [
        failed(
            who, judge(focused(words), None, words, trying=trying, told=True), words, final=final
        )
        for who, words in refusals(notice)
    ]
    if found:
        return found[:MOST_FAILURES]
    verdict = judge(focused(whole), None, whole, trying=trying, told=True)
    return [failed(None, verdict, whole, final=final)]


def focused(words: str) -> str:
    """Return the lines with a server's code and what continues them; all when there is none."""
    kept: list[str] = []
    follows = 0
    for line in words.split("\n"):
        if ENHANCED.search(line) or REPLY.search(line):
            kept.append(line)
            follows = 2
        elif follows and line.strip():
            kept.append(line)
            follows -= 1
        else:
            follows = 0
    return "\n".join(kept) or words


def notice_lines(said: str) -> Iterator[str]:
    """Yield the lines before the copy of the mail that came back."""
    for place, line in enumerate(said.split("\n")[:NOTICE_LINES]):
        if place and COPY.match(line):
            return
        yield line[:2_000]


def refusals(notice: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each recipient a notice names, with the lines that speak of them."""
    named = {who: None for line in notice if (who := named_recipient(line))}
    if not named:
        named = {who: None for line in notice if (who := recipient(line))}
    if len(named) == 1:
        yield next(iter(named)), "\n".join(notice)
        return
    said: dict[str, list[str]] = {who: [] for who in named}
    current: str | None = None
    for line in notice:
        for match in EMAIL.finditer(line):
            address = normal(match[0])
            current = address if address in said else current
        if current:
            said[current].append(line)
    for who, block in said.items():
        yield who, "\n".join(block)


def named_recipient(line: str) -> str | None:
    """Return the address that a line is about: it stands alone, or before anything else."""
    match = NAMED.match(line)
    return normal(match[1]) or None if match else None


def is_automatic(headers: Headers) -> bool:
    """Tell whether a machine wrote the mail (RFC 3834 and what was usual before it)."""
    submitted = plain(headers, "auto-submitted").lower()
    return (
        MARK.lower() in headers  # we wrote it ourselves
        or bool(submitted and not submitted.startswith("no"))
        or plain(headers, "preference").lower() == "auto_reply"
        or "autoresponder" in plain(headers, "x-post-messageclass").lower()
        or plain(headers, "precedence").lower() in ("bulk", "junk", "auto_reply", "auto-reply")
        or any(plain(headers, name).lower() not in ("", "no", "false") for name in MACHINES)
        or is_newsletter(headers)
        or plain(headers, "return-path") == "<>"
        or says_so(headers)
    )


def is_newsletter(headers: Headers) -> bool:
    """Tell whether this goes to many; a form on a website may look so, but says whom to answer."""
    if "list-unsubscribe" not in headers or "list-post" in headers:
        return False
    return "list-id" in headers or "reply-to" not in headers


def says_so(headers: Headers) -> bool:
    """Tell whether the subject says that a machine answers."""
    subject = (text(headers, "subject") or "").strip()
    asked = "all" in plain(headers, "x-auto-response-suppress").lower()
    if asked or DAEMON.match(plain(headers, "from").strip('"<')):
        return bool(VACATION.search(subject))
    return bool(VACATION.match(subject.lstrip("[(*<#-_ ")))
