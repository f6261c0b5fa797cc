"""The public help page: what customers may read of what the desk knows.

It needs no script and sets no cookie, so that every browser and every cache may keep it.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
from aiohttp import web

from agents_ui import help_html
from agents_ui.api.articles import handed_out, public_url
from agents_ui.auth import OURS
from agents_ui.front import Front
from agents_ui.help_html import NO, YES, Look, Shown
from agents_ui.help_words import FALLBACK, words_of
from agents_ui.problems import Refused, problem
from agents_ui.rates import Rate
from inbox.errors import NotFound
from inbox.model import Article
from routing.bots.knowledge.library import public
from routing.known import rulebook

STYLE = Path(__file__).with_name("help.css")
A_PAGE = 100  #: articles
RESULTS = 20
SUGGESTIONS = 3
SHORTEST, LONGEST = 2, 300  #: letters of a search
A_MINUTE = "public, max-age=60"
FOREVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; script-src 'self'; frame-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
}
encode = msgspec.json.Encoder().encode


class Written(msgspec.Struct):
    """What somebody has written so far, and the language of the page they are on."""

    q: str
    language: str | None = None


WRITTEN = msgspec.json.Decoder(Written)


class Reader(NamedTuple):
    """What somebody may read, and in which language they do."""

    language: str
    languages: Sequence[str]  #: that there is something in, the most first
    articles: Sequence[Article]


def routes(front: Front) -> Iterable[web.RouteDef]:
    return HelpPages(front).routes()


class HelpPages:
    """Answers whoever looks for help."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.style = STYLE.read_bytes()
        self.style_name = f"help.{hashlib.sha256(self.style).hexdigest()[:12]}.css"
        self.rate = Rate(120, timedelta(minutes=1), front.desk.clock)
        self.votes = Rate(1, timedelta(days=1), front.desk.clock)

    def routes(self) -> Iterable[web.RouteDef]:
        shown: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
            "/help": self.home,
            "/help/search": self.search,
            "/help/sitemap.xml": self.sitemap,
            "/help/assets/{name}": self.asset,
            "/help/{slug}": self.article,
            "/help/{slug}/files/{name}": self.file,
        }
        return [
            web.post("/help/suggestions", self.suggestions),
            web.post("/help/{slug}/vote", self.vote),
            *(web.get(path, answer) for path, answer in shown.items()),
        ]

    async def look(self) -> Look:
        site = self.front.site
        setup = await self.front.desk.read(lambda unit: rulebook(unit).setup)
        return Look(
            public_url=site.public_url,
            style=f"/help/assets/{self.style_name}",
            chat=next(iter(site.widgets), None),
            name=setup.name,
            contacts=setup.contacts,
        )

    # --- pages ----------------------------------------------------------------------------
    async def home(self, request: web.Request) -> web.StreamResponse:
        reader = await self.reader(request)
        words = words_of(reader.language)
        ordered = sorted(reader.articles, key=lambda one: place(one, reader.language))
        many = max(1, -(-len(ordered) // A_PAGE))
        number = min(many, asked_page(request))
        some = ordered[(number - 1) * A_PAGE : number * A_PAGE]
        return await self.answered(
            request,
            Shown(
                language=reader.language,
                languages=reader.languages,
                title=words.title,
                main=help_html.overview(some, reader.language, number, many, words),
                written=reader.languages,
                listed=bool(reader.articles) and number == 1,
            ),
        )

    async def article(self, request: web.Request) -> web.StreamResponse:
        reader = await self.reader(request)
        found = named(reader.articles, request.match_info["slug"])
        if found is None:
            return await self.missing(request, reader)
        words = words_of(reader.language)
        text = found.nearest(reader.language, FALLBACK)
        alike = await self.front.library.search(
            text.title, text.language, among=public, limit=SUGGESTIONS + 1
        )
        related = [one for one in alike if one.article.id != found.id][:SUGGESTIONS]
        written = [one.language for one in found.texts]
        said = request.query.get("said", "")
        said = said if said in {YES, NO} else ""
        return await self.answered(
            request,
            Shown(
                language=reader.language,
                languages=reader.languages,
                title=f"{text.title} · {words.title}",
                main=help_html.told(found, text, reader.language, related, words, said=said),
                path=f"/help/{found.slug}",
                written=written,
                about=help_html.about(text),
                listed=text.language == reader.language and not said,
            ),
        )

    async def search(self, request: web.Request) -> web.StreamResponse:
        self.rate.take(self.front.door.address(request))
        reader = await self.reader(request)
        words = words_of(reader.language)
        q = " ".join(request.query.get("q", "")[:LONGEST].split())
        found = await self.front.library.search(q, reader.language, among=public, limit=RESULTS)
        return await self.answered(
            request,
            Shown(
                language=reader.language,
                languages=reader.languages,
                title=f"{q} · {words.title}",
                main=help_html.results(q, found, reader.language, words),
                path="/help/search",
                q=q,
                listed=False,
            ),
        )

    async def missing(self, request: web.Request, reader: Reader) -> web.StreamResponse:
        words = words_of(reader.language)
        link = help_html.address("/help", reader.language)
        shown = Shown(
            language=reader.language,
            languages=reader.languages,
            title=words.missing,
            main=f'<h1>{words.missing}</h1>\n<p><a href="{link}">{words.all}</a></p>',
            listed=False,
        )
        return await self.answered(request, shown, status=404)

    # --- what readers say -----------------------------------------------------------------
    async def vote(self, request: web.Request) -> web.StreamResponse:
        """Count whether an article helped, once a day for each reader; then thank them.

        Nothing is kept about who it was: their address is remembered for a day, in memory.
        """
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in OURS:
            raise Refused(403, "This request comes from another site.")
        address = self.front.door.address(request)
        self.rate.take(address)
        articles = (await self.front.library.articles()).values()
        found = named(filter(public, articles), request.match_info["slug"])
        if found is None:
            raise NotFound
        form = await request.post()
        said = YES if form.get("helpful") == YES else NO
        reader = f"{address} {found.id}"
        if not self.votes.wait(reader):
            self.votes.spend(reader)
            day = self.front.desk.clock().astimezone(UTC).date()
            await self.front.desk.write(
                lambda unit: unit.articles.vote(found.id, day, helpful=said == YES)
            )
        language = str(form.get("lang", ""))[:8]
        back = help_html.address(f"/help/{found.slug}", language, said=said)
        return web.Response(
            status=303, headers={"Location": f"{back}#vote", "Cache-Control": "no-store"}
        )

    # --- for programs ---------------------------------------------------------------------
    async def suggestions(self, request: web.Request) -> web.StreamResponse:
        """Answer the chat, which shows what may help while somebody still writes.

        What only a person may answer, or nobody looked at in time, is not suggested. What is
        written comes in the body: addresses are kept in logs, and this may never be sent.
        """
        self.rate.take(self.front.door.address(request))
        written = WRITTEN.decode(await request.read())
        q, language = written.q[:LONGEST].strip(), written.language
        today = self.front.desk.clock().date()
        found = (
            await self.front.library.search(
                q, language, among=lambda one: one.answerable(today), limit=SUGGESTIONS
            )
            if len(q) >= SHORTEST
            else ()
        )
        items = [
            {
                "title": one.article.nearest(one.language).title,
                "excerpt": one.excerpt,
                "url": f"{public_url(one.article, self.front.site)}?lang={one.language}",
            }
            for one in found
        ]
        return web.Response(
            body=encode({"items": items}),
            content_type="application/json",
            headers={**SECURITY, "Cache-Control": "no-store"},
        )

    async def sitemap(self, request: web.Request) -> web.StreamResponse:
        reader = await self.reader(request)
        text = help_html.sitemap(reader.articles, self.front.site.public_url)
        return web.Response(
            text=text, content_type="application/xml", headers={"Cache-Control": A_MINUTE}
        )

    async def asset(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["name"] != self.style_name:
            return problem(404)
        response = web.Response(
            body=self.style,
            content_type="text/css",
            charset="utf-8",
            headers={"Cache-Control": FOREVER, "X-Content-Type-Options": "nosniff"},
        )
        response.enable_compression()
        return response

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Send a file of an article that customers may read."""
        articles = (await self.front.library.articles()).values()
        found = named(filter(public, articles), request.match_info["slug"])
        if found is None:
            raise NotFound
        name = request.match_info["name"]
        return await handed_out(self.front.desk, request, found, name, A_MINUTE)

    # --- parts ----------------------------------------------------------------------------
    async def reader(self, request: web.Request) -> Reader:
        """Return what may be read, and the language in which somebody reads it."""
        articles = [one for one in (await self.front.library.articles()).values() if one.public]
        counts: dict[str, int] = {}
        for one in articles:
            for text in one.texts:
                counts[text.language] = counts.get(text.language, 0) + 1
        languages = sorted(counts, key=lambda one: (-counts[one], one))
        return Reader(wanted_language(request, languages), languages, articles)

    async def answered(self, request: web.Request, shown: Shown, status: int = 200) -> web.Response:
        """Send a page, unless the browser has it already."""
        text = help_html.page(shown, await self.look()).encode()
        etag = f'"{hashlib.sha256(text).hexdigest()[:20]}"'
        headers = {
            **SECURITY,
            "Cache-Control": A_MINUTE if status == 200 else "no-store",
            "Content-Language": shown.language,
            "ETag": etag,
            "Vary": "Accept-Encoding, Accept-Language",
        }
        if status == 200 and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        response = web.Response(
            body=text, status=status, content_type="text/html", charset="utf-8", headers=headers
        )
        response.enable_compression()
        return response


def named(articles: Iterable[Article], slug: str) -> Article | None:
    return next((one for one in articles if one.slug == slug), None)


def place(article: Article, language: str) -> tuple[bool, str, str]:
    """Return where an article is listed: by category, those without one last, and by title."""
    category = help_html.category(article, language).casefold()
    return not category, category, article.nearest(language, FALLBACK).title.casefold()


def asked_page(request: web.Request) -> int:
    number = request.query.get("page", "1")
    return max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1


def wanted_language(request: web.Request, languages: Sequence[str]) -> str:
    """Return the first language that was asked for and is there; else the one with the most."""
    asked = [request.query.get("lang", ""), *accepted(request.headers.get("Accept-Language", ""))]
    for one in asked:
        for known in languages:
            if one.lower() == known.lower() or one.partition("-")[0].lower() == known:
                return known
    return languages[0] if languages else FALLBACK


def accepted(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, the dearest first.

    >>> accepted("da, en-GB;q=0.8, en;q=0.7")
    ['da', 'en-GB', 'en']
    """
    weighed = []
    for place, one in enumerate(header[:500].split(",")):
        language, _, more = one.strip().partition(";")
        weighed.append((-weight(more), place, language.strip()))
    return [language for rank, _, language in sorted(weighed) if language and rank < 0]


def weight(more: str) -> float:
    name, _, value = more.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
