"""A stand-in for Twilio's telephones: it does what TwiML says, and tells as Twilio tells.

Lines ring, are answered, press keys, wait in queues and meet in conferences. Every request is
counted, every TwiML is looked at, and each webhook is signed and can be told again.
"""

import asyncio
import itertools
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha1
from hmac import digest
from typing import Any
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as ET

from aiohttp import ClientSession, web

from tests.servers.serving import serving

ACCOUNT = "AC" + "2" * 32
TOKEN = "a token of the stand-in for calls"
KEY, KEY_SECRET = "SK" + "3" * 32, "the secret of an API key, 32 long"
OURS = "+48221234567"
OVER = {"completed", "busy", "no-answer", "failed", "canceled"}
API = f"/2010-04-01/Accounts/{ACCOUNT}"


def sid(kind: str, number: int) -> str:
    return f"{kind}{number:032x}"


@dataclass
class Line:
    """One telephone line, at Twilio's side."""

    twilio: "FakeVoice"
    sid: str
    to: str
    caller: str
    inbound: bool = False
    status: str = "ringing"
    url: str = ""
    told: str = ""  #: where its progress is told
    heard: list[str] = field(default_factory=list)  #: what was said and played
    does: str = ""  #: gather, enqueue, record, conference, or nothing
    action: str = ""  #: where the answer of what it does goes
    waits_at: str = ""  #: what a queue plays
    listens: str = ""  #: where keys pressed in the queue go
    label: str = ""
    room: str = ""
    began: datetime | None = None

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def facts(self) -> dict[str, str]:
        """What every webhook says of this line."""
        return {
            "AccountSid": ACCOUNT,
            "CallSid": self.sid,
            "From": self.caller,
            "To": self.to,
            "CallStatus": self.status,
            "Direction": "inbound" if self.inbound else "outbound-api",
            "ApiVersion": "2010-04-01",
        }

    # --- what people do -----------------------------------------------------------------------
    async def answer(self) -> None:
        """Pick up."""
        self.status = "in-progress"
        await self.tell()
        if self.room:
            await self.twilio.enter(self, self.room, {})
        elif self.url:
            await self.do(await self.twilio.ask(self.url, self.facts))

    async def refuse(self, status: str = "no-answer") -> None:
        """Do not pick up."""
        await self.end(status)

    async def press(self, digits: str = "", *, speech: str = "") -> None:
        """Press keys, or speak, where the line listens; nothing at all is an answer, too."""
        form = {**self.facts, **({"Digits": digits} if digits else {})}
        if speech:
            form |= {"SpeechResult": speech, "Confidence": "0.91"}
        if self.does == "enqueue":
            answer = await self.twilio.ask(self.listens, {**form, "QueueTime": "5"})
            await self.hear_queue(answer)
        else:
            await self.do(await self.twilio.ask(self.action, form))

    async def wait(self, queue_time: int = 30) -> None:
        """Hear what comes next in the queue."""
        facts = {**self.facts, "QueueTime": str(queue_time), "QueuePosition": "1"}
        await self.hear_queue(await self.twilio.ask(self.waits_at, facts))

    async def leave_message(self, seconds: int = 12, words: str = "") -> str:
        """Speak after the tone; the recording is ready, and perhaps written down."""
        recording = await self.twilio.record(self.twilio.recorder, self, seconds)
        action, written = self.action, self.twilio.transcriber
        await self.do(await self.twilio.ask(action, {**self.facts, "RecordingSid": recording}))
        if words and written:
            form = {"RecordingSid": recording, "TranscriptionSid": sid("TR", 1)}
            text = {"TranscriptionText": words, "TranscriptionStatus": "completed"}
            await self.twilio.ask(written, {**self.facts, **form, **text})
        return recording

    async def hang_up(self) -> None:
        await self.end("completed")

    # --- what Twilio does ---------------------------------------------------------------------
    async def do(self, twiml: str) -> None:  # noqa: PLR0911  # a verb each
        """Do what TwiML says until something has to be waited for."""
        self.does = self.action = ""
        if self.over:
            return
        for verb in self.twilio.read(twiml):
            match verb.tag:
                case "Say" | "Play":
                    self.heard.append((verb.text or "").strip())
                case "Gather":
                    self.heard += [(one.text or "").strip() for one in verb]
                    self.does, self.action = "gather", verb.get("action", "")
                    return
                case "Redirect":
                    await self.do(await self.twilio.ask(verb.text or "", self.facts))
                    return
                case "Enqueue":
                    self.does, self.action = "enqueue", verb.get("action", "")
                    self.waits_at = verb.get("waitUrl", "")
                    await self.wait(0)
                    return
                case "Record":
                    self.does, self.action = "record", verb.get("action", "")
                    self.twilio.recorder = verb.get("recordingStatusCallback", "")
                    self.twilio.transcriber = verb.get("transcribeCallback", "")
                    return
                case "Dial":
                    await self.twilio.enter(self, verb[0].text or "", dict(verb[0].attrib))
                    return
                case "Hangup":
                    await self.end("completed")
                    return
        await self.end("completed")

    async def hear_queue(self, twiml: str) -> None:
        for verb in self.twilio.read(twiml):
            match verb.tag:
                case "Say" | "Play":
                    self.heard.append((verb.text or "").strip())
                case "Gather":
                    self.heard += [(one.text or "").strip() for one in verb]
                    self.listens = verb.get("action", "")
                case "Redirect":
                    self.waits_at = verb.text or ""
                case "Leave":
                    await self.leave_queue("leave")
                    return
                case "Hangup":
                    await self.end("completed")
                    return

    async def leave_queue(self, result: str) -> None:
        action, self.does = self.action, ""
        form = {**self.facts, "QueueResult": result, "QueueTime": "40"}
        answer = await self.twilio.ask(action, form)
        if result == "leave":
            await self.do(answer)

    async def direct(self, twiml: str) -> None:
        """Do something else from now on, wherever it was."""
        if self.does == "enqueue":
            await self.leave_queue("redirected")
        if self.does == "conference":
            await self.twilio.exit(self)
        await self.do(twiml)

    async def end(self, status: str) -> None:
        if self.over:
            return
        does, self.status = self.does, status
        if does == "enqueue":
            await self.leave_queue("hangup")
        if does == "conference":
            self.does = ""
            await self.twilio.exit(self)
        await self.tell()

    async def tell(self) -> None:
        if self.told:
            form = {**self.facts, "Timestamp": self.twilio.stamp(), "CallbackSource": "x"}
            await self.twilio.ask(self.told, form)


