"""What the desk knows: read by everybody who works here, written by supervisors."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote, unquote

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from agents_ui.api import views
from agents_ui.api.articles_shapes import (
    ArticleCounts,
    ArticleFileShape,
    ArticleLine,
    ArticleShape,
    ArticlesPage,
    ArticleVersion,
    FoundArticle,
    Imported,
    ImportedArticle,
    ImportProblem,
    Preview,
    Previewed,
    SaveArticle,
    TextShape,
    WriteArticle,
)
from agents_ui.api.files import TYPE, UNKNOWN, Counted, file_headers, file_name, send
from agents_ui.api.shapes import Page
from agents_ui.calls import Call, Endpoints
from agents_ui.site import Site
from inbox.actions import articles as verbs
from inbox.actions.articles import Settled, Wanted
from inbox.desk import Desk
from inbox.errors import NotFound
from inbox.model import AgentId, Article, ArticleFile, ArticleId, ArticleText, Role
from inbox.store import Unit
from inbox.store.articles import Place
from routing.bots.knowledge.bringing import Brought, bring
from routing.bots.knowledge.markdown import html
from routing.bots.knowledge.search import Found

endpoints = Endpoints("articles")

VERSIONS = 30
FILE_NAME = {"X-File-Name": "The file's name, percent-encoded."}


class ArticlesQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which articles, and which part of their list."""

    show: Literal["all", "due", "human_only", "agents", "archived"] = "all"
    after: str | None = None  #: `next` of the page before
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class SearchQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to look for."""

    q: Annotated[str, Meta(max_length=1_000)]
    language: str | None = None  #: what is written in it goes before what is not
    limit: Annotated[int, Meta(ge=1, le=50)] = 10


class ImportQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """How to read what comes."""

    language: Annotated[str, Meta(max_length=8)] = "en"  #: of what does not say its own
    dry: bool = False  #: change nothing, only say what would happen


class VersionsQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which part of the list."""

    after: str | None = None  #: `next` of the page before


# --- reading --------------------------------------------------------------------------------
@endpoints("GET", "/articles")
async def articles(call: Call, query: ArticlesQuery) -> ArticlesPage:
    """List what the desk knows, the latest change first, and count it."""
    return await call.read(listed, query, views.place(query.after))


def listed(unit: Unit, query: ArticlesQuery, after: Place) -> ArticlesPage:
    today = unit.now.date()
    found = unit.articles.page(query.show, today, after=after, limit=query.limit + 1)
    shown = found[: query.limit]
    counts = unit.articles.counts(today)
    more = len(found) > query.limit
    return ArticlesPage(
        items=[line(one, today) for one in shown],
        counts=ArticleCounts(
            standing=counts.standing,
            due=counts.due,
            archived=counts.archived,
            languages=unit.articles.languages(),
            categories=unit.articles.categories(),
        ),
        next=views.cursor(shown[-1].updated_at, shown[-1].id) if more else None,
    )


@endpoints("GET", "/articles/search")
async def search_articles(call: Call, query: SearchQuery) -> Page[FoundArticle]:
    """Find articles by their titles, questions and paragraphs, the best first."""
    found = await call.front.library.search(query.q, query.language, limit=query.limit)
    today = call.front.desk.clock().date()
    return Page(items=[hit(one, call.front.site, today) for one in found])


@endpoints("POST", "/articles/preview")
async def preview_article(call: Call, body: Preview) -> Previewed:
    """Show how a body will look; nothing is kept."""
    del call
    return Previewed(html=html(body.body, files_of(body.article_id or 0)))


@endpoints("GET", "/articles/{id}")
async def article(call: Call, id: int) -> ArticleShape:  # noqa: A002  # the path's word
    """Show an article."""
    return await call.read(shown, ArticleId(id), call.front.site)


def shown(unit: Unit, which: ArticleId, site: Site) -> ArticleShape:
    return shape(unit.articles.get(which), site, unit.now.date())


@endpoints("GET", "/articles/{id}/versions")
async def article_versions(call: Call, id: int, query: VersionsQuery) -> Page[ArticleVersion]:  # noqa: A002
    """List what an article said over time, the newest first."""
    before = views.before(query.after, 2**31 - 1)
    return await call.read(versions, ArticleId(id), before)


