"""What an email account needs to know."""

from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from ssl import SSLContext, create_default_context

from msgspec import field

from inbox.errors import Misconfigured
from inbox.model import Value


class Security(StrEnum):
    """How a connection is protected; certificates are always checked."""

    TLS = "tls"  #: from the first byte
    STARTTLS = "starttls"  #: before anything is said; refused when the server offers none
    NONE = "none"  #: not at all; only to this machine, unless `allow_plaintext` is set


class AfterReading(StrEnum):
    """What becomes of a mail on the server once it is stored here."""

    NOTHING = "nothing"  #: it stays as it is, unread
    SEEN = "seen"  #: it is marked as read
    MOVE = "move"  #: it goes to another folder


class Server(Value):
    """A mail server and how to sign in there."""

    host: str  #: The server's name, as its certificate says it.
    port: int = 0  #: Its port; 0 stands for the usual one of the chosen security.
    security: Security = Security.TLS  #: How it is protected: tls, starttls or none.
    user: str | None = None  #: The name to sign in with; the address when left out.
    password: str | None = None  #: The password, or an app password where the provider has them.
    allow_plaintext: bool = False  #: Permit security "none" to another machine. Better do not.
    timeout: float = 30.0  #: Seconds without an answer after which a connection counts as broken.

    def __post_init__(self) -> None:
        if self.security is Security.NONE and not (self.allow_plaintext or is_here(self.host)):
            raise ValueError(
                f"{self.host} is another machine: set security to tls or starttls, "
                "or allow_plaintext to send passwords readable by anybody on the way"
            )


class Imap(Server):
    """Where mails are read."""

    folder: str = "INBOX"  #: The folder that is read.
    after_reading: AfterReading = AfterReading.NOTHING  #: What a mail gets: nothing, seen or move.
    move_to: str = "Archive"  #: The folder that read mails go to, with after_reading = "move".
    import_days: int = 30  #: How many days of older mails the first start takes; 0 for none.
    idle_seconds: float = 25.0  #: How long to wait for news before asking; at most 540.

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.idle_seconds <= 540:
            raise ValueError("idle_seconds must be more than 0 and at most 540")
        if self.import_days < 0:
            raise ValueError("import_days must not be negative")

    @property
    def usual_port(self) -> int:
        return self.port or (993 if self.security is Security.TLS else 143)


class Smtp(Server):
    """Where answers are handed over."""

    @property
    def usual_port(self) -> int:
        return self.port or (465 if self.security is Security.TLS else 587)


class OAuth(Value):
    """How access tokens are renewed, for providers that want XOAUTH2 instead of a password."""

    client_id: str  #: The id the provider gave to your registration of this desk.
    refresh_token: str  #: The token from the consent; a renewed one is remembered by the desk.
    token_url: str  #: Such as https://oauth2.googleapis.com/token.
    client_secret: str | None = None  #: The secret of the registration, when it has one.
    scope: str | None = None  #: What to ask for, when the provider wants it at each renewal.


class Settings(Value):
    """An email account."""

    address: str  #: The address customers write to.
    imap: Imap  #: Where mails are read.
    smtp: Smtp  #: Where answers are handed over.
    name: str = ""  #: What customers see before the address.
    agent_names: bool = False  #: Put the agent's name before it: "Ada (Example Support)".
    oauth: OAuth | None = None  #: Sign in to both servers with XOAUTH2 instead of passwords.
    ca_file: str | None = None  #: Certificates to trust besides the system's, as a PEM file.
    aliases: tuple[str, ...] = ()  #: Further addresses of this mailbox; answers never go there.
    plus_addressing: bool = True  #: Answer from address+r-token@; needs a server that knows "+".
    signature: str = ""  #: Text below each answer; {agent} stands for the agent's name.
    quote: bool = True  #: Repeat the mail answered below the answer.
    html: bool = True  #: Send HTML beside the text.
    list_id: str | None = None  #: A List-Id for automatic mails, such as <news.example.org>.
    max_bytes: int = field(default=50 * 2**20)  #: Of a larger mail only the beginning is taken.

    def __post_init__(self) -> None:
        local, _, domain = self.address.rpartition("@")
        if not local or not domain or any(map(str.isspace, self.address)):
            raise ValueError("address must be an email address, such as support@example.org")
        try:
            domain.encode("idna")
        except UnicodeError:
            raise ValueError(f"{domain} cannot be the name of a mail domain") from None
        if self.max_bytes < 2**16:
            raise ValueError("max_bytes must be at least 65536")

    def trusted(self) -> SSLContext:
        """Return what certificates are checked against; raises `Misconfigured`."""
        try:
            return authorities(self.ca_file)
        except OSError as error:
            raise Misconfigured(f"ca_file cannot be used: {error.strerror}.") from error


@lru_cache(8)
def authorities(ca_file: str | None) -> SSLContext:
    """Read certificates once: there are many, and connections begin often."""
    context = create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def is_here(host: str) -> bool:
    """Tell whether *host* is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
