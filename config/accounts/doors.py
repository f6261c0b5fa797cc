"""The requests that channels answer, below ``/channels/NAME``: they come and go with accounts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aiohttp import web
from aiohttp.web_urldispatcher import PrefixResource
from yarl import URL

PREFIX = "/channels"


class Doors(PrefixResource):
    """Looks for the account's own application when a request comes."""

    def __init__(self, apps: Mapping[str, web.PrefixedSubAppResource]) -> None:
        super().__init__(PREFIX)
        self.apps = apps

    async def resolve(self, request: web.Request) -> Any:
        name = request.rel_url.raw_path.removeprefix(f"{PREFIX}/").partition("/")[0]
        door = self.apps.get(name)
        return await door.resolve(request) if door else (None, set())

    def url_for(self, **_: str) -> URL:
        raise NotImplementedError  # a channel asks its line for its address

    def get_info(self) -> Any:
        return {"prefix": PREFIX}

    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter(())  # those of today may not be those of tomorrow

    def __len__(self) -> int:
        return 0


def door(name: str, routes: Iterable[web.RouteDef]) -> web.PrefixedSubAppResource:
    """Return where an account's requests go."""
    app = web.Application()
    app.add_routes(routes)
    resource = web.PrefixedSubAppResource(f"{PREFIX}/{name}", app)
    app.pre_freeze()
    return resource
