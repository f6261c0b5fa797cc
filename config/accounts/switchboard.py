"""What administrators do with channel accounts, and what they are shown of them."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Any

import msgspec
import structlog

import channels
from agents_ui.switchboard import Compared, Kind, Shown, Tested
from config.accounts import stored
from config.accounts.comparing import compared
from config.accounts.plugs import Plug, Plugs, configured
from config.forms import destinations, form, secrets_in, title, without_secrets
from config.layers import Unusable
from config.settings import kind_settings
from inbox.actions import accounts as verbs
from inbox.channel import Channel, Check, Outgoing
from inbox.errors import Conflict, DeliveryError, Invalid
from inbox.model import AccountId, Address, AgentId, ConversationId, MessageId, Value
from inbox.store.accounts import Kept

PATIENCE = 30.0  #: seconds for a look or a test
TEST = "This is a test from your Parlour desk. If you can read it, the account works."


log = structlog.get_logger()


class Switchboard:
    """Changes accounts in the store, and has them plugged in before it answers."""

    def __init__(self, plugs: Plugs) -> None:
        self.plugs = plugs
        self.desk = plugs.desk
        self.found: list[Kind] = []

    # --- what there is ----------------------------------------------------------------------
    def kinds(self) -> Sequence[Kind]:
        """Return what can be added. Imports every channel: not for the event loop."""
        if not self.found:
            base = f"{self.desk.public_url}/channels/{{name}}"
            self.found = [kind(one, base) for one in loadable()]
        return self.found

    def shown(self, which: AccountId) -> Shown | None:
        """Return what is known of an account; none when it does not run here."""
        plug = self.plugs.all.get(which)
        if plug is None:
            return None
        if plug.channel is None or plug.account is None:
            return Shown(title=plug.kept.kind, from_file=plug.from_file, trouble=plug.trouble)
        channel, told = plug.channel, settings_of(plug)
        at = f"{self.desk.public_url}/channels/{plug.kept.name}"
        answered = {
            path: says for path, says in channel.webhooks.items() if path.strip("/") in plug.paths
        }
        install = (channel.install or "").strip("/")
        return Shown(
            title=titled(type(channel)),
            from_file=plug.from_file,
            settings=without_secrets(type(plug.account.settings), told),
            kept=tuple(place for place, _ in secrets_in(type(plug.account.settings), told)),
            webhooks=addresses(at, answered),
            install=f"{at}/{install}" if install in plug.paths else None,
            capabilities=channel.capabilities,
            testable=channel.capabilities.max_text > 0 and not channel.capabilities.fleeting,
            comparable=type(channel).held is not Channel.held,
            listening=which in self.plugs.listening if plug.listens else None,
            trouble=self.plugs.trouble(which),
        )

    # --- changes ----------------------------------------------------------------------------
    async def add(
        self, kind: str, name: str, settings: dict[str, Any], by: AgentId | None
    ) -> AccountId:
        """Add an account. Raises `Invalid` or `Conflict`."""
        await asyncio.to_thread(stored.channel_of, kind)  # some take seconds to import
        account = usable(lambda: stored.understood(kind, name, settings))
        sealed = stored.sealed(self.desk.vault, name, settings)
        if name in self.plugs.file:
            raise Conflict(f"There is an account named {name} in the settings file.")
        which = await self.desk.write(verbs.add, configured(account), sealed, by=by)
        await self.plugs.refresh()
        return which

    async def change(self, which: AccountId, settings: dict[str, Any], by: AgentId | None) -> None:
        """Change the settings that are named. Raises `Invalid`, `Conflict` or `NotFound`."""
        kept = await self.changeable(which)
        before = stored.told_by(self.desk.vault, kept)
        told = stored.changed(kept, before, settings)
        account = usable(lambda: stored.understood(kept.kind, kept.name, told))
        was, now = whole(kept, before), msgspec.to_builtins(account.settings)
        refuse_leading_astray(type(account.settings), was, now, settings)
        await self.desk.write(
            verbs.change,
            which,
            stored.sealed(self.desk.vault, kept.name, told),
            address=account.address,
            fields=sorted(name for name in now if now[name] != was.get(name)),
            by=by,
            version=kept.version,
        )
        self.desk.pulse.forgive(which)
        await self.plugs.refresh()

    async def changeable(self, which: AccountId) -> Kept:
        kept = await self.desk.read(lambda unit: unit.accounts.kept(which))
        if kept.name in self.plugs.file or not (kept.settings or kept.archived_at):
            raise Conflict("This account stands in the settings file; change it there.")
        if kept.archived_at:
            raise Conflict("This account is archived; add it again to use it.")
        return kept

    async def pause(self, which: AccountId, by: AgentId | None) -> None:
        await self.desk.write(verbs.pause, which, by=by)
        await self.plugs.refresh()

    async def resume(self, which: AccountId, by: AgentId | None) -> None:
        self.desk.pulse.forgive(which)
        await self.desk.write(verbs.resume, which, by=by)
        await self.plugs.refresh()

    async def archive(self, which: AccountId, by: AgentId | None) -> None:
        """Give the account up. Raises `Conflict` when it stands in the settings file."""
        await self.changeable(which)
        await self.desk.write(verbs.archive, which, by=by)
        await self.plugs.refresh()

    # --- trying -----------------------------------------------------------------------------
    async def test(self, which: AccountId, to: str, text: str | None) -> Tested:
        """Send a message outside any conversation, and say what the provider said."""
        channel = self.running(which)
        outgoing = letter(channel, to, text or TEST, self.plugs.all[which].kept)
        try:
            async with asyncio.timeout(PATIENCE):
                sent = await channel.send(outgoing)
        except DeliveryError as error:
            return Tested(sent=False, said=str(error))
        except TimeoutError:
            return Tested(sent=False, said="The provider did not answer in time.")
        except Exception as error:  # noqa: BLE001  # whatever it is, it is the answer
            return Tested(sent=False, said=f"It cannot be sent ({type(error).__name__}).")
        self.desk.pulse.speak(which, self.desk.clock())
        said = sent.reason or "The provider took it."
        return Tested(sent=True, said=said, external_id=sent.external_id)

    async def check(self, which: AccountId) -> Sequence[Check]:
        """Have the channel look whether it works."""
        channel = self.running(which)
        try:
            async with asyncio.timeout(PATIENCE):
                checks = await channel.doctor()
        except TimeoutError:
            return [Check(name=channel.kind, fine=False, found="It took too long to answer.")]
        except Exception as error:  # noqa: BLE001  # whatever it is, it is the finding
            said = str(error) if isinstance(error, DeliveryError) else type(error).__name__
            return [Check(name=channel.kind, fine=False, found=said)]
        if all(check.fine for check in checks):
            self.desk.pulse.forgive(which)
        return checks

    async def compare(self, which: AccountId, hours: float) -> Compared:
        """Ask the provider what it holds, and take what is missing."""
        channel = self.running(which)
        since = self.desk.clock() - timedelta(hours=hours)
        return await compared(self.desk, which, channel, since)

    def running(self, which: AccountId) -> Channel[Any]:
        """Return the channel of an account. Raises `NotFound`, or `Conflict` and why it is away."""
        plug = self.plugs.all.get(which)
        if plug is None:
            raise Conflict("This account does not run.")
        if plug.channel is None:
            raise Conflict(plug.trouble or "This account does not run.")
        return plug.channel


def loadable() -> Iterator[type[Channel[Any]]]:
    """Yield every channel whose packages are installed."""
    for name in channels.kinds():
        try:
            yield channels.load(name)
        except (ImportError, LookupError) as error:
            log.warning("a channel cannot be used", kind=name, error=str(error))


def kind(channel: type[Channel[Any]], base: str) -> Kind:
    settings = kind_settings(channel)
    about = (channel.__doc__ or settings.__doc__ or "").strip().partition("\n")[0]
    return Kind(
        kind=channel.kind,
        title=titled(channel),
        about=about,
        address_kind=channel.address_kind or channel.kind,
        form=form(settings),
        webhooks=addresses(base, channel.webhooks),
        capabilities=channel.capabilities,
        installs=channel.install is not None,
    )


def addresses(base: str, webhooks: Mapping[str, str]) -> dict[str, str]:
    """Return the whole address of each path."""
    return {f"{base}/{path.strip('/')}".rstrip("/"): says for path, says in webhooks.items()}


def titled(channel: type[Channel[Any]]) -> str:
    return channel.title or title(channel.kind)


def settings_of(plug: Plug) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(plug.account.settings) if plug.account else {}
    return told


def usable(understand: Callable[[], Any]) -> Any:
    """Return what *understand* makes of settings; raises `Invalid` with every mistake."""
    try:
        return understand()
    except Unusable as error:
        raise Invalid(str(error)) from error


def whole(kept: Kept, told: dict[str, Any]) -> dict[str, Any]:
    """Return settings with their defaults; as they were told when they are of no use any more."""
    try:
        account = stored.understood(kept.kind, kept.name, told)
    except Unusable:
        return told
    found: dict[str, Any] = msgspec.to_builtins(account.settings)
    return found


def refuse_leading_astray(
    kind: type[Value], before: dict[str, Any], told: dict[str, Any], given: dict[str, Any]
) -> None:
    """Have secrets given anew when they would go to another server than before.

    Else whoever sits before an administrator's browser could have them sent to a server of
    their own. Raises `Invalid`.
    """
    if dict(destinations(before)) == dict(destinations(told)):
        return
    anew = {place for place, _ in secrets_in(kind, given)}
    for place, _ in secrets_in(kind, told):
        if place not in anew:
            raise Invalid(f"{place}: Enter it again, because it would go to another server.")


def letter(channel: Channel[Any], to: str, text: str, kept: Kept) -> Outgoing:
    """Return a message that belongs to no conversation: no receipt will ever find it."""
    recipient = "".join(to.split())
    nobody = MessageId(0)
    return Outgoing(
        message_id=nobody,
        conversation_id=ConversationId(0),
        to=(Address(kind=kept.address_kind or kept.kind, value=recipient),),
        text=text,
        subject="A test" if channel.capabilities.subject else None,
        created_at=channel.line.now(),
        thread=recipient,
        external_id=channel.external_id(nobody, token_hex(11)),
        automatic=True,
    )
