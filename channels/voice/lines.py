"""Lines at Twilio: begun, moved, muted, ended. Parameters are named as Twilio names them."""

from collections.abc import Mapping
from typing import Any

from channels.wire.twilio import API, Twilio, plain, refusal
from inbox.errors import Rejected

GONE = frozenset({404})


class Lines:
    """The telephone lines of one account."""

    def __init__(self, twilio: Twilio, number: str) -> None:
        self.twilio = twilio
        self.number = number

    async def post(self, path: str, **sent: Any) -> Mapping[str, Any]:
        """Tell Twilio to do something; returns what it made of it."""
        answer = await self.twilio.ask(
            "POST", self.address(path), data=plain(sent), auth=self.twilio.signed_in
        )
        said = answer.json()
        return said if isinstance(said, dict) else {}

    async def get(self, path: str, **asked: Any) -> Mapping[str, Any]:
        answer = await self.twilio.ask(
            "GET", self.address(path), params=plain(asked), auth=self.twilio.signed_in
        )
        said = answer.json()
        return said if isinstance(said, dict) else {}

    async def page(self, uri: str) -> Mapping[str, Any]:
        """Ask for the next page of a list."""
        answer = await self.twilio.ask("GET", f"{API}{uri}", auth=self.twilio.signed_in)
        said = answer.json()
        return said if isinstance(said, dict) else {}

    def address(self, path: str) -> str:
        return f"{API}/2010-04-01/Accounts/{self.twilio.settings.account_sid}/{path}.json"

    # --- single lines -------------------------------------------------------------------------
    async def ring(self, to: str, url: str, status: str, *, seconds: int) -> str:
        """Ring *to*; when it is answered Twilio asks *url* what to do. Returns the line's SID."""
        made = await self.post(
            "Calls",
            To=to,
            From=self.number,
            Url=url,
            Method="POST",
            Timeout=seconds,
            StatusCallback=status,
            StatusCallbackMethod="POST",
            StatusCallbackEvent=["initiated", "ringing", "answered", "completed"],
        )
        return str(made.get("sid", ""))

    async def direct(self, line: str, twiml: str) -> None:
        """Have a line do something else from now on."""
        await self.post(f"Calls/{line}", Twiml=twiml)

    async def end(self, line: str) -> None:
        """Hang up; a line that rings stops ringing, and one that has ended stays so."""
        if not line:
            return
        try:
            await self.post(f"Calls/{line}", Status="completed")
        except Rejected:
            return  # it has ended by itself

    async def status(self, line: str) -> str:
        """Return how far a line got."""
        return str((await self.get(f"Calls/{line}")).get("status", ""))

    # --- conferences --------------------------------------------------------------------------
    async def add(self, room: str, to: str, label: str, status: str, **more: Any) -> str:
        """Ring *to*, who comes into a conference on answering. Returns the line's SID."""
        made = await self.post(
            f"Conferences/{room}/Participants",
            From=self.number,
            To=to,
            Label=label,
            Beep="false",
            StatusCallback=status,
            StatusCallbackMethod="POST",
            StatusCallbackEvent=["initiated", "ringing", "answered", "completed"],
            **more,
        )
        return str(made.get("call_sid", ""))

    async def change(self, conference: str, line: str, **how: Any) -> None:
        """Hold, mute or coach somebody in a conference."""
        await self.post(f"Conferences/{conference}/Participants/{line}", **how)

    async def conference(self, room: str) -> str | None:
        """Return the SID of the conference that is called *room*, when it is under way."""
        found = await self.get("Conferences", FriendlyName=room, Status="in-progress")
        rooms = found.get("conferences") or []
        return str(rooms[0]["sid"]) if rooms else None

    # --- recordings ---------------------------------------------------------------------------
    async def delete_recording(self, recording: str) -> None:
        """Delete a recording; one that is not there any more is fine."""
        answer = await self.twilio.wire.call(
            "DELETE",
            self.twilio.at(self.address(f"Recordings/{recording}")),
            auth=self.twilio.signed_in,
            once=False,
        )
        if not answer.is_fine and answer.status not in GONE:
            raise refusal(answer)
