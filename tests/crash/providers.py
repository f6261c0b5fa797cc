"""Customers on every channel, each of whose providers tells the desk by its own rules.

Whoever can hand over again does so until the desk answers: Telegram keeps updates until they are
confirmed, a till and a telephone exchange repeat what was not answered. Twilio tells of a
message twice at most and Slack four times; what they give up, the desk finds by asking.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from aiohttp import ClientError

from tests.crash.customers import mail
from tests.crash.running import RunningDesk
from tests.servers import slack as slacks
from tests.servers import telegram as telegrams
from tests.servers import till as tills
from tests.servers import twilio as twilios
from tests.servers import twilio_voice as voices
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import MailServer, mail_server

PEOPLE = 5  #: of each channel
ROOM = "C0SHARED"  #: the channel in Slack that we share with customers
GONE_BY = (ClientError, OSError, TimeoutError)  #: how a desk looks that was killed
SLACKS_PAUSES = (0.0, 0.0, 1.0, 3.0)  #: at once, at once again, after a minute, after five
ACCOUNTS = """
[account.texts]
kind = "sms"
account_sid = "{texts.ACCOUNT}"
auth_token = "{texts.TOKEN}"
numbers = ["{texts.OURS}"]
base_url = "{sms}"
poll_minutes = 0.03

[account.whatsapp]
kind = "whatsapp"
account_sid = "{texts.ACCOUNT}"
auth_token = "{texts.TOKEN}"
numbers = ["{texts.OURS}"]
base_url = "{whatsapp}"
poll_minutes = 0.03

[account.phone]
kind = "voice"
account_sid = "{calls.ACCOUNT}"
auth_token = "{calls.TOKEN}"
number = "{calls.OURS}"
base_url = "{voice}"

[account.bot]
kind = "telegram"
token = "{bots.TOKEN}"
api_url = "{telegram}"
poll_seconds = 5

[account.slack]
kind = "slack"
api = "{slack}"
bot_token = "{rooms.BOT_TOKEN}"
signing_secret = "{rooms.SECRET}"

