"""Which language is it, of those the desk speaks?"""

from collections.abc import Collection
from copy import copy
from functools import cache, lru_cache
from typing import Any

LONGEST = 2000  #: characters; more tell nothing new


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=32)
def _restricted(among: frozenset[str]) -> Any:
    """Return an identifier of these languages alone; it shares its tables with all others."""
    identifier = copy(_identifier())
    identifier.set_languages(among)
    return identifier


def told(text: str, among: Collection[str]) -> str | None:
    """Name the language of *text*, one of *among*; None when it cannot be told."""
    text = text[:LONGEST]
    if not any(map(str.isalpha, text)):
        return None
    names = {tag.partition("-")[0].lower(): tag for tag in among}
    possible = frozenset(names) & frozenset(_identifier().labels)
    if not possible:
        return None
    found, _ = _restricted(possible).classify(text)
    return names[found]
