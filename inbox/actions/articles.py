"""What the desk knows, written down: saved by revision, archived, brought in from elsewhere.

Every change is on the record, what an article said before is kept, and the bot is taught anew.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from msgspec.structs import replace

from inbox.errors import Conflict, Invalid
from inbox.jobs import TrainBrain
from inbox.model import (
    AgentId,
    Article,
    ArticleFile,
    ArticleId,
    ArticleText,
    Audience,
    Value,
)
from inbox.store import Unit
from inbox.store.articles import Content, content_of
from inbox.words import clean, cut

LONGEST_TITLE = 200
LONGEST_CATEGORY = 80
LONGEST_BODY = 100_000
LONGEST_EXAMPLE = 500
MOST_EXAMPLES = 500  #: in one language
MOST_LANGUAGES = 30
MOST_FILES = 50
LONGEST_SLUG = 80
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")
SLUG = re.compile(r"[^\W_]+(-[^\W_]+)*")
RESERVED = {"search", "suggestions", "sitemap", "assets"}  #: the help page has them itself
ACCENTED = re.compile("([a-z])[\u0300-\u036f]+")
LETTERS = str.maketrans("đðøłı", "ddoli") | {
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("þ"): "th",
}


class Wanted(Value):
    """What somebody wants an article to say; an empty slug is made of the title."""

    texts: tuple[ArticleText, ...]
    slug: str = ""
    audience: Audience = Audience.EVERYBODY
    human_only: bool = False
    review_by: date | None = None
    files: tuple[str, ...] | None = None  #: names of those it keeps; none: all of them


class Coming(Value):
    """An article from elsewhere; what it does not say stays as it is."""

    slug: str
    texts: tuple[ArticleText, ...]
    audience: Audience | None = None
    human_only: bool | None = None
    review_by: date | None = None


class Settled(Value):
    """What becomes of an article from elsewhere."""

    coming: Coming
    does: Literal["add", "change", "same", "refused"]
    id: ArticleId | None = None
    why: str = ""  #: it is refused


def create(unit: Unit, wanted: Wanted, *, by: AgentId | None) -> Article:
    """Write an article. Raises `Invalid`, and `Conflict` when its address is another's."""
    content = Content(
        slug=chosen_slug(unit, wanted),
        texts=checked(wanted.texts),
        audience=wanted.audience,
        human_only=wanted.human_only,
        review_by=wanted.review_by,
    )
    which = unit.articles.add(content, at=unit.now, by=by)
    parts = sorted(differences(None, content))
    told(unit, "article.saved", which, told_of(content, 1, parts), by=by)
    return unit.articles.get(which)


def save(unit: Unit, which: ArticleId, wanted: Wanted, *, base: int, by: AgentId | None) -> Article:
    """Have an article say something else; *base* is the revision that it was made from.

    Raises `Conflict` when somebody saved another meanwhile, or archived it.
    """
    before = standing(unit, which, base)
    kept = None if wanted.files is None else set(wanted.files)
    return written(
        unit,
        before,
        Content(
            slug=before.slug if not wanted.slug else chosen_slug(unit, wanted, before),
            texts=checked(wanted.texts),
            audience=wanted.audience,
            human_only=wanted.human_only,
            review_by=wanted.review_by,
            files=tuple(one for one in before.files if kept is None or one.name in kept),
        ),
        by=by,
    )


def attach(unit: Unit, which: ArticleId, file: ArticleFile, *, by: AgentId | None) -> Article:
    """Have a file go with an article; one of the same name is replaced."""
    before = standing(unit, which, None)
    others = [one for one in before.files if one.name != file.name]
    if len(others) >= MOST_FILES:
        raise Invalid(f"An article has at most {MOST_FILES} files.")
    unit.attachments.keep({file.blob: file.size}, at=unit.now)
    content = replace(content_of(before), files=(*others, file))
    return written(unit, before, content, by=by)


def settle(unit: Unit, coming: Iterable[Coming]) -> list[Settled]:
    """Say what would become of articles from elsewhere; nothing is changed."""
    listed = list(coming)
    there = unit.articles.with_slugs(one.slug for one in listed)
    return [settled(one, there.get(one.slug)) for one in listed]


