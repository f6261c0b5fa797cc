"""What a browser needs to be rung by Twilio's voice SDK."""

from datetime import datetime, timedelta

from channels.voice.settings import Settings
from inbox.errors import Invalid
from inbox.model import AgentId
from inbox.telephone import Softphone

LASTS = timedelta(hours=1)


def identity(agent: AgentId) -> str:
    """Return what Twilio calls the browsers of an agent."""
    return f"agent-{agent}"


def token(settings: Settings, agent: AgentId, now: datetime) -> Softphone:
    """Sign a token that lets the browsers of *agent* be rung, and nothing else.

    Raises `Invalid` when the account has no API key to sign with.
    """
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import VoiceGrant

    if not settings.api_key_secret:
        raise Invalid("Calls in the browser need an API key in the account's settings.")
    expires = now + LASTS
    signed = AccessToken(
        settings.account_sid,
        settings.api_key_sid,
        settings.api_key_secret,
        identity=identity(agent),
        nbf=int(now.timestamp()),
        valid_until=int(expires.timestamp()),
        grants=[VoiceGrant(incoming_allow=True)],
    )
    return Softphone(token=signed.to_jwt(), identity=identity(agent), expires_at=expires)
