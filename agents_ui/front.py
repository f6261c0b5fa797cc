"""What the pages and the API stand on."""

from dataclasses import dataclass, field

from agents_ui.auth import Door
from agents_ui.live import Live
from agents_ui.repeats import UnderWay
from agents_ui.site import Site
from inbox.desk import Desk
from routing.bots.assist.past import Past
from routing.bots.knowledge.library import Library


@dataclass(slots=True, kw_only=True)
class Front:
    """The desk, how it is seen, and what remembers something between two requests."""

    desk: Desk
    site: Site
    door: Door
    live: Live
    library: Library  #: what the desk knows
    past: Past = field(default_factory=Past)  #: what resolved conversations were about
    under_way: UnderWay = field(default_factory=UnderWay)
    described: bytes = b""  #: the OpenAPI document