@dataclass
class Room:
    """A conference."""

    sid: str
    name: str
    callback: str = ""
    recorder: str = ""
    inside: dict[str, dict[str, Any]] = field(default_factory=dict)
    wanted: dict[str, dict[str, Any]] = field(default_factory=dict)  #: who is rung for it
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    over: bool = False


@dataclass
class FakeVoice:
    """One account at Twilio."""

    clock: Any
    desk: str = ""  #: the address of the account's webhooks
    url: str = ""
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    twimls: list[str] = field(default_factory=list)
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)  #: every webhook
    statuses: list[int] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    recordings: dict[str, bytes] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)  #: numbers that cannot be rung
    recorder: str = ""
    transcriber: str = ""
    echo: int = 1  #: how often each webhook is told
    number: Any = field(default_factory=lambda: itertools.count(1))

    def stamp(self) -> str:
        return format_datetime(self.clock().astimezone(UTC))

    # --- webhooks -------------------------------------------------------------------------------
    async def ask(self, url: str, form: Mapping[str, str], *, token: str = TOKEN) -> str:
        """Tell the desk something, and return the TwiML it answers."""
        self.told.append((url, dict(form)))
        answer = ""
        for _ in range(self.echo):
            status, answer = await self.tell(url, form, token=token)
            self.statuses.append(status)
        if answer.startswith("<"):
            self.twimls.append(answer)
        return answer

    async def tell(
        self, url: str, form: Mapping[str, str], *, token: str = TOKEN
    ) -> tuple[int, str]:
        text = url + "".join(name + form[name] for name in sorted(form))
        headers = {
            "X-Twilio-Signature": b64encode(digest(token.encode(), text.encode(), sha1)).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        async with (
            ClientSession() as http,
            http.post(url, data=urlencode(form).encode(), headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    def read(self, twiml: str) -> list[ET.Element]:
        return list(ET.fromstring(twiml)) if twiml else []

    # --- people -----------------------------------------------------------------------------------
    async def call(self, caller: str, **more: str) -> Line:
        """Somebody calls our number."""
        line = Line(self, sid("CA", next(self.number)), OURS, caller, inbound=True)
        line.told, line.began = f"{self.desk}/status", self.clock()
        self.lines[line.sid] = line
        twiml = await self.ask(f"{self.desk}/voice", {**line.facts, **more})
        line.status = "in-progress"
        await line.do(twiml)
        return line

    def ringing(self, to: str) -> Line | None:
        """Return the line on which somebody is rung at the moment."""
        return next(
            (one for one in self.lines.values() if one.to == to and one.status == "ringing"), None
        )

    # --- conferences ----------------------------------------------------------------------------
    async def enter(self, line: Line, name: str, how: Mapping[str, str]) -> None:
        room = self.rooms.get(name)
        if room is None or room.over:
            room = self.rooms[name] = Room(sid("CF", next(self.number)), name)
        room.callback = room.callback or how.get("statusCallback", "")
        if how.get("record") == "record-from-start":
            room.recorder = how.get("recordingStatusCallback", "")
        line.does, line.room = "conference", name
        line.label = how.get("participantLabel") or line.label
        before = room.wanted.pop(line.sid, {})
        ends = how.get("endConferenceOnExit") == "true" or before.get("ends", False)
        room.inside[line.sid] = {"Hold": "false", **before, "ends": ends}
        await self.event(room, "participant-join", line)

    async def exit(self, line: Line) -> None:
        room = self.rooms[line.room]
        gone = room.inside.pop(line.sid, {})
        await self.event(room, "participant-leave", line)
        if gone.get("ends") or not room.inside:
            room.over = True
            for other in list(room.inside):
                await self.lines[other].end("completed")
            if room.recorder:
                recorder, room.recorder = room.recorder, ""
                await self.record(recorder, None, 60, ConferenceSid=room.sid)

    async def event(self, room: Room, event: str, line: Line) -> None:
        form = {
            "AccountSid": ACCOUNT,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "CallSid": line.sid,
            "ParticipantLabel": line.label,
            "StatusCallbackEvent": event,
            "SequenceNumber": str(next(room.numbers)),
            "Timestamp": self.stamp(),
            "Muted": "false",
            "Coaching": "false",
        }
        if room.callback:
            await self.ask(room.callback, form)

    async def record(self, callback: str, line: Line | None, seconds: int, **more: str) -> str:
        recording = sid("RE", next(self.number))
        self.recordings[recording] = b"ID3 sound of " + recording.encode()
        form = {
            "AccountSid": ACCOUNT,
            **({"CallSid": line.sid} if line else {}),
            "RecordingSid": recording,
            "RecordingUrl": f"https://api.twilio.com{API}/Recordings/{recording}",
            "RecordingStatus": "completed",
            "RecordingDuration": str(seconds),
            **more,
        }
        await self.ask(callback, form)
        return recording

    # --- the REST API ---------------------------------------------------------------------------
    def routes(self) -> list[web.RouteDef]:
        participants = "/Conferences/{room}/Participants"
        return [
            web.post(f"{API}/Calls.json", self.make),
            web.get(f"{API}/Calls.json", self.listed),
            web.get(f"{API}/Calls/{{line}}.json", self.fetched),
            web.post(f"{API}/Calls/{{line}}.json", self.change_call),
            web.get(f"{API}/Conferences.json", self.conferences),
            web.post(f"{API}{participants}.json", self.add),
            web.post(f"{API}{participants}/{{line}}.json", self.change_participant),
            web.delete(f"{API}/Recordings/{{recording}}.json", self.delete),
            web.get(f"{API}/Recordings/{{recording}}.mp3", self.sound),
            web.get(f"{API}/IncomingPhoneNumbers.json", self.numbers),
            web.get(f"{API}.json", self.account),
        ]

    @web.middleware
    async def counted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        form = await form_of(request)
        path = request.path.removeprefix(API)
        self.asked.append((request.method, path, form or dict(request.query)))
        answer: web.StreamResponse = await handler(request)
        return answer

    async def listed(self, _: web.Request) -> web.Response:
        calls = [self.shown(one) for one in self.lines.values() if one.inbound]
        return web.json_response({"calls": calls, "next_page_uri": None})

    async def fetched(self, request: web.Request) -> web.Response:
        return web.json_response(self.shown(self.lines[request.match_info["line"]]))

    async def conferences(self, request: web.Request) -> web.Response:
        room = self.rooms.get(request.query.get("FriendlyName", ""))
        found = [{"sid": room.sid}] if room and not room.over else []
        return web.json_response({"conferences": found})

    async def delete(self, request: web.Request) -> web.Response:
        which = request.match_info["recording"]
        self.deleted.append(which)
        known = self.recordings.pop(which, None)
        return web.Response(status=204 if known else 404)

    async def sound(self, request: web.Request) -> web.Response:
        sound = self.recordings.get(request.match_info["recording"])
        if sound is None:
            return refused(404, 20404)
        return web.Response(body=sound, content_type="audio/mpeg")

    async def numbers(self, _: web.Request) -> web.Response:
        numbers = [{"phone_number": OURS, "voice_url": f"{self.desk}/voice"}]
        return web.json_response({"incoming_phone_numbers": numbers})

    async def account(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "active", "friendly_name": "Stand-in"})

    def shown(self, line: Line) -> dict[str, Any]:
        began = line.began or datetime.now(UTC)
        return {
            "sid": line.sid,
            "from": line.caller,
            "to": line.to,
            "status": line.status,
            "direction": "inbound" if line.inbound else "outbound-api",
            "start_time": format_datetime(began),
            "end_time": self.stamp() if line.over else None,
        }

    async def make(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        if form["To"] in self.refusing:
            return refused(400, 21211)
        line = Line(self, sid("CA", next(self.number)), form["To"], form["From"])
        line.url, line.told = form["Url"], form.get("StatusCallback", "")
        self.lines[line.sid] = line
        return web.json_response(self.shown(line), status=201)

    async def add(self, request: web.Request) -> web.Response:
        room, form = request.match_info["room"], await form_of(request)
        if form["To"] in self.refusing:
            return refused(400, 21211)
        line = Line(self, sid("CA", next(self.number)), form["To"], form["From"])
        line.told, line.label, line.room = form.get("StatusCallback", ""), form["Label"], room
        self.lines[line.sid] = line
        there = self.rooms.setdefault(room, Room(sid("CF", next(self.number)), room))
        there.wanted[line.sid] = {**form, "ends": form.get("EndConferenceOnExit") == "true"}
        body = {"call_sid": line.sid, "conference_sid": there.sid, "label": line.label}
        return web.json_response(body, status=201)

    async def change_call(self, request: web.Request) -> web.Response:
        line, form = self.lines[request.match_info["line"]], await form_of(request)
        if line.over:
            return refused(400, 21220)
        if form.get("Status") == "completed":
            self.later(line.end("canceled" if line.status == "ringing" else "completed"))
        if form.get("Twiml"):
            self.twimls.append(form["Twiml"])
            self.later(line.direct(form["Twiml"]))
        return web.json_response(self.shown(line))

    async def change_participant(self, request: web.Request) -> web.Response:
        which, line = request.match_info["room"], request.match_info["line"]
        form = await form_of(request)
        room = next((one for one in self.rooms.values() if one.sid == which), None)
        if room is None or line not in room.inside:
            return refused(404, 20404)
        room.inside[line].update(form)
        if "Hold" in form:
            event = "participant-hold" if form["Hold"] == "true" else "participant-unhold"
            self.later(self.event(room, event, self.lines[line]))
        return web.json_response({"call_sid": line, "conference_sid": which})

    def later(self, work: Any) -> None:
        """Do something after the request was answered, as Twilio does."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    tasks: set[Any] = field(default_factory=set)


async def form_of(request: web.Request) -> dict[str, str]:
    return dict(parse_qsl(await request.text(), keep_blank_values=True))


def refused(status: int, code: int) -> web.Response:
    body = {"code": code, "message": "The stand-in refuses.", "status": status}
    return web.Response(text=json.dumps(body), status=status, content_type="application/json")


@asynccontextmanager
async def running_voice(clock: Any) -> AsyncIterator[FakeVoice]:
    """Serve one account of calls."""
    fake = FakeVoice(clock)
    app = web.Application(middlewares=[fake.counted])
    app.add_routes(fake.routes())
    async with serving(app) as fake.url:
        yield fake