def settled(one: Coming, before: Article | None) -> Settled:
    try:
        content = combined(one, before)
    except Invalid as error:
        return Settled(coming=one, does="refused", why=str(error))
    if before is None:
        return Settled(coming=one, does="add")
    if before.archived_at is not None:
        return Settled(coming=one, does="refused", id=before.id, why="It is archived here.")
    same = content == content_of(before)
    return Settled(coming=one, does="same" if same else "change", id=before.id)


def combined(one: Coming, before: Article | None) -> Content:
    """Return what an article says with what comes: languages that do not come stay."""
    coming = {text.language: text for text in checked(one.texts)}
    kept = {text.language: text for text in before.texts} if before else {}
    usual = content_of(before) if before else Content(slug=valid_slug(one.slug), texts=())
    return replace(
        usual,
        texts=tuple({**kept, **coming}.values()),
        audience=one.audience or usual.audience,
        human_only=usual.human_only if one.human_only is None else one.human_only,
        review_by=one.review_by or usual.review_by,
    )


def bring(unit: Unit, coming: Iterable[Coming], *, by: AgentId | None) -> list[Settled]:
    """Write articles from elsewhere; those that are here by their address are changed."""
    done: list[Settled] = []
    plan = settle(unit, coming)
    there = unit.articles.with_slugs(one.coming.slug for one in plan)
    for one in plan:
        before = there.get(one.coming.slug)
        if one.does == "add":
            content = combined(one.coming, None)
            which = unit.articles.add(content, at=unit.now, by=by)
            recorded(unit, "article.saved", which, told_of(content, 1), by=by)
            done.append(replace(one, id=which))
        elif one.does == "change" and before:
            written(unit, before, combined(one.coming, before), by=by, teach=False)
            done.append(one)
        else:
            done.append(one)
    if any(one.does in {"add", "change"} for one in plan):
        unit.enqueue(TrainBrain(agent_id=by))
    return done


def archive(unit: Unit, which: ArticleId, *, by: AgentId | None) -> Article:
    """Take an article out of use; it can be restored."""
    return shelve(unit, which, "article.archived", archived=True, by=by)


def restore(unit: Unit, which: ArticleId, *, by: AgentId | None) -> Article:
    """Bring an archived article back into use."""
    return shelve(unit, which, "article.restored", archived=False, by=by)


def shelve(
    unit: Unit, which: ArticleId, verb: str, *, archived: bool, by: AgentId | None
) -> Article:
    before = unit.articles.get(which)
    if (before.archived_at is not None) == archived:
        return before
    at = unit.now if archived else None
    fields = {"archived_at": at, "updated_at": unit.now, "updated_by_id": by}
    if not unit.articles.change(which, before.revision, **fields):
        raise Conflict
    after = before.revision + 1
    content = content_of(before)
    unit.articles.keep_version(which, after, content, at=unit.now, by=by)
    told(unit, verb, which, told_of(content, after), by=by)
    return unit.articles.get(which)


def standing(unit: Unit, which: ArticleId, base: int | None) -> Article:
    """Return an article in use, at a revision. Raises `Conflict`."""
    before = unit.articles.get(which)
    if before.archived_at is not None:
        raise Conflict("This article is archived: restore it first.")
    if base not in (None, before.revision):
        raise Conflict("Somebody else changed this article in the meantime.")
    return before


def written(
    unit: Unit, before: Article, content: Content, *, by: AgentId | None, teach: bool = True
) -> Article:
    """Write what is different now, if anything is."""
    changed = sorted(differences(content_of(before), content))
    if not changed:
        return before
    if not unit.articles.save(before.id, before.revision, content, at=unit.now, by=by):
        raise Conflict
    change = told_of(content, before.revision + 1, changed)
    recorded(unit, "article.saved", before.id, change, by=by)
    if teach:
        unit.enqueue(TrainBrain(agent_id=by))
    return unit.articles.get(before.id)


def told_of(content: Content, revision: int, changed: Sequence[str] = ()) -> dict[str, Any]:
    """Return what the record says about a change that made *revision*."""
    return {
        "title": content.texts[0].title,
        "revision": [revision - 1, revision],
        "changed": list(changed),
    }


def told(
    unit: Unit, verb: str, which: ArticleId, change: dict[str, Any], *, by: AgentId | None
) -> None:
    """Put it on the record, and have the bot learn it."""
    recorded(unit, verb, which, change, by=by)
    unit.enqueue(TrainBrain(agent_id=by))


