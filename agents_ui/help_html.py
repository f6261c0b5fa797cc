"""The public help page as HTML: written on the server, read without a script."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from agents_ui.help_words import FALLBACK, RIGHT_TO_LEFT, Words, words_of
from inbox.actions.articles import slugged
from inbox.model import Article, ArticleText
from inbox.words import cut
from routing.bots.knowledge.markdown import html
from routing.bots.knowledge.search import Found, beginning

if TYPE_CHECKING:
    from babel import Locale

PAGE = """<!doctype html>
<html lang="{language}"{direction}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{head}<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
{script}</head>
<body>
<div class="page">
<a class="skip" href="#content">{all}</a>
<header class="top">
{brand}
<form class="search" role="search" action="/help/search">
<input type="search" name="q" value="{q}" required maxlength="300" aria-label="{placeholder}" placeholder="{placeholder}">
<input type="hidden" name="lang" value="{language}">
<button>{search}</button>
</form>
</header>
<main id="content">
{main}
</main>
{footer}</div>
</body>
</html>
"""  # noqa: E501  # it is HTML
YES, NO = "yes", "no"  #: what a reader says about an article
ABOUT = 160  #: letters of what search engines show


class Look(NamedTuple):
    """What all pages of one desk have in common."""

    public_url: str
    style: str  #: address of the style sheet
    chat: str | None = None  #: the web chat account whose launcher is shown
    name: str = ""  #: the desk's
    contacts: Sequence[str] = ()  #: email addresses, numbers and links under which it is reached


class Shown(NamedTuple):
    """One page."""

    language: str
    languages: Sequence[str]  #: that there are articles in
    title: str
    main: str
    path: str = "/help"
    written: Sequence[str] = ()  #: languages in which the same is told at this address
    q: str = ""
    about: str = ""
    listed: bool = True  #: search engines may show it


def address(path: str, language: str | None = None, **more: str) -> str:
    """Return a link within the help page."""
    asked = {**more, **({"lang": language} if language else {})}
    return quote(path) + (f"?{urlencode(asked)}" if asked else "")


def page(shown: Shown, look: Look) -> str:
    words = words_of(shown.language)
    return PAGE.format(
        language=escape(shown.language),
        direction=' dir="rtl"' if shown.language in RIGHT_TO_LEFT else "",
        title=escape(f"{shown.title} · {look.name}" if look.name else shown.title),
        head=head(shown, look),
        style=look.style,
        script=launcher(look),
        all=escape(words.all),
        brand=brand(shown, look, words),
        q=escape(shown.q),
        placeholder=escape(words.placeholder),
        search=escape(words.search),
        main=f"{shown.main}\n{ways(look, shown.language, words)}",
        footer=footer(shown, words),
    )


def brand(shown: Shown, look: Look, words: Words) -> str:
    """Name the page, with the way back to its beginning where one is not there."""
    whose = f"<small>{escape(look.name)}</small> " if look.name else ""
    if shown.path == "/help" and shown.listed:
        return f"<h1>{whose}{escape(words.title)}</h1>"
    home = escape(address("/help", shown.language))
    return f'<a class="home" href="{home}">{whose}{escape(words.title)}</a>'


def head(shown: Shown, look: Look) -> str:
    """Say to search engines what this is, and in which other languages it is told."""
    if not shown.listed:
        return '<meta name="robots" content="noindex">\n'
    lines = []
    if shown.about:
        lines.append(f'<meta name="description" content="{escape(shown.about)}">')
    where = look.public_url + address(shown.path, shown.language)
    lines.append(f'<link rel="canonical" href="{escape(where)}">')
    lines += alternates(look.public_url, shown.path, shown.written)
    return "".join(f"{line}\n" for line in lines)


def alternates(public_url: str, path: str, written: Sequence[str], tag: str = "link") -> list[str]:
    """Name the same page in its other languages."""
    told = [(one, public_url + address(path, one)) for one in written]
    told.append(("x-default", public_url + address(path)))
    end = "/>" if tag != "link" else ">"
    return [
        f'<{tag} rel="alternate" hreflang="{escape(one)}" href="{escape(where)}"{end}'
        for one, where in told
        if len(written) > 1
    ]


def launcher(look: Look) -> str:
    """Have the chat's button on the page, for those who do not find what they need."""
    if look.chat is None:
        return ""
    return f'<script async src="/widget.js" data-account="{escape(look.chat)}"></script>\n'


