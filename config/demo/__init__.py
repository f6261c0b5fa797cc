"""`parlour demo`: a desk to look around in, with customers who wrote already."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import click
import msgspec
from aiohttp import web

import channels
from agents_ui.demo import Shop
from config import logs, people
from config.app import House, opened
from config.demo import bot, knowledge
from config.demo.postbox import PaperMail, Postbox
from config.demo.scenes import Clock, Stage
from config.running import until_asked
from config.settings import AccountSettings, Settings, load
from inbox.actions.queues import join
from inbox.desk import Desk
from inbox.model import AgentId
from inbox.store import Unit
from routing import setup, setups
from routing.setups import Change

QUEUES = Path(__file__).with_name("queues.toml")
PASSWORD = "parlour-demo"  # noqa: S105  # printed for everybody to see
AGENTS = (
    ("mira", "Mira Lund", "admin"),
    ("jonas", "Jonas Weber", "agent"),
    ("priya", "Priya Nair", "supervisor"),
)
TOLD = """
  The desk of Kiln & Willow is open.

    Inbox     {url}/
    Sign in   {email}   {password}
    Shop      {url}/demo            write in its chat, bottom right; a bot answers first
    Postbox   {url}/demo/postbox    read and answer the desk's mails

  Other agents: {others}, with the same password.
  Everything lies in {data}. Ctrl-C closes the desk; --fresh begins anew.
"""


async def demonstrate(data: Path, *, host: str, port: int, fresh: bool) -> None:
    """Open the demo's desk in *data* until somebody asks it to stop."""
    settings = demo_settings(data, host=host, port=free_port(host, port))
    logs.start(msgspec.structs.replace(settings.log, level="warning"))
    prepare(data, fresh=fresh)
    accounts = [on_paper(one, data) for one in settings.accounts()]
    clock = Clock()
    await seed(settings, accounts, clock)
    house = opened(settings, accounts, clock=clock, extra=around)
    await until_asked(house, lambda house: click.echo(told(house, data)))


def prepare(data: Path, *, fresh: bool) -> None:
    if fresh:
        shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, exist_ok=True)


def demo_settings(data: Path, *, host: str, port: int) -> Settings:
    """Return the settings of the demo, with everything it keeps below *data*."""
    settings = load(Path(__file__).with_name("demo.toml"), {})
    replace = msgspec.structs.replace
    return replace(
        settings,
        desk=replace(
            settings.desk, database=f"sqlite:///{data / 'desk.db'}", files=str(data / "files")
        ),
        web=replace(settings.web, host=host, port=port),
    )


def free_port(host: str, wanted: int) -> int:
    """Return *wanted*, or another port when somebody has it."""
    for port in (wanted, 0):
        with closing(socket(AF_INET, SOCK_STREAM)) as tried:
            try:
                tried.bind((host, port))
            except OSError:
                continue
            return int(tried.getsockname()[1])
    raise click.ClickException(f"Nothing can be opened on {host}.")


def on_paper(account: AccountSettings, data: Path) -> AccountSettings:
    """Put a folder in the place of mail servers."""
    if account.kind != PaperMail.kind:
        return account
    channel = type("DemoMail", (PaperMail,), {"folder": data / "postbox"})
    return msgspec.structs.replace(account, channel=channel)


async def seed(settings: Settings, accounts: list[AccountSettings], clock: Clock) -> None:
    """Play the scenes, unless that was done before."""
    done = Path(settings.desk.files).parent / ".played"
    if done.exists():
        return
    async with opened(settings, accounts, clock=clock, working=False) as house:
        agents = await staff(house.desk)
        await house.desk.write(organise, agents)
        await house.desk.write(knowledge.stock, by=agents["mira"])
        stage = Stage(house, clock, agents)
        await stage.play()
        await house.desk.write(bot.employ, by=agents["mira"])
        await stage.settle()  # it is taught before anybody asks
    done.touch()


async def staff(desk: Desk) -> dict[str, AgentId]:
    """Let the demo's agents in, if they are not yet; return who they are."""
    known = {one.email: one.id for one in await people.everybody(desk)}
    return {
        short: known.get(email(short)) or await people.add(desk, email(short), name, role, PASSWORD)
        for short, name, role in AGENTS
    }


def organise(unit: Unit, agents: Mapping[str, AgentId]) -> None:
    """Write down who answers what."""
    change = Change(setup=setup.parse(QUEUES.read_text()), note="How the demo begins.")
    setups.save(unit, change, channels.kinds(), by=agents["mira"])
    for queue in unit.queues.named().values():
        for agent in agents.values():
            join(unit, queue.id, agent, by=agents["mira"])


def email(short: str) -> str:
    return f"{short}@kiln-and-willow.example"


def around(house: House) -> Iterable[web.RouteDef]:
    """Return the shop and the postbox."""
    return list(routes(house))


def routes(house: House) -> Iterator[web.RouteDef]:
    shop, support = house.channel("shop"), house.channel("support")
    yield from Shop(shop.settings.identity_secret, house.desk.clock).routes()
    if isinstance(support, PaperMail):
        yield from Postbox(support).routes()


def told(house: House, data: Path) -> str:
    """Say where everything is."""
    others = ", ".join(email(short) for short, *_ in AGENTS[1:])
    return TOLD.format(
        url=house.url,
        email=email(AGENTS[0][0]),
        password=PASSWORD,
        others=others,
        data=data,
    )
