"""What Twilio told of a call, and what the desk decided about it, as `Heard` values.

Every payload is a form as Twilio sent it. Beside it stand the name of the webhook, when it
came, and what our own addresses carried: which call it is of, and whose line.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from channels.wire.twilio import fields
from inbox.channel import Called, File, Heard, Inbound, Raw
from inbox.errors import Unreadable
from inbox.model import Address, AgentId, Call, Leg, Proof, Recording

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
STAGES = {"menu": 1, "queued": 2, "talking": 3, "held": 3, "voicemail": 4, "ended": 5}
MOST_NEWS = 2**20 - 1  #: of one conference
WITHHELD = frozenset(  # what Twilio writes for a number that is not shown (its own list)
    {
        *("", "anonymous", "restricted", "unknown", "unavailable", "withheld", "blocked"),
        *("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"),
    }
)
LONGEST = 24 * 3600  #: seconds; no recording lasts longer

Form = Mapping[str, str]
Told = Mapping[str, str]


def parse(raw: Raw) -> Sequence[Heard]:
    """Read one payload. Raises `Unreadable`."""
    hook = raw.headers.get("hook", "")
    if hook not in READERS:
        raise Unreadable("It came by a way that calls do not have.")
    if READERS[hook] is None:
        return ()
    try:
        form = fields(raw.payload)
    except ValueError:
        raise Unreadable("It is no form that anybody could have filled in.") from None
    return READERS[hook](form, raw.headers)  # type: ignore[misc]  # not none, as was just seen


# --- what every webhook says ----------------------------------------------------------------------
def name_of(form: Form, told: Told) -> str:
    """Return the external id of the call's message."""
    name = told.get("call") or form.get("CallSid", "")
    if not name:
        raise Unreadable("It does not say which call it is of.")
    return name


def line_of(form: Form) -> str:
    if not form.get("CallSid"):
        raise Unreadable("It does not say which line it is of.")
    return form["CallSid"]


def moment(form: Form, told: Told) -> datetime:
    """Return when it happened: by Twilio's clock where it says so, else when it came."""
    try:
        if form.get("Timestamp"):
            return parsedate_to_datetime(form["Timestamp"]).astimezone(UTC)
        return datetime.fromisoformat(told["at"]).astimezone(UTC)
    except (KeyError, ValueError, OverflowError, TypeError, IndexError):
        raise Unreadable("It does not say when it happened.") from None


def rank(at: datetime, state: str | None, number: str = "") -> int:
    """Order news by the second, as Twilio tells time; within one as far as a call gets.

    In a conference Twilio numbers what happens, so that short holds end as they did.
    """
    stage = STAGES.get(state or "", 0)
    return int(at.timestamp()) << 24 | stage << 20 | min(whole(number), MOST_NEWS)


def news(form: Form, told: Told, *, state: str | None = None, **facts: Any) -> list[Heard]:
    order = rank(moment(form, told), state, form.get("SequenceNumber", ""))
    return [Called(external_id=name_of(form, told), order=order, state=state, **facts)]


def withheld(number: str) -> bool:
    return number.strip().lower() in WITHHELD


def whole(text: str) -> int:
    """Return a number of seconds as far as it is one."""
    return min(int(text), LONGEST) if text.isascii() and text.isdecimal() else 0


def agent(told: Told) -> AgentId | None:
    number = told.get("agent", "")
    return AgentId(int(number)) if number.isascii() and number.isdecimal() else None


# --- the webhooks ---------------------------------------------------------------------------------
def arrived(form: Form, told: Told) -> list[Heard]:
    """Somebody calls us."""
    sid, at, caller = line_of(form), moment(form, told), form.get("From", "").strip()
    hidden = withheld(caller)
    if hidden:
        sender = Address(kind="anonymous", value=sid, name="Withheld number")
    else:
        sender = Address(kind="phone", value=caller, name=form.get("CallerName") or None)
    line = Leg(external_id=sid, who="customer", address=None if hidden else caller, began_at=at)
    return [
        Inbound(
            external_id=sid,
            sender=sender,
            sent_at=at,
            text="Call",
            proof=Proof.HEARD,
            thread=sid if hidden else caller,
            content=Call(state="ringing", began_at=at, legs=(line,)),
            attributes=place(form),
        )
    ]


def place(form: Form) -> dict[str, Any]:
    """Return where Twilio believes the caller's number to be."""
    names = {"FromCity": "city", "FromCountry": "country"}
    return {ours: form[theirs] for theirs, ours in names.items() if form.get(theirs)}


def chose(form: Form, told: Told) -> list[Heard]:
    """The caller chose something in the menu, or did not."""
    return news(form, told, state="menu", choice=told.get("choice") or None)


def waits(form: Form, told: Told) -> list[Heard]:
    """The caller is in the queue; told again and again, of which the first counts."""
    if told.get("turn", "0") != "0":
        return []
    began = moment(form, told)
    return news(form, told, state="queued", legs=(queue_leg(form, told, began_at=began),))