def ways(look: Look, language: str, words: Words) -> str:
    """Say how the desk is reached by whom nothing here helped."""
    links = [contact(one) for one in look.contacts]
    if look.chat is not None:
        panel = f"/widget/{quote(look.chat)}?{urlencode({'lang': language})}"
        links.insert(0, (panel, words.chat))
    if not links:
        return ""
    shown = "".join(f'<li><a href="{escape(to)}">{escape(word)}</a></li>' for to, word in links)
    return f'<section class="ways"><h2>{escape(words.write)}</h2><ul>{shown}</ul></section>'


def contact(told: str) -> tuple[str, str]:
    """Return the link of a contact, and its word.

    >>> contact("help@example.org"), contact("+385 1 234"), contact("https://wa.me/3851234")
    (('mailto:help@example.org', 'help@example.org'), ('tel:+3851234', '+385 1 234'), \
('https://wa.me/3851234', 'wa.me/3851234'))
    """
    if told.startswith("https://"):
        return told, told.removeprefix("https://").rstrip("/")
    if "@" in told:
        return f"mailto:{quote(told, safe='@')}", told
    return f"tel:{''.join(one for one in told if one in '+0123456789')}", told


def footer(shown: Shown, words: Words) -> str:
    if len(shown.languages) < 2:
        return ""
    links = "".join(
        f'<li><a href="{escape(address(shown.path, one, **asked(shown)))}" lang="{escape(one)}" '
        f'hreflang="{escape(one)}"{here(one == shown.language)}>'
        f"{escape(language_name(one))}</a></li>"
        for one in shown.languages
    )
    return f'<footer><nav aria-label="{escape(words.languages)}"><ul>{links}</ul></nav></footer>\n'


def asked(shown: Shown) -> dict[str, str]:
    return {"q": shown.q} if shown.q else {}


def here(is_here: bool) -> str:
    return ' aria-current="page"' if is_here else ""


# --- what is on the pages -------------------------------------------------------------------
def overview(
    articles: Iterable[Article], language: str, number: int, many: int, words: Words
) -> str:
    """Show a page of all articles by their titles."""
    sections = by_category(articles, language)
    if not sections:
        return f"<h1>{escape(words.title)}</h1>\n<p>{escape(words.empty)}</p>"
    level = "h2" if number == 1 else "h1"
    if list(sections) == [""]:
        shown = f"<{level}>{escape(words.all)}</{level}>\n{listed(sections[''], language)}"
    else:
        shown = contents(sections, words) + "".join(
            section(name or words.other, some, level, language) for name, some in sections.items()
        )
    return shown + pager(language, number, many)


def by_category(articles: Iterable[Article], language: str) -> dict[str, list[Article]]:
    """Put articles under their categories, in their order; those without one come last."""
    found: dict[str, list[Article]] = {}
    for one in articles:
        found.setdefault(category(one, language), []).append(one)
    loose = found.pop("", [])
    return {**found, **({"": loose} if loose else {})}


def category(article: Article, language: str) -> str:
    """Return the category of an article in a language; one in another language is none."""
    text = article.text(language)
    return text.category if text else ""


def contents(sections: Iterable[str], words: Words) -> str:
    """Show the way to each category, where there are some."""
    names = [name or words.other for name in sections]
    if len(names) < 3:
        return ""
    links = "".join(f'<li><a href="#{anchor(one)}">{escape(one)}</a></li>' for one in names)
    return f'<nav class="topics" aria-label="{escape(words.categories)}"><ul>{links}</ul></nav>\n'


def section(name: str, articles: Iterable[Article], level: str, language: str) -> str:
    return (
        f'<section id="{anchor(name)}"><{level}>{escape(name)}</{level}>\n'
        f"{listed(articles, language)}</section>\n"
    )


def anchor(category: str) -> str:
    return f"topic-{slugged(category)}"


def listed(articles: Iterable[Article], language: str) -> str:
    rows = [row(one, one.nearest(language), language) for one in articles]
    return f'<ul class="list">{"".join(rows)}</ul>'


def pager(language: str, number: int, many: int) -> str:
    if many < 2:
        return ""
    links = [
        f'<a href="{escape(address("/help", language, page=str(one)))}"{here(one == number)}>'
        f"{one}</a>"
        for one in range(1, many + 1)
    ]
    return f'<nav class="pages">{"".join(links)}</nav>'


def row(article: Article, text: ArticleText, language: str, excerpt: str | None = None) -> str:
    about = cut(beginning(text), ABOUT) if excerpt is None else excerpt
    return (
        f'<li><a href="{escape(address(f"/help/{article.slug}", language))}"'
        f"{foreign(text, language)}><b>{escape(text.title)}</b>"
        f"<span>{escape(about)}</span></a></li>"
    )


def foreign(text: ArticleText, language: str) -> str:
    return "" if text.language == language else f' lang="{escape(text.language)}"'


