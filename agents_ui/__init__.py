"""The desk in a browser, and the public API it is itself a client of."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from agents_ui import health, help_pages, pages, public_files
from agents_ui.api import (
    accounts,
    articles,
    assist,
    board,
    bots,
    calls,
    conversations,
    customers,
    files,
    frames,
    messages,
    offers,
    people,
    queues,
    rehearsal,
    reports,
    sessions,
    setup,
    stream,
    suggestions,
    supervision,
    teaching,
    templates,
    tokens,
)
from agents_ui.auth import Door
from agents_ui.calls import LARGEST, Endpoint, encode, mount
from agents_ui.front import Front
from agents_ui.live import Asked, Live
from agents_ui.metrics import Metrics
from agents_ui.openapi import document
from agents_ui.problems import answer
from agents_ui.site import Site
from inbox.desk import Desk
from routing.bots.knowledge.library import Library

__all__ = ["ENDPOINTS", "FRONT", "Site", "build"]

MODULES = (
    sessions,
    conversations,
    offers,
    messages,
    files,
    customers,
    people,
    calls,
    supervision,
    suggestions,
    board,
    setup,
    bots,
    rehearsal,
    queues,
    reports,
    articles,
    assist,
    teaching,
    accounts,
    templates,
    tokens,
    stream,
)
ENDPOINTS: tuple[Endpoint, ...] = tuple(
    one for module in MODULES for one in module.endpoints.all
)  #: every call of the API
FRONT = web.AppKey("front", Front)


def build(desk: Desk, site: Site) -> web.Application:
    """Return the application: the API, the inbox page, health and metrics."""
    door = Door(desk, site)
    asked = Asked(
        foreseen=frames.foreseen,
        told=frames.told,
        replay=frames.replay,
        audience=frames.audience,
        counts=frames.counts,
        rung=frames.rung,
    )
    live = Live(desk, door, asked)
    library = site.library or Library(desk)
    front = Front(desk=desk, site=site, door=door, live=live, library=library)
    front.described = encode(document(ENDPOINTS, version=site.version, url=site.public_url))
    metrics = Metrics(front)
    app = web.Application(middlewares=[problems], client_max_size=LARGEST)
    app[FRONT] = front
    app.add_routes(mount(front, ENDPOINTS))
    app.add_routes(health.routes(desk, lambda: live.closing))
    app.add_routes([web.get("/metrics", metrics.answer)])
    app.add_routes(public_files.routes(desk))
    app.add_routes(help_pages.routes(front))
    app.add_routes(pages.routes(site))
    app.cleanup_ctx.append(running(front, metrics))
    app.on_shutdown.append(goodbye)
    return app


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say every refusal as a problem, also those that aiohttp makes."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return answer(error)
    except Exception as error:  # noqa: BLE001  # whatever it is is answered and logged
        return answer(error)


def running(front: Front, metrics: Metrics) -> Callable[[web.Application], AsyncIterator[None]]:
    """Keep what watches and tells running as long as the application does."""

    async def run(_: web.Application) -> AsyncIterator[None]:
        front.live.start()
        watching = asyncio.create_task(metrics.watch())
        yield
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        front.door.close()

    return run


async def goodbye(app: web.Application) -> None:
    """Send the browsers away before the connections are closed."""
    await app[FRONT].live.stop()