[account.till]
kind = "webhook"
secret = "{tills.SECRET}"
send_to = "{till}/hook"
private = true
"""


class Providers:
    """Every stand-in, what was handed to it for us, and what it carried away for us."""

    def __init__(self, mailbox: Dovecot) -> None:
        self.mailbox = mailbox
        self.told: list[str] = []  #: every text that a customer handed to a provider
        self.callers: list[str] = []  #: whose calls the desk has answered
        self.waiting: set[asyncio.Task[None]] = set()  #: what is to be handed over again
        self.desk = ""

    async def open(self, stack: AsyncExitStack) -> None:
        enter = stack.enter_async_context
        self.outgoing: MailServer = await enter(mail_server(sign_in=True))
        self.sms = await enter(twilios.running_twilio())
        self.whatsapp = await enter(twilios.running_twilio())
        self.voice = await enter(voices.running_voice(lambda: datetime.now(UTC)))
        self.telegram = await enter(telegrams.fake_telegram())
        self.slack = await enter(slacks.slack_server())
        self.till = tills.Till()
        await enter(tills.listening(self.till))
        for person in range(PEOPLE):
            self.slack.person(f"U{person}", f"Customer {person}", team="T0SHOP")

    def accounts(self) -> str:
        """Return the desk's settings for all of them."""
        return ACCOUNTS.format(
            texts=twilios,
            calls=voices,
            bots=telegrams,
            rooms=slacks,
            tills=tills,
            sms=self.sms.url,
            whatsapp=self.whatsapp.url,
            voice=self.voice.url,
            telegram=self.telegram.url,
            slack=self.slack.api,
            till=self.till.url,
        )

    # --- what customers do --------------------------------------------------------------------
    async def busy(self, desk: RunningDesk, over: asyncio.Event) -> None:
        """Have customers write and call until it is over, and everything handed over."""
        self.desk = f"{desk.url}/channels"
        self.till.events = f"{self.desk}/till/events"
        ways = [
            *(self.by_mail, self.by_text, self.by_whatsapp, self.by_telegram),
            *(self.by_slack, self.by_till, self.by_phone),
        ]
        await asyncio.gather(*(self.write(way, over) for way in ways))
        while self.waiting:
            await asyncio.gather(*self.waiting)

    async def write(
        self, hand_over: Callable[[int, str], Awaitable[None]], over: asyncio.Event
    ) -> None:
        chance = random.Random(hand_over.__name__)
        number = 0
        while not over.is_set():
            await hand_over(number, f"This is {hand_over.__name__}-{number:04}.")
            await asyncio.sleep(chance.uniform(0, 0.8))
            number += 1

    def repeat(self, *pauses: float, once: Callable[[], Awaitable[int]]) -> None:
        """Hand something over again after *pauses*, until the desk takes it."""

        async def repeated() -> None:
            for pause in pauses:
                await asyncio.sleep(pause)
                if await taken(once):
                    return

        task = asyncio.create_task(repeated())
        self.waiting.add(task)
        task.add_done_callback(self.waiting.discard)

    async def by_mail(self, number: int, _: str) -> None:
        self.told.append(f"This is mail-{number:04}.")
        await asyncio.to_thread(self.mailbox.deliver, "support@desk.test", mail(number))

    async def by_text(self, number: int, text: str, prefix: str = "") -> None:
        twilio, name = (self.whatsapp, "whatsapp") if prefix else (self.sms, "texts")
        long_ago = timedelta(minutes=4)  # so that the desk does not wait for its webhook
        who, to = f"{prefix}+4860010020{number % PEOPLE}", f"{prefix}{twilios.OURS}"
        form = twilio.incoming(text, who=who, to=to, ago=long_ago)
        self.told.append(text)
        url = f"{self.desk}/{name}/messages"
        self.repeat(0.0, 0.0, once=lambda: twilio.post(url, form))

    async def by_whatsapp(self, number: int, text: str) -> None:
        await self.by_text(number, text, "whatsapp:")

    async def by_telegram(self, number: int, text: str) -> None:
        person = {"id": 4711 + number % PEOPLE, "is_bot": False, "first_name": "Ines"}
        chat = {"id": person["id"], "type": "private", "first_name": "Ines"}
        message = {"message_id": number, "from": person, "chat": chat, "date": 1772441940 + number}
        self.told.append(text)
        self.telegram.tell({"update_id": number + 1, "message": message | {"text": text}})

    async def by_slack(self, number: int, text: str) -> None:
        said = self.slack.say(ROOM, f"U{number % PEOPLE}", text, team="T0SHOP")
        body = json.dumps(self.slack.event(said)).encode()
        self.told.append(text)

        async def post() -> int:
            status, _ = await slacks.post(self.sms.http, f"{self.desk}/slack/events", body)
            return status

        self.repeat(*SLACKS_PAUSES, once=post)

    async def by_till(self, number: int, text: str) -> None:
        event = tills.wrote(text, f"m-{number}", thread=str(number % PEOPLE))
        self.told.append(text)
        self.repeat(*[0.5] * 600, once=lambda: self.till.tell(event))

    async def by_phone(self, number: int, _: str) -> None:
        """Somebody calls and hangs up; the exchange repeats both until it is answered."""
        caller = f"+486001{number:05}"
        name = voices.sid("CA", number)
        line = voices.Line(self.voice, name, voices.OURS, caller, inbound=True)
        line.began = self.voice.clock()
        called = line.facts
        line.status = "completed"
        self.voice.lines[name] = line
        self.callers.append(caller)

        async def call() -> int:
            status, _ = await self.voice.tell(f"{self.desk}/phone/voice", called)
            if status == 200:
                status, _ = await self.voice.tell(f"{self.desk}/phone/status", line.facts)
            return status

        self.repeat(*[0.5] * 600, once=call)

    # --- what reached customers ---------------------------------------------------------------
    def carried(self) -> dict[str, Counter[str]]:
        """Return how often each of the desk's answers went out, by channel."""
        said = {
            "email": [line for one in self.outgoing.taken for line in lines(one.content)],
            "sms": [one["body"] for one in self.sms.sent],
            "whatsapp": [one["body"] for one in self.whatsapp.sent],
            "telegram": [one["text"] for one in self.telegram.sent],
            "slack": [one["text"] for one in self.slack.messages[ROOM] if "bot_id" in one],
            "webhook": list(shown(self.till).values()),  # one who repeats an id is understood
        }
        return {kind: Counter(texts) for kind, texts in said.items()}


def shown(till: tills.Till) -> dict[str, str]:
    """Return what a till shows: whatever has the same id is shown once."""
    return {str(one["id"]): str(one["text"]) for one in till.told}


def lines(content: bytes) -> list[str]:
    """Return which of the agent's replies a mail carries; quoted ones do not count."""
    text = content.decode("latin-1").replace("=\r\n", "")
    return [line for line in text.splitlines() if line.startswith("This is reply-")]


async def taken(once: Callable[[], Awaitable[int]]) -> bool:
    """Hand something over, and tell whether the desk said that it has it."""
    with suppress(*GONE_BY):
        return await once() < 300
    return False


@asynccontextmanager
async def open_providers(mailbox: Dovecot) -> AsyncIterator[Providers]:
    providers = Providers(mailbox)
    async with AsyncExitStack() as stack:
        await providers.open(stack)
        yield providers