def versions(unit: Unit, which: ArticleId, before: int) -> Page[ArticleVersion]:
    unit.articles.get(which)
    found = unit.articles.versions(which, before=before, limit=VERSIONS + 1)
    items = [
        ArticleVersion(
            revision=one.revision,
            at=one.at,
            agent_id=one.agent_id,
            texts=[text_shape(text) for text in one.content.texts],
            audience=one.content.audience,
            human_only=one.content.human_only,
            review_by=one.content.review_by,
        )
        for one in found[:VERSIONS]
    ]
    return Page(items=items, next=str(items[-1].revision) if len(found) > VERSIONS else None)


# --- writing --------------------------------------------------------------------------------
@endpoints("POST", "/articles", needs=Role.SUPERVISOR, status=201)
async def new_article(call: Call, body: WriteArticle) -> ArticleShape:
    """Write an article; the bot learns it at once."""
    return await call.write(created, wanted(body), call)


def created(unit: Unit, what: Wanted, call: Call) -> ArticleShape:
    made = verbs.create(unit, what, by=call.agent.id)
    return shape(made, call.front.site, unit.now.date())


@endpoints("PUT", "/articles/{id}", needs=Role.SUPERVISOR)
async def save_article(call: Call, id: int, body: SaveArticle) -> ArticleShape:  # noqa: A002
    """Have an article say something else; 409 when somebody changed it meanwhile."""
    keep = None if body.files is None else tuple(body.files)
    what = msgspec.structs.replace(wanted(body), files=keep)
    return await call.write(saved, ArticleId(id), what, body.revision, call)


def saved(unit: Unit, which: ArticleId, what: Wanted, base: int, call: Call) -> ArticleShape:
    made = verbs.save(unit, which, what, base=base, by=call.agent.id)
    return shape(made, call.front.site, unit.now.date())


@endpoints("DELETE", "/articles/{id}", needs=Role.SUPERVISOR)
async def archive_article(call: Call, id: int) -> ArticleShape:  # noqa: A002  # the path's word
    """Take an article out of use; nothing of it is lost."""
    return await call.write(shelved, ArticleId(id), call, archived=True)


@endpoints("POST", "/articles/{id}/restore", needs=Role.SUPERVISOR)
async def restore_article(call: Call, id: int) -> ArticleShape:  # noqa: A002  # the path's word
    """Bring an archived article back into use."""
    return await call.write(shelved, ArticleId(id), call, archived=False)


def shelved(unit: Unit, which: ArticleId, call: Call, *, archived: bool) -> ArticleShape:
    verb = verbs.archive if archived else verbs.restore
    return shape(verb(unit, which, by=call.agent.id), call.front.site, unit.now.date())


@endpoints("POST", "/articles/import", needs=Role.SUPERVISOR, takes=UNKNOWN, reads=FILE_NAME)
async def import_articles(call: Call, query: ImportQuery) -> Imported:
    """Bring in articles from elsewhere: a Markdown, CSV or HTML file, or a zip of such files.

    Those that are here already, by the last part of their address, are changed; languages and
    settings that a file does not name stay. With ``dry`` it is only told what would happen.
    """
    name = unquote(call.request.headers.get("X-File-Name", ""), errors="replace")
    content = await received(call)
    brought = await asyncio.to_thread(bring, name, content, query.language)
    if query.dry:
        done = await call.read(verbs.settle, brought.articles)
        return imported(done, brought)
    return await call.write(settled, brought, call.agent.id)


def settled(unit: Unit, brought: Brought, by: AgentId) -> Imported:
    return imported(verbs.bring(unit, brought.articles, by=by), brought)


def imported(done: Sequence[Settled], brought: Brought) -> Imported:
    return Imported(
        articles=[
            ImportedArticle(
                slug=one.coming.slug,
                title=one.coming.texts[0].title,
                languages=[text.language for text in one.coming.texts],
                examples=sum(len(text.examples) for text in one.coming.texts),
                does=one.does,
                why=one.why,
                id=one.id,
            )
            for one in done
        ],
        problems=[ImportProblem(where=one.where, why=one.why) for one in brought.troubles],
    )


async def received(call: Call) -> bytes:
    """Return the body, unless it is larger than it may be."""
    request, limit = call.request, call.front.site.largest_upload
    if request.content_length is not None and request.content_length > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length)
    return b"".join([piece async for piece in Counted(request, limit).pieces()])


