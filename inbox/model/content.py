"""What a message is besides text."""

from datetime import datetime

from inbox.model.base import AgentId, AttachmentId, Value


class Location(Value, tag="location"):
    """A place on the map."""

    latitude: float  #: degrees, north is positive
    longitude: float  #: degrees, east is positive
    name: str | None = None
    address: str | None = None


class Card(Value, tag="card"):
    """Somebody's contact details, passed on."""

    name: str
    phone: str | None = None
    email: str | None = None


class Button(Value):
    """Something a customer can press instead of writing."""

    title: str
    id: str = ""  #: what comes back when it is pressed; the title when left out
    url: str | None = None  #: it opens a page instead


class Choices(Value, tag="choices"):
    """Buttons that were offered with a message."""

    buttons: tuple[Button, ...]
    prompt: str | None = None  #: what the list is called where it must be opened first


class Pressed(Value, tag="pressed"):
    """A button that the customer pressed."""

    id: str
    title: str
    about: str | None = None  #: external id of the message that carried it


class Templated(Value, tag="template"):
    """A text that the provider approved before, with its blanks filled in."""

    name: str  #: the provider's own name or id of it
    variables: dict[str, str] = {}
    language: str | None = None


class Leg(Value):
    """One line of a call: the customer's, an agent's, a queue's."""

    external_id: str
    who: str  #: ``customer agent supervisor outside``, or ``queue``
    address: str | None = None
    agent_id: AgentId | None = None
    began_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None  #: such as ``completed busy no-answer failed canceled``


class Recording(Value):
    """A part of a call that was recorded."""

    external_id: str
    seconds: int
    attachment_id: AttachmentId | None = None  #: none while it is fetched, or when it was deleted
    transcript: str | None = None
    voicemail: bool = False


class Call(Value, tag="call"):
    """A telephone call, as far as it got."""

    state: str  #: ``ringing menu queued talking held voicemail ended``
    outcome: str | None = None  #: ``answered missed voicemail callback abandoned failed``
    began_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    legs: tuple[Leg, ...] = ()
    choices: tuple[str, ...] = ()  #: what was chosen in the menu
    recordings: tuple[Recording, ...] = ()
    callback: bool = False  #: the customer kept their place and is called back


Content = Location | Card | Choices | Pressed | Templated | Call
