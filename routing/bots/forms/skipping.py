"""How customers leave a question out: "skip", "I have none", in many languages."""

from routing.bots.forms.picking import folded

#: Without accents and signs, as `folded` leaves them; parted by commas.
SKIPS = (
    "skip, skip it, skip this, none, nothing, i have none, i do not have one, next, "
    "preskoci, nemam, nista, dalje, uberspringen, keine, keiner, keins, nichts, weiter, hab keine, "
    "passer, aucun, aucune, rien, suivant, omitir, ninguno, ninguna, nada, saltar, siguiente, "
    "salta, nessuno, nessuna, niente, avanti, saltar, nenhum, nenhuma, pular, overslaan, geen, "
    "niets, volgende, pomin, brak, nie mam, zadne, preskocit, nemam, nic, spring over, ingen, "
    "intet, naeste, hoppa over, inga, inget, nasta, пропустить, нет такого, ничего, дальше, "
    "пропустити, немає, нічого, gec, yok, atla, تخط, لا يوجد, 跳过, 没有, 無し, なし, スキップ, "
    "건너뛰기, 없음, 없어요"
)
KNOWN = frozenset(map(folded, SKIPS.split(", ")))


def is_skip(said: str) -> bool:
    """Tell whether a sentence leaves a question out, and says nothing else.

    >>> is_skip("Skip!"), is_skip("nemam"), is_skip("-"), is_skip("skip the second one")
    (True, True, True, False)
    """
    return folded(said) in KNOWN or said.strip() in {"-", "–", "/"}
