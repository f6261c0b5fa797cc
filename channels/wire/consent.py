"""Words with which somebody opts out, in again, or asks for help; each alone in a message.

Twilio obeys the English and French ones by itself: from then on it refuses what is sent
(error 21610). The others are the desk's own, so that nobody has to know English to be left
in peace.
"""

import re
import unicodedata
from collections.abc import Collection


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP = listed("""
    stop stopall stopp unsubscribe cancel end quit revoke optout opt-out
    arret arrêt arrete arrête desabonner désabonner abmelden abbestellen parar baja sair
    disiscrivi afmelden stoppen uitschrijven rezygnuje rezygnuję wypisz odhlasit odhlásit
    avregistrera стоп відписатися
""")
START = listed("""
    start unstop subscribe optin opt-in anmelden abonner alta iscriviti aanmelden zapisz
    prihlasit přihlásit старт
""")
HELP = listed("help info aide hilfe ayuda ajuda aiuto pomoc hjälp довідка")


def word(text: str) -> str:
    """Return the only word of *text*, as it is compared; empty when there are several."""
    plain = unicodedata.normalize("NFC", text).strip().strip(".!\"'").strip()
    return plain.casefold() if len(plain) <= 40 and not re.search(r"\s", plain) else ""


def consent(
    text: str, told: str = "", *, out: Collection[str] = (), back: Collection[str] = ()
) -> bool | None:
    """Tell whether *text* opts out (False) or in again (True).

    *told* is what Twilio took it for, where it says so: it then decides. *out* and *back*
    are further words of the desk's.

    >>> consent(" Stop. "), consent("START"), consent("Please stop calling it a bell")
    (False, True, None)
    """
    if told:
        return {"STOP": False, "START": True}.get(told.upper())
    said = word(text)
    if said in STOP or said in lowered(out):
        return False
    return True if said in START or said in lowered(back) else None


def asks_for_help(text: str, told: str = "", *, words: Collection[str] = ()) -> bool:
    said = word(text)
    return told.upper() == "HELP" if told else said in HELP or said in lowered(words)


def lowered(words: Collection[str]) -> frozenset[str]:
    return frozenset(word(one) for one in words) - {""}
