# the words and signs of many languages look alike
"""What mail servers say when they refuse, in words and in codes, and what is behind it."""

from enum import StrEnum


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
    (Reason.POLICY, ("permission to post", "groups.google.com/")),
    (Reason.TOO_MANY, ("too many recipients this hour",)),
    (Reason.SYSTEM, ("mailer error", "mail system failure")),
    (
        Reason.FULL,
        (
            *("exceeding their quota", "allowed quota", "exceeded its quota", "reached its quota"),
            *("over its quota", "quota violation", "maximum storage", "exhausted allowed storage"),
            *("mailbox is over", "exceeded email quota", "mail quota", "storage allocation"),
            *(
                "postfach voll",
                "postfach ist voll",
                "boîte pleine",
                "boîte de réception est pleine",
            ),
            *("casella piena", "buzón lleno", "buzón está lleno", "caixa postal cheia"),
            *("caixa de correio cheia", "postvak is vol", "mailbox vol", "skrzynka pełna"),
            *("переполнен", "pretinac je pun", "postboks er fuld", "postkassen er fuld"),
            *("brevlådan är full", "容量超過", "いっぱい", "邮箱已满", "信箱已滿", "超过容量"),
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
            *(
                "mailbox moved",
                "user not local; please try",
                "hat sich geändert",
                "a changé d'adresse",
            ),
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
            *("accepting no mail", "does not receive mail", "accepts no mail", "not a mail server"),
            *("reject all mails", "domain does not accept", "no mail service"),
            *("host does not accept", "host/domain does not accept", "doesn't receive mail"),
            *("name server: .: host not found", "this server does not accept mail"),
            *("recipient not accept", "domain accepts no mail"),
        ),
    ),
    (
        Reason.SUSPENDED,
        (
            *("archived recipient", "terminated", "discontinued", "no longer accepts mail"),
            *("suspend the service", "frozen", "deaktiviert", "gesperrt", "désactivé"),
            *("desactivad", "disattivat", "geblokkeerd", "заблокирован", "zablokowan"),
            *("is blocked", "dormant", "wyłączon", "onemogućen", "inaktiverat"),
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
            *("list of allowed rcpthosts", "relay prohibited", "insecure mail relay", "to relay"),
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
            *(
                "no such domain",
                "no mx or a",
                "has no a, aaaa",
                "domain not exist",
                "unknown or no such",
            ),
            *("domain is not served", "recipient domain must exist", "domain may not exist"),
            *("domain unbekannt", "unbekannte domain", "domaine inconnu", "dominio inexistente"),
            *(
                "dominio no existe",
                "dominio non esiste",
                "domínio não existe",
                "domein bestaat niet",
            ),
            *("domena nie istnieje", "домен не существует", "domena ne postoji", "域名不存在"),
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
            *(
                "address rejected: undeliverable",
                "bad recipient",
                "bad-recipient",
                "can't accept user",
            ),
            *(
                "addresses were unknown",
                "could not be found",
                "mailbox invalid",
                "mailbox not present",
            ),
            *("no such address", "is invalid", "is not an active address", "wrong or no longer"),
            *(
                "rcpt is not existed",
                "missing home directory",
                "user not known",
                "user was not found",
            ),
            *("account is unavailable", "account unavailable", "recipient has been denied"),
            *(
                "no such person",
                "not our user",
                "no valid recipient",
                "not a local",
                "unknown e-mail",
            ),
            *("unbekannt", "nicht gefunden", "existiert nicht", "gibt es nicht", "n'existe pas"),
            *("introuvable", "inconnu", "no existe", "no se encontró", "no se ha encontrado"),
            *("desconocid", "non esiste", "sconosciut", "inesistente", "não existe", "inexistente"),
            *("desconhecid", "não encontrad", "non trovat", "bestaat niet", "onbekend"),
            *("nie istnieje", "nieznany", "не существует", "не найден", "неизвестн", "нет такого"),
            *("ne postoji", "nepoznat", "nije pronađen", "finns inte", "okänd", "hittades inte"),
            *("findes ikke", "ukendt", "finnes ikke", "ukjent", "blev ikke fundet", "ei löydy"),
            *("neexistuje", "nem létezik", "nu există", "tuntematon", "bulunamad", "δεν υπάρχει"),
            *("不存在", "找不到", "用户不存在", "無此", "존재하지", "찾을 수 없"),
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
