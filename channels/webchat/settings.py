"""What an account of web chat can be told."""

import re

from inbox.model import Value

MEGABYTE = 1024 * 1024
ORIGIN = re.compile(r"https?://[a-z0-9.*-]+(:\d+)?|\*")  #: as browsers write them


class Settings(Value):
    """The settings of one site's chat."""

    title: str = "Chat with us"  #: the team's name, at the head of the panel
    reply_time: str = ""  #: an honest word on when people answer; shown below the title
    origins: tuple[str, ...] = ()  #: sites that may carry it, such as ``https://shop.example``
    identity_secret: str = (
        ""  #: the secret of HS256 identities signed by the site, 32 characters up
    )
    identity_key: str = ""  #: the public key (PEM) of ES256 identities signed by the site
    ask_email: bool = True  #: offer to answer by email after the first message
    look: dict[str, str] = {}  #: colours, radius and font, where the site itself sets none
    max_file: int = 10 * MEGABYTE  #: bytes a visitor's file may have
    visitor_messages: int = 60  #: what one visitor may write in a minute
    address_messages: int = 600  #: what all visitors behind one network address may in a minute

    def __post_init__(self) -> None:
        for origin in self.origins:
            if not ORIGIN.fullmatch(origin):
                raise ValueError("origins are written as https://shop.example, without a path")
        if 0 < len(self.identity_secret) < 32:
            raise ValueError("identity_secret needs 32 characters or more")
