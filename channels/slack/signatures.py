"""Whether a request is Slack's: signed, over its raw body, within five minutes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inbox.channel import Line

if TYPE_CHECKING:
    from slack_sdk.signature import SignatureVerifier


class Gate:
    """Lets in what Slack signed with the app's signing secret."""

    def __init__(self, secret: str, line: Line) -> None:
        self.secret = secret
        self.line = line
        self.verifier: SignatureVerifier | None = None

    def now(self) -> float:
        """Return the desk's time, as the verifier asks for it."""
        return self.line.now().timestamp()

    def admits(self, body: bytes, headers: Mapping[str, str]) -> bool:
        if not self.secret:
            return False
        if self.verifier is None:
            from slack_sdk.signature import SignatureVerifier

            self.verifier = SignatureVerifier(self.secret, clock=self)  # type: ignore[arg-type]  # it has a clock's `now`
        told = {name: value for name, value in headers.items() if value.isascii()}
        try:
            return self.verifier.is_valid_request(body, told)
        except (ValueError, TypeError, OverflowError):  # a time that is none, text that is none
            return False