# --- files ----------------------------------------------------------------------------------
@endpoints(
    "POST",
    "/articles/{id}/files",
    needs=Role.SUPERVISOR,
    status=201,
    takes=UNKNOWN,
    reads=FILE_NAME,
)
async def attach_to_article(call: Call, id: int) -> ArticleShape:  # noqa: A002  # the path's word
    """Have a file go with an article, its bytes being the body; the body may show it."""
    request, desk = call.request, call.front.desk
    name = file_name(unquote(request.headers.get("X-File-Name", ""), errors="replace"))
    kind = request.content_type.lower()
    limit = call.front.site.largest_upload
    if request.content_length is not None and request.content_length > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length)
    await call.read(shown, ArticleId(id), call.front.site)
    counted = Counted(request, limit)
    blob = await desk.blobs.put(counted.pieces())
    media_type = kind if TYPE.fullmatch(kind) else UNKNOWN
    file = ArticleFile(name=name, media_type=media_type, size=counted.size, blob=blob)
    return await call.write(attached, ArticleId(id), file, call)


def attached(unit: Unit, which: ArticleId, file: ArticleFile, call: Call) -> ArticleShape:
    made = verbs.attach(unit, which, file, by=call.agent.id)
    return shape(made, call.front.site, unit.now.date())


@endpoints("GET", "/articles/{id}/files/{name}", media=UNKNOWN)
async def article_file(call: Call, id: int, name: str) -> web.StreamResponse:  # noqa: A002
    """Fetch a file of an article."""
    found = await call.read(lambda unit: unit.articles.get(ArticleId(id)))
    return await handed_out(call.front.desk, call.request, found, name, "private, max-age=60")


async def handed_out(
    desk: Desk, request: web.Request, found: Article, name: str, keep: str
) -> web.StreamResponse:
    """Send a file of an article; only what is a picture by its first bytes is shown."""
    file = next((one for one in found.files if one.name == name), None)
    if file is None:
        raise NotFound("There is no such file.")
    pieces = desk.blobs.open(file.blob)
    try:
        first = await anext(pieces, b"")
        headers = {**file_headers(file.name, first), "Cache-Control": keep}
        response = web.StreamResponse(headers=headers)
        response.content_length = file.size
        await response.prepare(request)
        if request.method != "HEAD":
            await send(response, first, pieces)
    finally:
        await pieces.aclose()  # type: ignore[attr-defined]  # it is a generator
    return response


# --- shapes ---------------------------------------------------------------------------------
def wanted(body: WriteArticle) -> Wanted:
    """Return what is to be written."""
    texts = tuple(
        ArticleText(
            language=one.language,
            title=one.title,
            body=one.body,
            examples=tuple(one.examples),
            category=one.category,
        )
        for one in body.texts
    )
    return Wanted(
        texts=texts,
        slug=body.slug,
        audience=body.audience,
        human_only=body.human_only,
        review_by=body.review_by,
    )


def shape(one: Article, site: Site, today: date) -> ArticleShape:
    return ArticleShape(
        id=one.id,
        slug=one.slug,
        texts=[text_shape(text) for text in one.texts],
        audience=one.audience,
        human_only=one.human_only,
        review_by=one.review_by,
        due=one.overdue(today),
        updated_at=one.updated_at,
        updated_by_id=one.updated_by_id,
        archived_at=one.archived_at,
        revision=one.revision,
        files=file_shapes(one.id, one.files),
        url=public_url(one, site),
    )


def text_shape(text: ArticleText) -> TextShape:
    return TextShape(
        language=text.language,
        title=text.title,
        body=text.body,
        examples=list(text.examples),
        category=text.category,
    )


def file_shapes(which: ArticleId, files: Sequence[ArticleFile]) -> list[ArticleFileShape]:
    return [
        ArticleFileShape(
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            url=files_of(which) + quote(one.name, safe=""),
        )
        for one in files
    ]


def files_of(which: int) -> str:
    return f"/api/articles/{which}/files/"


def public_url(one: Article, site: Site) -> str | None:
    """Return where customers read an article; none when they may not."""
    return f"{site.public_url}/help/{quote(one.slug)}" if one.public else None


def line(one: Article, today: date) -> ArticleLine:
    return ArticleLine(
        id=one.id,
        slug=one.slug,
        title=one.texts[0].title,
        languages=[text.language for text in one.texts],
        examples=sum(len(text.examples) for text in one.texts),
        audience=one.audience,
        human_only=one.human_only,
        review_by=one.review_by,
        due=one.overdue(today),
        updated_at=one.updated_at,
        updated_by_id=one.updated_by_id,
        archived=one.archived_at is not None,
    )


def hit(found: Found, site: Site, today: date) -> FoundArticle:
    one = found.article
    return FoundArticle(
        id=one.id,
        title=one.nearest(found.language).title,
        language=found.language,
        excerpt=found.excerpt,
        score=round(found.score, 3),
        human_only=one.human_only,
        audience=one.audience,
        due=one.overdue(today),
        url=public_url(one, site),
    )
