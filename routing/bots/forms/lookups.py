"""Ask another system about what a customer wrote, such as whether there is such an order.

A look-up is a POST, signed as Standard Webhooks are with a key that the setup's page shows. The
answer is a small JSON object: what it says fills blanks; ``{"found": false}`` or 404 means that
there is no such thing. Whatever else happens, a person gets it.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from aiohttp import BaseConnector, ClientError, ClientSession, ClientTimeout, DummyCookieJar
from standardwebhooks import Webhook

from inbox.model import Value
from inbox.signing import Signer
from inbox.words import clean
from routing.bots.forms.flows import FILLER, Filling, Told
from routing.bots.model import LookUp

LARGEST = 64 * 1024  #: bytes of an answer
BLANKS = 40
NAME = 60  #: letters of a blank's name
GONE = 404
log = structlog.get_logger()

FAILED = Told(state="failed")
MISSING = Told(state="missing")


class Question(Value):
    """What is sent."""

    form: str
    asked: str  #: the question that was answered last
    values: dict[str, str]  #: what was answered so far
    type: str = "form.look_up"


def secret(signer: Signer) -> str:
    """Return what the other system checks our signature with."""
    return f"whsec_{base64.b64encode(signer.shared('look-ups')).decode()}"


class LookUps:
    """Asks, on connections of its own; *connector* says whom it may reach."""

    def __init__(
        self, signer: Signer, clock: Callable[[], datetime], connector: Callable[[], BaseConnector]
    ) -> None:
        self.signer = signer
        self.clock = clock
        self.connector = connector
        self.session: ClientSession | None = None

    async def ask(self, look_up: LookUp, filling: Filling) -> Told:
        """Return what the other system says; never raises what it or the line does wrong."""
        question = Question(form=filling.flow, asked=look_up.after, values=filling.values)
        body = msgspec.json.encode(question)
        try:
            status, said = await self.post(look_up, body, self.signed(body))
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            return failed(look_up, filling, type(error).__name__)
        told = understood(status, said)
        return failed(look_up, filling, str(status)) if told.state == "failed" else told

    async def post(
        self, look_up: LookUp, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        if self.session is None or self.session.closed:
            self.session = ClientSession(
                connector=self.connector(), cookie_jar=DummyCookieJar(), trust_env=False
            )
        async with self.session.post(
            look_up.url,
            data=body,
            headers={"Content-Type": "application/json", "Accept": "application/json", **headers},
            timeout=ClientTimeout(total=look_up.seconds),
            allow_redirects=False,
        ) as response:
            said = b""
            async for chunk in response.content.iter_chunked(LARGEST):
                said += chunk
                if len(said) > LARGEST:
                    raise ValueError(len(said))
            return response.status, said

    def signed(self, body: bytes) -> dict[str, str]:
        """Return the headers that prove a question to be ours."""
        name, at = f"look-up-{uuid4()}", self.clock()
        return {
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret(self.signer)).sign(name, at, body.decode()),
        }

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()


def failed(look_up: LookUp, filling: Filling, why: str) -> Told:
    log.warning("look-up failed", form=filling.flow, after=look_up.after, why=why)
    return FAILED


def understood(status: int, body: bytes) -> Told:
    """Read an answer: found with blanks, missing, or nothing to go by.

    >>> understood(200, b'{"status": "on its way", "days": 2}').blanks
    {'status': 'on its way', 'days': '2'}
    >>> understood(200, b'{"found": false}').state, understood(500, b"").state
    ('missing', 'failed')
    """
    if status == GONE:
        return MISSING
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return FAILED
    if not 200 <= status < 300 or not isinstance(said, dict):
        return FAILED
    return Told(state="found", blanks=blanks(said)) if said.get("found", True) else MISSING


def blanks(said: Mapping[str, Any]) -> dict[str, str]:
    """Return what is text or a number, cut short."""
    plain = {name: one for name, one in said.items() if isinstance(one, str | int | float)}
    plain.pop("found", None)
    few = list(plain.items())[:BLANKS]
    return {name: clean(str(one))[:FILLER] for name, one in few if len(name) <= NAME}
