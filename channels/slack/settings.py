"""What an account of Slack can be told."""

from inbox.model import Value

API = "https://slack.com/api"


class Settings(Value):
    """One Slack app, in one workspace or in many."""

    bot_token: str = ""  #: of the workspace it is installed in; begins with ``xoxb-``
    app_token: str = ""  #: begins with ``xapp-``; events then come over a socket (Socket Mode)
    signing_secret: str = ""  #: proves that a request is Slack's; needed where there is no socket
    client_id: str = ""  #: with the client secret, other workspaces can install the app
    client_secret: str = ""  #: of the app, from its page *Basic Information*
    own_teams: tuple[str, ...] = ()  #: ids of our own workspaces; who writes there is a colleague
    channels: tuple[str, ...] = ()  #: ids of the channels to listen in; every one when left out
    show_author: bool = True  #: customers see who of us answered
    mirror_channel: str = ""  #: id of a channel of ours where agents follow conversations
    mirror_accounts: tuple[str, ...] = ()  #: names of the accounts to follow; all when left out
    mirror_queues: tuple[str, ...] = ()  #: names of the queues to follow; all when left out
    mirror_word: str = "!reply"  #: what begins a message there that the customer is to get
    api: str = API  #: where Slack's Web API is

    def __post_init__(self) -> None:
        if self.bot_token and not self.bot_token.startswith("xoxb-"):
            raise ValueError("bot_token begins with xoxb-")
        if self.app_token and not self.app_token.startswith("xapp-"):
            raise ValueError("app_token begins with xapp-")
        if bool(self.client_id) != bool(self.client_secret):
            raise ValueError("client_id and client_secret go together")
        if not self.bot_token and not self.client_id:
            raise ValueError("it needs a bot_token, or a client_id and a client_secret")
        if not self.app_token and not self.signing_secret:
            raise ValueError("it needs an app_token or a signing_secret")
        if self.mirror_channel and not self.own_teams:
            raise ValueError("mirror_channel needs own_teams, so that only colleagues are heard")
        if self.mirror_channel and not self.mirror_word.strip():
            raise ValueError("mirror_word must not be empty")

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.bot_token, self.app_token, self.signing_secret, self.client_secret)
