"""Articles that were written elsewhere: Markdown files, a table, pages of another help centre.

A file is one of them or a zip of many. What belongs together in several languages is told by the
names: ``hr/returns.md`` and ``en/returns.md``, ``returns.hr.md``, the number that a help centre
puts before its names, or the same ``slug`` in a table. What cannot be read is told, with where.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from inbox.actions.articles import Coming, slugged
from inbox.errors import Invalid
from inbox.model import ArticleText, Audience, Value

MOST_FILES = 5_000
LARGEST = 50 * 1024 * 1024  #: bytes of all files of a zip, unpacked
FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)")
LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{2}|[A-Za-z]{4}|[0-9]{3}))?", re.IGNORECASE)
NUMBER = re.compile(r"\d{4,}")  #: a help centre's own, before the name
KINDS = {".md", ".markdown", ".csv", ".html", ".htm"}
TRUE = {"1", "true", "yes", "x", "da", "ja"}
BODIES = ("[itemprop=articleBody]", ".article-body", "article", "main", "body")
NOT_TOLD = ("script", "style", "nav", "header", "footer", "form", "iframe", "svg", "img")
SAME = {  #: names of columns and of what stands before a text, as they are called elsewhere
    "slug": ("slug", "key", "id", "url"),
    "language": ("language", "lang", "locale"),
    "title": ("title", "question", "name", "subject"),
    "body": ("body", "answer", "content", "text", "html"),
    "examples": ("examples", "questions", "phrases", "utterances"),
    "audience": ("audience", "visibility"),
    "human_only": ("human_only", "human only"),
    "review_by": ("review_by", "review by", "review"),
    "category": ("category", "section", "folder"),
}


class Trouble(Value):
    """Something that could not be read."""

    where: str  #: the file, or the line of it
    why: str


class Piece(Value):
    """One language of an article."""

    key: str  #: what its other languages have, too
    slug: str
    text: ArticleText
    audience: Audience | None = None
    human_only: bool | None = None
    review_by: date | None = None


class Brought(Value):
    """What was found."""

    articles: tuple[Coming, ...]
    troubles: tuple[Trouble, ...]


def bring(name: str, content: bytes, language: str) -> Brought:
    """Read a file; what does not say its language is in *language*."""
    troubles: list[Trouble] = []
    return gathered(files(name, content, troubles), language, name, troubles)


def bring_folder(folder: Path, language: str) -> Brought:
    """Read all files of a folder."""
    paths = sorted(one for one in folder.rglob("*") if one.suffix.lower() in KINDS)
    found = ((one.relative_to(folder).as_posix(), one.read_bytes()) for one in paths)
    return gathered(found, language, folder.name, [])


def gathered(
    found: Iterable[tuple[str, bytes]], language: str, name: str, troubles: list[Trouble]
) -> Brought:
    """Read files and put the languages of each article together."""
    pieces: list[Piece] = []
    for path, data in found:
        try:
            pieces += read(path, data, language, troubles)
        except (Invalid, ValueError, csv.Error) as error:
            troubles.append(Trouble(where=path, why=str(error)))
    if not pieces and not troubles:
        troubles.append(Trouble(where=name, why="There is no article in it."))
    articles = tuple(joined(pieces, language, troubles))
    return Brought(articles=articles, troubles=tuple(troubles))


def files(name: str, content: bytes, troubles: list[Trouble]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a zip that may be articles, without the folders all of them are in."""
    if PurePosixPath(name.lower()).suffix != ".zip":
        yield name, content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            found = bounded([one for one in packed.infolist() if wanted(one)])
            top = common([PurePosixPath(one.filename).parts[:-1] for one in found])
            for one in found:
                yield "/".join(PurePosixPath(one.filename).parts[top:]), packed.read(one)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, Invalid) as error:
        why = str(error) if isinstance(error, Invalid) else "It is no zip that can be read."
        troubles.append(Trouble(where=name, why=why))


