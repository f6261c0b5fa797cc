"""Who is on the other side: the token a browser keeps, and the identity a site signs."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from channels.webchat.settings import Settings
from inbox.channel import Line
from inbox.errors import Forbidden, Misconfigured
from inbox.words import clean

ANONYMOUS = timedelta(days=400)  # renewed with every visit
LONGEST = 24 * 3600  # seconds; a site's signature may not be good for longer
LEEWAY = 60  # seconds the site's clock may be off
PURPOSE = "webchat visitor"


class Visitor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a token says. It is signed, kept by the browser, and never stored by us."""

    id: str = ""  #: random and unguessable, of somebody unknown
    user: str = ""  #: what the site calls somebody it vouches for
    name: str | None = None
    email: str | None = None

    @property
    def proven(self) -> bool:
        return bool(self.user)


def stranger() -> Visitor:
    """Return a visitor nobody has seen before."""
    return Visitor(id=secrets.token_urlsafe(18))


class Doorkeeper:
    """Knows visitors by their tokens and by what the site signed."""

    def __init__(self, settings: Settings, line: Line) -> None:
        self.line = line
        self.purpose = f"{PURPOSE} {line.account}"
        self.keys = read_keys(settings)

    def thread(self, visitor: Visitor) -> str:
        """Return the name of the visitor's exchange, from which no token can be made."""
        who = f"user/{visitor.user}" if visitor.user else f"visitor/{visitor.id}"
        return sha256(f"{self.line.account}/{who}".encode()).hexdigest()[:40]

    def token(self, visitor: Visitor, lifetime: timedelta = ANONYMOUS) -> str:
        value = msgspec.json.encode(visitor).decode()
        return self.line.sign(self.purpose, value, seconds=int(lifetime.total_seconds()))

    def renewed(self, visitor: Visitor) -> str | None:
        """Return a token that lasts again; what a site signed only the site can prolong."""
        return None if visitor.proven else self.token(visitor)

    def open(self, token: str) -> Visitor | None:
        """Return whose *token* this is; nobody's when it is forged or too old."""
        value = self.line.check(self.purpose, token)
        return msgspec.json.decode(value, type=Visitor) if value else None

    def identify(self, signed: str) -> tuple[Visitor, timedelta]:
        """Return whom the site vouches for, and for how long. Raises `Forbidden`."""
        claims = self.claims(signed)
        seconds = claims["exp"] - int(self.line.now().timestamp())
        if seconds > LONGEST + LEEWAY:
            raise Forbidden("The identity must expire within 24 hours.")
        visitor = Visitor(
            user=text(claims, "sub", 200) or "",
            name=text(claims, "name", 100),
            email=text(claims, "email", 254),
        )
        if not visitor.user:
            raise Forbidden("The identity says nobody's id (sub).")
        return visitor, timedelta(seconds=max(seconds, LEEWAY))

    def claims(self, signed: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError

        if not self.keys:
            raise Forbidden("This chat takes no signed identities.")
        now = int(self.line.now().timestamp())
        wanted = jwt.JWTClaimsRegistry(
            now=now, leeway=LEEWAY, exp={"essential": True}, iat={"essential": True}
        )
        try:
            token = jwt.decode(
                signed, lambda it: self.keys[it.headers()["alg"]], algorithms=list(self.keys)
            )
            wanted.validate(token.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Forbidden(f"The identity is not valid: {type(error).__name__}.") from error
        return token.claims


def read_keys(settings: Settings) -> dict[str, Any]:
    """Return the one key of each algorithm, so that none can stand in for another."""
    if not (settings.identity_secret or settings.identity_key):
        return {}
    from joserfc.jwk import ECKey, OctKey

    keys: dict[str, Any] = {}
    if settings.identity_secret:
        keys["HS256"] = OctKey.import_key(settings.identity_secret)
    if settings.identity_key:
        try:
            keys["ES256"] = ECKey.import_key(settings.identity_key)
        except ValueError as error:
            raise Misconfigured("identity_key is no public key of the curve P-256.") from error
    return keys


def text(claims: dict[str, Any], name: str, most: int) -> str | None:
    """Return a claim that is a short text. Raises `Forbidden` for anything else."""
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > most:
        raise Forbidden(f"The identity's {name} is not a text of at most {most} characters.")
    return clean(value).strip() or None
