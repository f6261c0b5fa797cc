"""A Telegram bot as a channel: by long polling, or called by Telegram."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, ClassVar

import msgspec
from aiohttp import web
from msgspec import Struct
from telegram import InputFile, ReactionTypeEmoji
from telegram.error import BadRequest, ChatMigrated, TelegramError

from channels.telegram.api import ANSWERING, NOT_ALONE, NOT_KNOWN, bot, heed, meaning
from channels.telegram.compose import MAX_CAPTION, MAX_FILE, MAX_TEXT, message_of, place, render
from channels.telegram.settings import Settings
from channels.telegram.updates import name_of, parse
from channels.wire.http import Wire, raised
from inbox.channel import (
    Amendment,
    Capabilities,
    Channel,
    Check,
    File,
    Heard,
    Line,
    Outgoing,
    Raw,
    Sent,
)
from inbox.errors import DeliveryError, Misconfigured, TryLater, Unavailable, Unreadable

WANTED = (  #: Telegram leaves reactions out unless they are asked for
    "message",
    "edited_message",
    "callback_query",
    "message_reaction",
    "my_chat_member",
)
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # it is the header's name
LARGEST = 1024 * 1024  #: bytes of one update
PAUSE = 5.0  #: seconds after trouble, unless Telegram says how long
LOOK = 600.0  #: seconds between two looks whether Telegram can call us
TYPES = 4.0  #: seconds that "is typing" is shown there


class Answered(Struct):
    """What getUpdates answers; each update stays byte for byte as it came."""

    result: list[msgspec.Raw] = []


class Numbered(Struct):
    update_id: int
    callback_query: dict[str, Any] | None = None


class Telegram(Channel[Settings]):
    kind = "telegram"
    title = "Telegram"
    webhooks: ClassVar = {"updates": "Telegram is told by itself, when `webhook` is set"}
    capabilities = Capabilities(
        max_text=MAX_TEXT,
        caption=MAX_CAPTION,
        max_attachment=MAX_FILE,
        max_files=1,
        buttons=20,
        button_title=64,
        quotes=True,
        reactions=True,
        edits=True,
        deletes=True,
        typing=True,
    )

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        self.url = settings.api_url.rstrip("/")
        self.wire = Wire(line, covered=(settings.token, self.secret))
        self.bot = bot(settings.token, self.url, self.wire)
        self.trouble: str | None = None
        self.tasks: set[asyncio.Task[None]] = set()
        self.typing_until: dict[str, float] = {}
        line.on_typing(self.agent_types)

    @property
    def secret(self) -> str:
        """What Telegram shows when it calls us; nobody else can know it."""
        return hmac.new(self.settings.token.encode(), b"parlour webhook", sha256).hexdigest()

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return parse(raw)

    async def understand(self, raws: Sequence[Raw]) -> Sequence[Sequence[Heard] | Unreadable]:
        """Read updates; those of groups are nothing for an account that has none."""
        answers = await super().understand(raws)
        if self.settings.groups:
            return answers
        return [
            answer if isinstance(answer, Unreadable) else list(filter(is_private, answer))
            for answer in answers
        ]

    # --- in: Telegram calls us ------------------------------------------------------------
    def routes(self) -> Iterable[web.RouteDef]:
        return [web.post("/updates", self.told)]

    async def told(self, request: web.Request) -> web.Response:
        """Journal one update; it is acknowledged when it is on disk."""
        shown = request.headers.get(SECRET, "")
        if not hmac.compare_digest(shown.encode(errors="replace"), self.secret.encode()):
            raise web.HTTPForbidden(text="This is not Telegram.")
        if (request.content_length or 0) > LARGEST:
            raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
        body = await request.read()
        try:
            await self.take([body])
        except Unavailable:
            raise web.HTTPServiceUnavailable(text="Please repeat this later.") from None
        self.wire.heard(request, body, 200)
        return web.Response()

    async def take(self, updates: Sequence[bytes], cursor: str | None = None) -> None:
        """Journal *updates*, each under Telegram's number of it."""
        numbered = [number_of(one) for one in updates]
        raws = [
            Raw(payload=one, key=str(known.update_id) if known else None)
            for one, known in zip(updates, numbered, strict=True)
        ]
        await self.line.take(*raws, cursor=cursor)
        for known in numbered:
            if known and known.callback_query:
                self.begin(self.release(str(known.callback_query.get("id"))))

    async def release(self, query: str) -> None:
        """Have the pressed button stop waiting; that it does not is no harm."""
        with suppress(TelegramError):
            await self.bot.answer_callback_query(query)

    # --- in: we ask Telegram --------------------------------------------------------------
    async def listen(self) -> None:
        """Ask for news until cancelled, or see that Telegram goes on calling us."""
        while True:
            try:
                if self.settings.webhook:
                    await self.stay_called()
                else:
                    await self.poll()
            except DeliveryError as error:
                self.trouble = str(error)
                await asyncio.sleep(getattr(error, "after", None) or PAUSE)

    async def poll(self) -> None:
        """Take what waits, batch by batch.

        An update is confirmed by the next question, which names the one after it; hence
        nothing is confirmed before it is on disk.
        """
        await self.ask("deleteWebhook", drop_pending_updates=False)
        while True:
            cursor = await self.line.cursor()
            waiting = await self.news(int(cursor) if cursor else None)
            self.trouble = None
            if waiting:
                await self.taken(waiting, str(newest(waiting) + 1))

    async def taken(self, updates: Sequence[bytes], cursor: str) -> None:
        """Journal *updates*, however long the store is away: Telegram keeps them meanwhile."""
        while True:
            try:
                return await self.take(updates, cursor)
            except Unavailable:
                await asyncio.sleep(1)

    async def news(self, offset: int | None) -> list[bytes]:
        """Ask for what came since *offset*; Telegram answers when there is something."""
        held = self.settings.poll_seconds
        answer = await self.ask(
            "getUpdates",
            offset=offset,
            timeout=held,
            allowed_updates=WANTED,
            within=held + ANSWERING,
        )
        return [bytes(one) for one in UPDATES.decode(answer).result]

    async def ask(self, method: str, *, within: float | None = None, **said: Any) -> bytes:
        """Call a method of the Bot API that may be repeated. Raises a `DeliveryError`."""
        answer = await self.wire.call(
            "POST",
            f"{self.url}/bot{self.settings.token}/{method}",
            json={name: value for name, value in said.items() if value is not None},
            once=False,
            timeout=within,
        )
        if answer.status in {401, 404}:
            raise Misconfigured(NOT_KNOWN)
        if answer.status == 409:
            raise TryLater(NOT_ALONE)
        heed(answer)
        return raised(answer).body

    async def stay_called(self) -> None:
        """Tell Telegram where to call, and look now and then whether it can."""
        await self.ask(
            "setWebhook",
            url=self.line.url("updates"),
            secret_token=self.secret,
            allowed_updates=WANTED,
        )
        while True:
            self.trouble = await self.why_not_called()
            await asyncio.sleep(LOOK)

    async def why_not_called(self) -> str | None:
        info = msgspec.json.decode(await self.ask("getWebhookInfo"))["result"]
        lately = self.line.now().timestamp() - info.get("last_error_date", 0) < LOOK
        if lately and info.get("pending_update_count"):
            return f"Telegram cannot call the desk: {info.get('last_error_message')}."
        return None

    # --- out ------------------------------------------------------------------------------
    async def send(self, outgoing: Outgoing) -> Sent:
        method, said = render(outgoing)
        for name, value in said.items():
            if isinstance(value, File):
                said[name] = InputFile(await self.content(value), value.name, attach=False)
        try:
            message = await self.sent(method, said)
        except TelegramError as error:
            raise meaning(error) from error
        return Sent(external_id=name_of(message.chat.id, message.message_id))

    async def sent(self, method: str, said: dict[str, Any]) -> Any:
        """Call *method*; a group that became a supergroup is followed there."""
        call = getattr(self.bot, method)
        try:
            return await call(**said)
        except ChatMigrated as moved:
            return await call(**said | {"chat_id": moved.new_chat_id})

    async def content(self, file: File) -> bytes:
        if not file.blob:
            return file.content
        return b"".join([chunk async for chunk in self.line.file(file.blob)])

    async def amend(self, amendment: Amendment) -> None:
        chat = place(amendment)["chat_id"]
        message = message_of(amendment.external_id)
        try:
            if amendment.delete:
                await self.bot.delete_message(chat, message)
            elif amendment.emoji:
                emoji = [ReactionTypeEmoji(amendment.emoji)] if amendment.on else []
                await self.bot.set_message_reaction(chat, message, emoji)
            else:
                await self.edit(chat, message, amendment.text or "")
        except TelegramError as error:
            raise meaning(error) from error

    async def edit(self, chat: int, message: int, text: str) -> None:
        """Change a text, or the caption of a file: Telegram knows which of both it is."""
        try:
            await self.bot.edit_message_text(text, chat, message)
        except BadRequest as error:
            if "not modified" in error.message:
                return
            if "no text" not in error.message:
                raise
            await self.bot.edit_message_caption(chat, message, caption=text)

    def fetch(self, source: str) -> AsyncIterator[bytes]:
        return self.fetched(source)

    async def fetched(self, source: str) -> AsyncIterator[bytes]:
        """Stream a file that Telegram keeps. Raises a `DeliveryError`."""
        told = msgspec.json.decode(await self.ask("getFile", file_id=source))["result"]
        path = told.get("file_path", "")
        url = f"{self.url}/file/bot{self.settings.token}/{path}"
        async for chunk in self.wire.download(url, origins={self.url}):
            yield chunk

    # --- small things ---------------------------------------------------------------------
    def agent_types(self, thread: str, writing: bool) -> None:
        """Show that somebody is writing, as often as Telegram forgets it."""
        now = asyncio.get_running_loop().time()
        if writing and self.typing_until.get(thread, 0) < now:
            self.typing_until = {one: till for one, till in self.typing_until.items() if till > now}
            self.typing_until[thread] = now + TYPES
            self.begin(self.show_typing(thread))

    async def show_typing(self, thread: str) -> None:
        chat, _, topic = thread.partition("/")
        with suppress(TelegramError):
            await self.bot.send_chat_action(
                int(chat), "typing", message_thread_id=int(topic) if topic else None
            )

    def begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def doctor(self) -> Sequence[Check]:
        """Ask Telegram who the bot is, and whether it can call us."""
        try:
            me = msgspec.json.decode(await self.ask("getMe"))["result"]
            trouble = await self.why_not_called() if self.settings.webhook else None
        except DeliveryError as error:
            return [Check(name="bot", fine=False, found=str(error))]
        checks = [Check(name="bot", fine=True, found=f"@{me.get('username')}")]
        if self.settings.groups and not me.get("can_read_all_group_messages"):
            found = "it reads only what mentions it: see /setprivacy at @BotFather"
            checks.append(Check(name="groups", fine=True, found=found))
        if self.settings.webhook:
            found = trouble or self.line.url("updates")
            checks.append(Check(name="webhook", fine=trouble is None, found=found))
        return checks

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.wire.close()


def number_of(update: bytes) -> Numbered | None:
    """Return Telegram's number of an update; none when it is no update."""
    try:
        return NUMBERED.decode(update)
    except msgspec.MsgspecError:
        return None


def newest(updates: Sequence[bytes]) -> int:
    """Return the highest number among *updates*. Raises `TryLater` when there is none."""
    numbers = [known.update_id for one in updates if (known := number_of(one))]
    if not numbers:
        raise TryLater("Telegram sent what are no updates.")
    return max(numbers)


def is_private(heard: Heard) -> bool:
    """Tell whether something comes from a single person; groups have negative numbers."""
    where = str(getattr(heard, "thread", None) or getattr(heard, "external_id", ""))
    return not where.startswith("-")


UPDATES = msgspec.json.Decoder(Answered)
NUMBERED = msgspec.json.Decoder(Numbered)