def bounded(found: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    if len(found) > MOST_FILES or sum(one.file_size for one in found) > LARGEST:
        raise Invalid("It is too large: bring it in parts.")
    return found


def wanted(one: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(one.filename)
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    return not one.is_dir() and not hidden and path.suffix.lower() in KINDS


def common(folders: Sequence[tuple[str, ...]]) -> int:
    """Return how many folders all files are in, but for those that name a language."""
    count = 0
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1 or language_of(parts[0]):
            break
        count += 1
    return count


def read(path: str, data: bytes, language: str, troubles: list[Trouble]) -> Iterable[Piece]:
    """Return what a file says."""
    text = decoded(data)
    match PurePosixPath(path.lower()).suffix:
        case ".csv":
            return list(rows(path, text, language, troubles))
        case ".html" | ".htm":
            return [page(path, text, language)]
        case ".md" | ".markdown":
            return [markdown(path, text, language)]
    raise Invalid("It is neither Markdown, nor CSV, nor HTML, nor a zip of those.")


def decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


# --- Markdown -------------------------------------------------------------------------------
def markdown(path: str, text: str, language: str) -> Piece:
    """Read a Markdown file; what stands before it, in YAML, says what it is."""
    import yaml

    front: Any = {}
    if found := FRONT.match(text):
        try:
            front = yaml.safe_load(found.group(1)) or {}
        except yaml.YAMLError:
            raise Invalid("What stands before its text is no YAML.") from None
        text = text[found.end() :]
    if not isinstance(front, dict):
        raise Invalid("What stands before its text is no YAML.")
    told = named({str(name): value for name, value in front.items()})
    key, said = place(path)
    if heading := HEADING.match(text):
        told.setdefault("title", heading.group(1))
        if str(told["title"]).strip() == heading.group(1).strip():
            text = text[heading.end() :]
    told.setdefault("title", key.rpartition("/")[2].replace("-", " ").replace("_", " "))
    told.setdefault("language", said or language)
    return piece({**told, "body": text}, key)


def place(path: str) -> tuple[str, str | None]:
    """Return what a path says of an article: its key, and its language if it names one.

    >>> place("hr/orders/returns.md"), place("orders/returns.hr.md")
    (('orders/returns', 'hr'), ('orders/returns', 'hr'))
    """
    *folders, name = PurePosixPath(path).parts
    stem, _, suffix = name.rpartition(".")[0].rpartition(".")
    if not stem or not language_of(suffix):
        stem, suffix = name.rpartition(".")[0], ""
    languages = [one for one in folders if language_of(one)]
    kept = [one for one in folders if one not in languages[-1:]]
    said = language_of(suffix) or (language_of(languages[-1]) if languages else None)
    return "/".join([*kept, stem]), said


def language_of(part: str) -> str | None:
    """Return the language that a part of a name stands for; regions are no matter.

    >>> language_of("en-us"), language_of("zh-Hant"), language_of("orders")
    ('en', 'zh-Hant', None)
    """
    found = LANGUAGE.fullmatch(part)
    if not found or (len(found.group(1)) == 3 and not found.group(2)):
        return None
    script = found.group(2) if len(found.group(2) or "") == 4 else None
    return "-".join(filter(None, [found.group(1).lower(), script]))


# --- tables ---------------------------------------------------------------------------------
def rows(path: str, text: str, language: str, troubles: list[Trouble]) -> Iterator[Piece]:
    """Yield the rows of a table, whatever stands between its columns."""
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=between)
    for row in reader:
        told = named({name: value for name, value in row.items() if name and value})
        where = f"{path}:{reader.line_num}"
        if not told:
            continue
        told.setdefault("language", language)
        try:
            yield piece(told, str(told.get("slug") or told.get("title", "")))
        except (Invalid, ValueError) as error:
            troubles.append(Trouble(where=where, why=str(error)))


# --- pages of a help centre -----------------------------------------------------------------
def page(path: str, text: str, language: str) -> Piece:
    """Read a page that a help centre gave out."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "html.parser")
    key, said = place(path)
    heading = soup.find("h1")
    title = (heading or soup.title or soup).get_text(" ", strip=True)
    lang = soup.html.get("lang") if soup.html else None
    body = next(filter(None, (soup.select_one(one) for one in BODIES)), soup)
    for one in body.find_all(["h1", *NOT_TOLD]):
        one.decompose()
    number = NUMBER.match(PurePosixPath(path).name)
    told = {
        "title": title if heading else title.partition(" – ")[0].partition(" | ")[0],
        "language": language_of(str(lang or "")) or said or language,
        "body": as_markdown(str(body)),
        "slug": slugged(key.rpartition("/")[2]),
    }
    return piece(told, number.group() if number else key)


def as_markdown(html: str) -> str:
    from markdownify import markdownify

    written: str = markdownify(html, heading_style="ATX", bullets="-")
    return re.sub(r"\n{3,}", "\n\n", written).strip()


# --- what they have in common ---------------------------------------------------------------
def named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Call things as we do, whatever they are called there."""
    lower = {name.strip().lower(): value for name, value in row.items()}
    found: dict[str, Any] = {}
    for ours, theirs in SAME.items():
        value = next((lower[one] for one in theirs if lower.get(one) not in (None, "")), None)
        if value is not None:
            found[ours] = value
    return found


def piece(told: Mapping[str, Any], key: str) -> Piece:
    """Make a value of what was found. Raises `Invalid`, `ValueError`."""
    body = str(told.get("body") or "").strip()
    if not body or not told.get("title"):
        raise Invalid("It has no title, or no text.")
    if re.match(r"\s*<(p|div|h\d|ul|ol|table|br|span|strong|a)\b", body, re.IGNORECASE):
        body = as_markdown(body)
    language = language_of(str(told["language"]).strip())
    if language is None:
        raise Invalid(f"{told['language']!r} is no code of a language, such as en or hr.")
    human_only = told.get("human_only")
    return Piece(
        key=key,
        slug=slugged(str(told.get("slug") or key).replace("/", " ")),
        text=ArticleText(
            language=language,
            title=str(told["title"]).strip(),
            body=body,
            examples=tuple(asked(told.get("examples"))),
            category=str(told.get("category") or ""),
        ),
        audience=audience(told.get("audience")),
        human_only=None if human_only is None else str(human_only).strip().lower() in TRUE,
        review_by=day(told.get("review_by")),
    )


def asked(examples: Any) -> Iterator[str]:
    """Yield questions: a list has them, or lines, or what stands between bars."""
    if isinstance(examples, str):
        examples = re.split(r"[\n|]", examples)
    for one in examples or ():
        if isinstance(one, str | int | float) and str(one).strip():
            yield str(one).strip()


def audience(said: Any) -> Audience | None:
    if said is None:
        return None
    public = str(said).strip().lower() in {"everybody", "public", "everyone", "all"}
    return Audience.EVERYBODY if public else Audience.AGENTS


def day(said: Any) -> date | None:
    if isinstance(said, datetime):
        return said.date()
    if said is None or isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said).strip())
    except ValueError:
        raise Invalid(f"{said!r} is no day, such as 2027-01-31.") from None


def joined(pieces: Iterable[Piece], language: str, troubles: list[Trouble]) -> Iterator[Coming]:
    """Put the languages of each article together, *language* first."""
    together: dict[str, list[Piece]] = {}
    for part in pieces:
        together.setdefault(part.key, []).append(part)
    slugs: set[str] = set()
    for key, some in together.items():
        if some[0].slug in slugs:
            troubles.append(Trouble(where=key, why="Another one has the same address."))
            continue
        slugs.add(some[0].slug)
        some.sort(key=lambda one: one.text.language != language)
        texts = {one.text.language: one.text for one in some}
        if len(texts) < len(some):
            troubles.append(Trouble(where=key, why="It is there twice in one language."))
        yield Coming(
            slug=some[0].slug,
            texts=tuple(texts.values()),
            audience=first(one.audience for one in some),
            human_only=first(one.human_only for one in some),
            review_by=first(one.review_by for one in some),
        )


def first(values: Iterable[Any]) -> Any:
    return next((one for one in values if one is not None), None)