def results(q: str, found: Sequence[Found], language: str, words: Words) -> str:
    if not found:
        title = escape(words.nothing.format(q=q))
        return f'<h1>{title}</h1>\n<p class="quiet">{escape(words.hint)}</p>'
    rows = [
        row(one.article, one.article.nearest(one.language), language, one.excerpt) for one in found
    ]
    title = escape(words.results.format(q=q))
    return f'<h1>{title}</h1>\n<ul class="list more">{"".join(rows)}</ul>'


def told(
    article: Article,
    text: ArticleText,
    language: str,
    related: Sequence[Found],
    words: Words,
    *,
    said: str = "",
) -> str:
    """Show an article; *said* is what its reader has just said about it."""
    from babel.dates import format_date

    notice = "" if text.language == language else elsewhere(words)
    day = format_date(article.updated_at.date(), "long", locale=locale(language))
    when = f'<p class="quiet">{escape(words.updated.format(date=day))}</p>'
    return (
        f"<article{foreign(text, language)}>{notice}{above(article, language)}"
        f"<h1>{escape(text.title)}</h1>\n"
        f'<div class="text">{body(text.body, files_of(article))}</div>\n'
        f"{files(article, words)}{when}</article>\n{asking(article, language, words, said)}"
        f"{beside(related, language, words)}"
    )


def above(article: Article, language: str) -> str:
    """Lead back to the category of an article."""
    name = category(article, language)
    if not name:
        return ""
    home = f"{address('/help', language)}#{anchor(name)}"
    return f'<p class="above"><a href="{escape(home)}">{escape(name)}</a></p>'


def asking(article: Article, language: str, words: Words, said: str) -> str:
    """Ask whether an article helped, by a form that needs no script; or thank for the answer."""
    if said:
        thanks = words.thanks if said == YES else words.sorry
        return f'<p class="vote" id="vote" role="status">{escape(thanks)}</p>\n'
    buttons = "".join(
        f'<button name="helpful" value="{value}">{escape(word)}</button>'
        for value, word in ((YES, words.yes), (NO, words.no))
    )
    return (
        f'<form class="vote" id="vote" method="post" '
        f'action="{escape(address(f"/help/{article.slug}/vote"))}">'
        f'<input type="hidden" name="lang" value="{escape(language)}">'
        f"<p>{escape(words.helpful)}</p>{buttons}</form>\n"
    )


@lru_cache(256)
def body(markdown: str, where: str) -> str:
    return html(markdown, where)


def elsewhere(words: Words) -> str:
    return f'<p class="elsewhere">{escape(words.elsewhere)}</p>'


def files(article: Article, words: Words) -> str:
    """List the files of an article, but for the pictures that it shows."""
    bodies = "".join(one.body for one in article.texts)
    rest = [one for one in article.files if quote(one.name) not in bodies]
    if not rest:
        return ""
    links = "".join(
        f'<li><a href="{escape(files_of(article) + quote(one.name, safe=""))}">'
        f"{escape(one.name)}</a></li>"
        for one in rest
    )
    return f'<h2>{escape(words.files)}</h2><ul class="files">{links}</ul>'


def files_of(article: Article) -> str:
    return f"/help/{quote(article.slug)}/files/"


def beside(related: Sequence[Found], language: str, words: Words) -> str:
    if not related:
        return ""
    rows = [row(one.article, one.article.nearest(language), language) for one in related]
    return f'<h2 class="more">{escape(words.related)}</h2><ul class="list">{"".join(rows)}</ul>'


def about(text: ArticleText) -> str:
    return cut(beginning(text), ABOUT)


# --- languages ------------------------------------------------------------------------------
def locale(language: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(FALLBACK)


def language_name(language: str) -> str:
    """Return what a language is called by those who speak it."""
    name = locale(language).get_display_name() if known(language) else None
    return name[:1].upper() + name[1:] if name else language


def known(language: str) -> bool:
    return str(locale(language)).partition("_")[0] == language.partition("-")[0]


# --- for search engines ---------------------------------------------------------------------
def sitemap(articles: Iterable[Article], public_url: str) -> str:
    """List every public article in every language."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        + "".join(entries(one, public_url) for one in articles)
        + "</urlset>\n"
    )


def entries(article: Article, public_url: str) -> str:
    path, written = f"/help/{article.slug}", [one.language for one in article.texts]
    others = "".join(alternates(public_url, path, written, "xhtml:link"))
    day: date = article.updated_at.date()
    return "".join(
        f"<url><loc>{escape(public_url + address(path, one))}</loc>"
        f"<lastmod>{day.isoformat()}</lastmod>{others}</url>\n"
        for one in written
    )