def recorded(
    unit: Unit, verb: str, which: ArticleId, change: dict[str, Any], *, by: AgentId | None
) -> None:
    unit.happened(verb, by=by, change={"article": which, **change})


def differences(before: Content | None, after: Content) -> Iterable[str]:
    """Name the parts that are not as they were, such as ``hr.body``."""
    for name in ("slug", "audience", "human_only", "review_by", "files"):
        old = getattr(before, name) if before else getattr(Content(slug="", texts=()), name)
        if old != getattr(after, name):
            yield name
    were = {one.language: one for one in before.texts} if before else {}
    are = {one.language: one for one in after.texts}
    if before and list(were) != list(are):
        yield "languages"
    for language in {*were, *are}:
        old, new = were.get(language), are.get(language)
        for part in ("title", "body", "examples", "category"):
            if getattr(old, part, None) != getattr(new, part, None):
                yield f"{language}.{part}"


# --- what may be written --------------------------------------------------------------------
def checked(texts: Sequence[ArticleText]) -> tuple[ArticleText, ...]:
    """Return texts as they are kept. Raises `Invalid` with a sentence that says where."""
    if not texts:
        raise Invalid("An article is written in one language at least.")
    languages = [one.language for one in texts]
    if len(languages) > MOST_LANGUAGES or len(set(languages)) < len(languages):
        raise Invalid("An article is written once in each language.")
    return tuple(checked_text(one) for one in texts)


def checked_text(text: ArticleText) -> ArticleText:
    if not LANGUAGE.fullmatch(text.language):
        raise Invalid(f"{text.language!r} is no code of a language, such as en or pt-BR.")
    title = " ".join(clean(text.title).split())
    body = clean(text.body).replace("\r\n", "\n").strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(f"A title has 1 to {LONGEST_TITLE} letters ({text.language}).")
    if not body or len(body) > LONGEST_BODY:
        raise Invalid(f"An answer has 1 to {LONGEST_BODY:,} letters ({text.language}).")
    examples = tuple(different(text.examples))
    if len(examples) > MOST_EXAMPLES:
        raise Invalid(f"An article has at most {MOST_EXAMPLES} questions ({text.language}).")
    category = " ".join(clean(text.category).split())
    if len(category) > LONGEST_CATEGORY:
        raise Invalid(f"A category has at most {LONGEST_CATEGORY} letters ({text.language}).")
    return ArticleText(
        language=text.language, title=title, body=body, examples=examples, category=category
    )


def different(examples: Iterable[str]) -> Iterable[str]:
    """Leave out questions that are empty or asked twice."""
    seen: set[str] = set()
    for example in examples:
        one = cut(" ".join(example.split()), LONGEST_EXAMPLE)
        if one and one.casefold() not in seen:
            seen.add(one.casefold())
            yield one


def chosen_slug(unit: Unit, wanted: Wanted, before: Article | None = None) -> str:
    """Return the address that is wanted, or one made of the title. Raises `Invalid`, `Conflict`."""
    if not wanted.slug:
        title = wanted.texts[0].title if wanted.texts else ""
        return free(slugged(title) or "article", unit.articles.slugs)
    slug = valid_slug(wanted.slug)
    other = unit.articles.by_slug(slug)
    if other and (before is None or other.id != before.id):
        raise Conflict(f"Another article has the address {slug!r}.")
    return slug


def valid_slug(wanted: str) -> str:
    slug = clean(wanted.strip().lower())
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug) or slug in RESERVED:
        raise Invalid(f"An address has up to {LONGEST_SLUG} letters, digits and single dashes.")
    return slug


def slugged(title: str) -> str:
    """Return *title* as a part of an address.

    >>> slugged("Kako mogu vratiti narudžbu?")
    'kako-mogu-vratiti-narudzbu'
    """
    apart = unicodedata.normalize("NFKD", title.casefold().translate(LETTERS))
    said = unicodedata.normalize("NFC", ACCENTED.sub(r"\1", apart))
    return "-".join(re.findall(r"[^\W_]+", said))[:LONGEST_SLUG].strip("-")


def free(slug: str, taken: Any) -> str:
    """Return *slug*, or it with the first number behind it that nobody has."""
    used = {*taken(slug), *RESERVED}
    if slug not in used:
        return slug
    return next(one for number in range(2, 10**9) if (one := f"{slug}-{number}") not in used)