def queue_leg(form: Form, told: Told, **times: Any) -> Leg:
    name = f"{name_of(form, told)}:queue:{told.get('n', '1')}"
    return Leg(external_id=name, who="queue", address=told.get("queue"), **times)


def asked(form: Form, told: Told) -> list[Heard]:
    """The caller wants to be called back, unless they pressed something else."""
    if told.get("promised") != "1":
        return []
    return news(form, told, state="queued", callback=True)


def left(form: Form, told: Told) -> list[Heard]:
    """The caller left the queue, somehow."""
    outcome = form.get("QueueResult") or None
    leg = queue_leg(form, told, ended_at=moment(form, told), outcome=outcome)
    if outcome == "hangup":
        return news(form, told, state="ended", ended_at=moment(form, told), legs=(leg,))
    return news(form, told, legs=(leg,))


def spoke(form: Form, told: Told) -> list[Heard]:
    """The caller has left a message."""
    return news(form, told, state="voicemail")


def recorded(form: Form, told: Told) -> list[Heard]:
    """A recording is ready to be fetched."""
    sid = form.get("RecordingSid", "")
    if not sid:
        raise Unreadable("It does not say which recording it is of.")
    if form.get("RecordingStatus", "completed") != "completed":
        return []
    voicemail = told.get("voicemail") == "1"
    address = form.get("RecordingUrl", "")
    file = File(
        name=f"{'Voicemail' if voicemail else 'Recording'} {moment(form, told):%Y-%m-%d %H.%M}.mp3",
        media_type="audio/mpeg",
        source=f"{address}.mp3",
    )
    days = whole(told.get("keep", ""))
    return news(
        form,
        told,
        recording=Recording(
            external_id=sid,
            seconds=whole(form.get("RecordingDuration", "")),
            voicemail=voicemail,
        ),
        file=file if address else None,
        keep_until=moment(form, told) + timedelta(days=days) if days else None,
    )


def written(form: Form, told: Told) -> list[Heard]:
    """What was spoken onto the voicemail was written down."""
    sid, text = form.get("RecordingSid", ""), form.get("TranscriptionText", "").strip()
    if not sid or not text:
        return []
    recording = Recording(external_id=sid, seconds=0, transcript=text, voicemail=True)
    return news(form, told, recording=recording)


def moved(form: Form, told: Told) -> list[Heard]:
    """One of the lines rings, is answered, or has ended."""
    sid, at, status = line_of(form), moment(form, told), form.get("CallStatus", "")
    who = told.get("who", "customer")
    over = status in OVER
    leg = Leg(
        external_id=sid,
        who=who,
        address=address(form, told),
        agent_id=agent(told),
        began_at=at if status in {"initiated", "queued", "ringing"} else None,
        answered_at=at if status == "in-progress" and who != "customer" else None,
        ended_at=at if over else None,
        outcome=status if over else None,
    )
    whose = who == "customer" and over
    ends = whose and (told.get("call", sid) == sid or status == "completed")
    if ends:
        return news(form, told, state="ended", ended_at=at, legs=(leg,))
    return news(form, told, legs=(leg,))


def address(form: Form, told: Told) -> str | None:
    """Return the number at the other end of a line."""
    number = form.get("To" if "who" in told else "From", "")
    return None if withheld(number) or number.startswith("client:") else number


def met(form: Form, told: Told) -> list[Heard]:
    """Something happened in the conference."""
    event, label = form.get("StatusCallbackEvent", ""), form.get("ParticipantLabel", "")
    at = moment(form, told)
    who, _, number = label.partition("-")
    if event == "participant-join":
        leg = participant(form, who, number, answered_at=at)
        facts: dict[str, Any] = {"legs": (leg,)}
        if who == "customer":
            facts |= {"state": "talking", "answered_at": at}
        return news(form, told, **facts)
    if event == "participant-leave":
        return news(form, told, legs=(participant(form, who, number, ended_at=at),))
    if event in {"participant-hold", "participant-unhold"} and who == "customer":
        return news(form, told, state="held" if event == "participant-hold" else "talking")
    return []


def participant(form: Form, who: str, number: str, **times: Any) -> Leg:
    known = who if who in {"customer", "agent", "supervisor"} else "outside"
    return Leg(external_id=line_of(form), who=known, agent_id=agent({"agent": number}), **times)


def decided(form: Form, told: Told) -> list[Heard]:
    """The desk itself calls a call over."""
    outcome = form.get("outcome") or None
    return news(form, told, state="ended", outcome=outcome, ended_at=moment(form, told))


READERS: Mapping[str, Callable[[Form, Told], list[Heard]] | None] = {
    "voice": arrived,
    "menu": chose,
    "wait": waits,
    "asked": asked,
    "left": left,
    "voicemail": spoke,
    "recording": recorded,
    "transcript": written,
    "status": moved,
    "conference": met,
    "over": decided,
    "agent": None,  # what came of it is told by the conference
    "accept": None,
    "fallback": None,
}
