"""An answer to one customer, made fit to be offered for another.

What has the form of an address or number goes, and so do the names that the desk knows. Of the
other words that look like a name, or have a number in them, those stay that more than one
conversation used, or an article. An agent reads what is left and fills the gaps.
"""

import re
from collections.abc import Callable, Collection

from inbox.actions import proposals
from routing.bots.likeness import words
from routing.bots.writing.redact import PLACEHOLDER, Redaction

GAP = proposals.GAP
GAPS = re.compile(r"\[…\](?:[\s,/-]*(?:\[…\]|\d{1,4}\b))*")
MOST = 3  # gaps; with more of them it says too little
TOKEN = re.compile(r"\[…\]|[^\W_](?:[\w'’-]*\w)?")
BEGINS = re.compile(r"(?:^|[.!?:…。！？\n•*-])[\s\"'„“»(]*$")
AMOUNT = re.compile(
    r"(?:[€$£]\s*)?(?<!\d)\d[\d.' ]*[.,]\d\d\b(?:\s*(?:[€$£]|[A-Z]{3}\b|kn\b|kr\b))?"
)
LONG = 3  # digits that may tell a person
LINES = re.compile(r"\n\s*|[.!?]\s+")
SIGNED = re.compile(
    r"""(?xi)^\W*(?:
    (?:with\ )?(?:kind|best|warm)\ (?:regards|wishes)|best|regards|sincerely|yours|cheers
    |(?:viele|liebe|beste|schöne|mit\ freundlichen|freundliche)\ grü(?:ß|ss)en?|mfg
    |(?:srdačan|lijep|lep|srdačno)\ ?pozdrav\w*|s\ poštovanjem|lp|pozdrav
    |cordialement|bien\ à\ vous|(?:un\ )?(?:cordial\ )?saludos?|atentamente
    |cordiali\ saluti|distinti\ saluti|saluti|atenciosamente|cumprimentos|abraço
    |met\ vriendelijke\ groet\w*|groet\w*|(?:z\ )?(?:poważaniem|pozdrowieniami)|pozdrawiam
    |(?:med\ )?venlig\ hilsen|mvh|hilsen|(?:med\ )?vänlig\w*\ hälsning\w*|с\ уважением
    )\b[^.?]{0,60}$"""
)
GREETED = re.compile(
    r"""(?xi)^\W*(?:
    hi|hello|hey|dear|good\ (?:morning|afternoon|evening|day)
    |hallo|guten\ (?:tag|morgen|abend)|liebe[r]?|sehr\ geehrte\w*|moin
    |pozdrav|poštovan[iae]\w*|dobar\ dan|dobro\ jutro|bok|bonjour|bonsoir|cher|chère|salut
    |hola|buen[oa]s\ \w+|estimad[oa]\w*|ciao|salve|gentile|buongiorno|olá|bom\ dia|boa\ tarde
    |prezad[oa]|caro|cara|beste|geachte|goede\w*|cześć|dzień\ dobry|szanown\w*|witam
    |hej|kære|goddag|god\ \w+|здравствуйте|привет|добрый\ \w+|уважаем\w*
    )\b(?P<rest>[^,.!?:\n]{0,50})[,.!?:]\s*"""
)


def fit(text: str, hide: Collection[str], common: Callable[[str], bool]) -> str | None:
    """Return *text* with gaps for what is somebody's; none when little would be left.

    *hide* are names that the desk knows; *common* tells of a word (as `likeness.words` returns
    them) that it is not one conversation's alone.
    """
    covered = AMOUNT.sub(GAP, PLACEHOLDER.sub(GAP, Redaction(hide).cover(body(text))))
    pieces, end = [], 0
    for found in TOKEN.finditer(covered):
        pieces.append(covered[end : found.start()])
        pieces.append(GAP if telling(found, common) else found[0])
        end = found.end()
    whole = GAPS.sub(GAP, "".join([*pieces, covered[end:]])).strip()
    gaps = whole.count(GAP)
    if gaps > MOST or len(words(whole)) < 3 * (gaps + 1):
        return None
    return whole[0].upper() + whole[1:]


def body(text: str) -> str:
    """Return a letter without its greeting and its signature."""
    said = GREETED.sub("", text.strip(), count=1).strip()
    ends = (end for end in LINES.finditer(said) if SIGNED.match(said[end.end() :].split("\n")[0]))
    end = next(ends, None)
    return said[: end.end()].strip() if end else said


def telling(found: re.Match[str], common: Callable[[str], bool]) -> bool:
    """Tell whether a word could be somebody's name or number."""
    word = found[0]
    if word == GAP:
        return False
    digits = sum(one.isdecimal() for one in word)
    if digits >= LONG or (digits and digits < len(word) and len(word) > LONG):
        return not all(map(common, words(word)))
    if not word[0].isupper() or len(word) == 1 or BEGINS.search(found.string[: found.start()]):
        return False
    return not all(map(common, words(word)))
