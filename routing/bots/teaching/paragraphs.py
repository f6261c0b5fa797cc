"""An article as somebody said it, paragraph by paragraph."""

import re
from difflib import SequenceMatcher

from inbox.model import ArticleText
from routing.bots.assist import answers
from routing.bots.knowledge.markdown import plain
from routing.bots.likeness import words

BLOCKS = re.compile(r"\n\s*\n")


def merged(text: ArticleText, said: str) -> str:
    """Return an article's Markdown as it was said: what stayed keeps its form.

    Paragraphs that were too many for a suggestion stay, too.
    """
    whole = blocks(text.body)
    shown = {key(one) for one in blocks(answers.reply_of(text))}
    offered = [one for one in whole if key(plain(one)) in shown] or whole[:1]
    spoken = blocks(said)
    matcher = SequenceMatcher(
        None, [key(plain(one)) for one in offered], [key(one) for one in spoken], autojunk=False
    )
    kept: list[str] = []
    for what, start, end, at, until in matcher.get_opcodes():
        kept += offered[start:end] if what == "equal" else spoken[at:until]
    return "\n\n".join([*kept, *(one for one in whole if one not in offered)])


def blocks(text: str) -> list[str]:
    return [one for one in BLOCKS.split(text.strip()) if one.strip()]


def key(text: str) -> str:
    """Return a paragraph as it is compared."""
    return " ".join(words(text))
