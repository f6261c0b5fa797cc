"""How a customer seems to feel: a hint for a person to look twice, with the words it comes from.

A table of plain words, no judgement: what is not in it is not seen, and whoever writes "not bad"
is left alone. It decides nothing.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from inbox.model import Value
from routing.bots.likeness import words


class Mood(StrEnum):
    """What a customer's words sound like."""

    UPSET = "upset"
    URGENT = "urgent"
    PLEASED = "pleased"


class Hint(Value):
    """A mood, and what it was told from."""

    mood: Mood
    because: tuple[str, ...]  #: the customer's own words


#: Beginnings of words without accents, in the languages of the bot's own texts.
UPSET = re.compile(
    r"""(?x)\b(?:
    unacceptabl\w*|ridiculous\w*|furious|outrag\w*|disgust\w*|terribl[ey]|awful\w*|useless|appalling
    |scam\w*|fraud\w*|lawyer|sue\ you|complain\w*|worst|fed\ up|disappoint\w*|angry|rip\ ?off
    |inakzeptabel\w*|unverschamt\w*|frechheit|betrug\w*|anwalt\w*|beschwer\w*|unmoglich\w*
    |enttauscht?\w*|katastroph\w*|sauer|schrecklich\w*
    |neprihvatljiv\w*|sramot\w*|uzas\w*|prevar\w*|odvjetnik\w*|prituzb\w*|razocara\w*|ljut[ai]?
    |inadmissible\w*|inacceptable\w*|scandal\w*|arnaque\w*|avocat\w*|plainte|honteux|honte|decu\w*
    |inaceptable\w*|vergonz\w*|estafa\w*|abogad\w*|reclamacion\w*|indigna\w*|enfadad\w*|decepcion\w*
    |inaccettabil\w*|vergogn\w*|truffa\w*|avvocat\w*|reclamo|deluso|delusa|arrabbiat\w*
    |inaceitave\w*|aldrabice|burla|advogad\w*|reclamac\w*|desiludid\w*|zangad\w*
    |onacceptabel\w*|schandalig\w*|oplicht\w*|advocaat\w*|klacht\w*|teleurgesteld\w*|boos|belachelijk
    |niedopuszczaln\w*|skandal\w*|oszust\w*|prawnik\w*|reklamacj\w*|rozczarowan\w*|zla|wsciek\w*
    |uacceptabel\w*|svindel\w*|advokat\w*|klage|klager|skuffe\w*|vred|skandalos\w*
    |oacceptabel\w*|bedrageri\w*|klagomal\w*|besviken\w*|arg
    |неприемлем\w*|возмутительн\w*|обман\w*|мошенник\w*|адвокат\w*|жалоб\w*|ужас\w*|разочаров\w*
    )"""
)
URGENT = re.compile(
    r"""(?x)\b(?:
    urgent\w*|asap|emergency|right\ now|immediately|dringend\w*|sofort|eilt|notfall
    |hitno|odmah|urgence|immediatement|urgente\w*|inmediatamente|subito|immediatamente
    |imediatamente|onmiddellijk|spoed|pilne|pilnie|natychmiast|haster|ojeblikkeligt
    |bradskande|omedelbart|срочно|немедленно
    )"""
)
PLEASED = re.compile(
    r"""(?x)\b(?:
    thank\ you\ so\ much|perfect|wonderful|amazing|excellent|great\ service|love\ it|brilliant
    |vielen\ dank|wunderbar|perfekt|super|hvala\ puno|odlicno|savrseno|merci\ beaucoup|parfait
    |muchas\ gracias|perfecto|genial|grazie\ mille|perfetto|muito\ obrigad\w*|perfeito
    |hartelijk\ dank|geweldig|dziekuje\ bardzo|swietnie|mange\ tak|fantastisk|tack\ sa\ mycket
    |большое\ спасибо|отлично|прекрасно
    )"""
)
DENIED = re.compile(
    r"\b(?:not|never|no|nicht|kein\w*|nije|nisam|ne|pas|non|nao|niet|nie|ikke|inte|не)\s+(?:\w+\s+)?$"
)
SHOUTED = re.compile(r"\b[^\W\d_]{4,}(?:\W+[^\W\d_]{2,}){2,}\b")
MOODS = ((Mood.UPSET, UPSET), (Mood.URGENT, URGENT), (Mood.PLEASED, PLEASED))
MOST = 3  # words that are shown


def felt(texts: Sequence[str]) -> Hint | None:
    """Return how the writer of some texts seems to feel; none when nothing tells."""
    for mood, pattern in MOODS:
        found = [word for text in texts for word in told(text, pattern)]
        if found:
            return Hint(mood=mood, because=tuple(dict.fromkeys(found))[:MOST])
    loud = next((one for one in map(shouted, texts) if one), None)
    return Hint(mood=Mood.UPSET, because=(loud,)) if loud else None


def told(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the words of *text* that *pattern* finds, but for those that are denied."""
    flat = " ".join(words(text))
    return [
        found[0] for found in pattern.finditer(flat) if not DENIED.search(flat[: found.start()])
    ]


def shouted(text: str) -> str | None:
    """Return a beginning of what is written in capitals only."""
    found = next((one[0] for one in SHOUTED.finditer(text) if one[0].isupper()), None)
    return found[:40] if found else None
