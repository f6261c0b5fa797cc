"""The door: who comes in, how they prove it, and who is shown out again."""

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from agents_ui import keys
from agents_ui.edge import caller
from agents_ui.problems import Refused
from agents_ui.rates import Rate
from agents_ui.site import Site
from inbox.desk import Desk
from inbox.errors import DeskError, Forbidden
from inbox.model import Agent, Role
from inbox.store import Unit

log = structlog.get_logger()

FRESH = 0.5  # seconds for which we believe what we read about a session
BRIEFLY = timedelta(seconds=2)  # the same on the desk's clock, which a test may set
MANY = 20_000  # sessions remembered at once
SEEN_EVERY = timedelta(minutes=5)  # a session's use is written down at most this often
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})  # Sec-Fetch-Site: our page, or typed by the person
DUMMY = (  # a random password's hash, verified for unknown agents: it takes the same time
    "$argon2id$v=19$m=65536,t=3,p=4$xpo6xcLkgT4EfXCILKhj1Q$wrx6Cv2Qmu"
    "msQyalLUKQnhTal852FIS6ijXhWui0XPA"
)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may come in."""

    agent: Agent
    hash: str  #: of the session's or API token's secret
    read_at: float  #: on the monotonic clock
    told_at: datetime  #: on the desk's


class Door:
    """Lets people in by session cookie or API token, and remembers them for a moment."""

    def __init__(self, desk: Desk, site: Site) -> None:
        self.desk = desk
        self.site = site
        self.lasts = timedelta(hours=site.session_hours)
        self.cookie = "__Host-parlour" if site.secure else "parlour"
        self.known: dict[str, Known] = {}
        self.argon2 = PasswordHasher()
        self.hashing = ThreadPoolExecutor(2, "argon2")
        self.by_address = Rate(30, timedelta(minutes=5), desk.clock)
        self.by_account = Rate(10, timedelta(minutes=5), desk.clock)
        self.leavers: list[Callable[[Iterable[str]], None]] = []  #: told who may no longer stay
        self.origin = origin(site.public_url)

    # --- every request --------------------------------------------------------------------
    async def let_in(self, request: web.Request, needs: Role | None) -> Known | None:
        """Return who asks; refuse whoever is not known or may not do this."""
        bearer = request.headers.get("Authorization")
        if bearer is None and request.method not in SAFE:
            self.guard(request)
        if needs is None:
            return None
        known = await (self.by_token(bearer) if bearer else self.by_cookie(request))
        if known is None:
            raise Refused(401, "Sign in first.", headers={"WWW-Authenticate": "Bearer"})
        if not known.agent.role.covers(needs):
            raise Forbidden
        return known

    async def by_cookie(self, request: web.Request) -> Known | None:
        token = request.cookies.get(self.cookie)
        if not token:
            return None
        key = keys.hashed(token)
        return self.remembered(key) or await self.recall_session(key)

    async def by_token(self, header: str) -> Known | None:
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token.startswith(keys.MARK):
            return None
        key = keys.hashed(token.strip())
        return self.remembered(key) or await self.recall_token(key)

    def remembered(self, key: str) -> Known | None:
        """Return whom we have just read about; both clocks must say that it was just now."""
        known = self.known.get(key)
        if known is None or time.monotonic() - known.read_at > FRESH:
            return None
        return known if abs(self.desk.clock() - known.told_at) < BRIEFLY else None

    async def recall_session(self, key: str) -> Known | None:
        at, now = time.monotonic(), self.desk.clock()
        found = await self.desk.read(by_session, key)
        if found is None:
            self.known.pop(key, None)
            return None
        agent, seen_at = found
        if now - seen_at > SEEN_EVERY:
            await self.desk.write(keys.prolong, key, lasts=self.lasts)
        return self.remember(Known(agent, key, at, now))

    async def recall_token(self, key: str) -> Known | None:
        at, now = time.monotonic(), self.desk.clock()
        found = await self.desk.read(by_token, key)
        if found is None:
            self.known.pop(key, None)
            return None
        agent, number, used_at = found
        if used_at is None or now - used_at > SEEN_EVERY:
            await self.desk.write(use_token, number)
        return self.remember(Known(agent, key, at, now))

    def remember(self, known: Known) -> Known:
        while len(self.known) >= MANY:
            del self.known[next(iter(self.known))]
        self.known[known.hash] = known
        return known

    def forget(self, *hashes: str) -> None:
        """Let these come in no more, and send away those of them who are inside."""
        for one in hashes:
            self.known.pop(one, None)
        for leaver in self.leavers:
            leaver(hashes)

    # --- signing in and out ---------------------------------------------------------------
    async def sign_in(self, request: web.Request, email: str, password: str) -> tuple[Agent, str]:
        """Return the agent and a new session's token, or refuse without saying why."""
        address, account = self.address(request), email.strip().lower()
        self.by_address.take(address)
        self.by_account.take(account)
        found = await self.desk.read(by_email, account)
        fits = await self.fits(found[1] if found else DUMMY, password)
        if not found or not fits:
            raise Refused(401, "That email address and password do not belong together.")
        self.by_account.forgive(account)
        self.by_address.give_back(address)
        agent = found[0]
        before = keys.hashed(request.cookies.get(self.cookie, ""))
        token = await self.desk.write(
            keys.begin,
            agent.id,
            lasts=self.lasts,
            user_agent=request.headers.get("User-Agent", "")[:200],
            instead=before,
        )
        self.forget(before)
        return agent, token

    async def fits(self, password_hash: str, password: str) -> bool:
        """Verify a password beside the event loop; it costs 50 ms and 64 MB on purpose."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.hashing, self.verify, password_hash, password)

    def verify(self, password_hash: str, password: str) -> bool:
        try:
            return self.argon2.verify(password_hash, password)
        except (VerificationError, InvalidHashError, UnicodeError):
            return False

    async def sign_out(self, known: Known) -> None:
        await self.desk.write(keys.end, known.hash)
        self.forget(known.hash)

    def give(self, response: web.Response, token: str) -> None:
        """Hand out the cookie."""
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(self.lasts.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self.site.secure,
        )

    def take(self, response: web.Response) -> None:
        response.del_cookie(self.cookie, path="/", httponly=True, secure=self.site.secure)

    # --- where requests come from ---------------------------------------------------------
    def guard(self, request: web.Request) -> None:
        """Refuse what another site's page sent with our agent's cookie.

        Browsers say where a request comes from and other pages cannot change that. What
        says nothing must at least be something that a foreign form cannot send.
        """
        headers = request.headers
        fetch_site, came_from = headers.get("Sec-Fetch-Site"), headers.get("Origin")
        if came_from is not None:
            fine = self.is_ours(came_from, request)
        elif fetch_site is not None:
            fine = fetch_site in OURS
        else:
            fine = request.content_type == "application/json" or "X-File-Name" in headers
        if not fine:
            raise Refused(403, "This request comes from another site.")

    def guard_socket(self, request: web.Request) -> None:
        """Refuse a websocket that another site's page opened with our agent's cookie."""
        came_from = request.headers.get("Origin")
        signed = "Authorization" in request.headers
        if came_from is not None and not signed and not self.is_ours(came_from, request):
            raise Refused(403, "This request comes from another site.")

    def is_ours(self, came_from: str, request: web.Request) -> bool:
        return origin(came_from) in {self.origin, origin(f"{request.scheme}://{request.host}")}

    def address(self, request: web.Request) -> str:
        """Return what the request's rate is counted by; believes only our own proxies."""
        remote = request.remote or ""
        if not self.trusts(remote):
            return caller(remote)
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        strangers = [hop.strip() for hop in hops if hop.strip() and not self.trusts(hop.strip())]
        return caller(strangers[-1] if strangers else remote)

    def trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.site.proxies)

    # --- watching -------------------------------------------------------------------------
    async def recheck(self, hashes: list[str]) -> dict[str, Role]:
        """Ask the store who of those inside may stay, whoever sent them away."""
        found: dict[str, Role] = {}
        for start in range(0, len(hashes), 500):
            found |= await self.desk.read(keys.alive, hashes[start : start + 500])
        return found

    async def watch(self, inside: Callable[[], dict[str, Role]]) -> None:
        """Send away who may no longer stay as what they came, twice a second, until cancelled."""
        while True:
            await asyncio.sleep(FRESH)
            came = inside()
            try:
                stay = await self.recheck(list(came)) if came else {}
            except DeskError:
                continue  # the store is away; nobody can do anything meanwhile
            except Exception:
                log.exception("the sessions could not be looked at")
                continue
            gone = [one for one, role in came.items() if stay.get(one) is not role]
            if gone:
                self.forget(*gone)

    def close(self) -> None:
        self.hashing.shutdown(cancel_futures=True)


def by_email(unit: Unit, email: str) -> tuple[Agent, str] | None:
    return unit.agents.by_email(email)


def by_session(unit: Unit, key: str) -> tuple[Agent, datetime] | None:
    return unit.agents.by_session(key, now=unit.now)


def by_token(unit: Unit, key: str) -> tuple[Agent, int, datetime | None] | None:
    return unit.agents.by_token(key)


def use_token(unit: Unit, token: int) -> None:
    unit.agents.use_token(token, now=unit.now)


def origin(url: str) -> str:
    """Return scheme, host and port of *url*, without a port that goes without saying."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    tail = f":{port}" if port and port != usual else ""
    return f"{parts.scheme}://{parts.hostname or ''}{tail}"
