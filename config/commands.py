"""The command line: `parlour --help`. What a command needs is imported when it is given."""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from inbox.errors import DeskError, Invalid

if TYPE_CHECKING:
    from config.settings import Settings
    from inbox.desk import Desk
    from routing.rehearse import Rehearsal

R = TypeVar("R")
EXISTING = click.Path(exists=True, path_type=Path)
ANY_PATH = click.Path(path_type=Path)


class Told(click.Group):
    """A group whose errors are sentences, not traces."""

    def invoke(self, ctx: click.Context) -> Any:
        from sqlalchemy.exc import ArgumentError, DBAPIError

        try:
            return super().invoke(ctx)
        except DeskError as error:
            raise click.ClickException(str(error)) from error
        except (DBAPIError, ArgumentError) as error:
            raise click.ClickException(
                f"The database cannot be used: {first_line(error)}"
            ) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}.") from error


def first_line(error: Exception) -> str:
    """Return what the driver said, without the statement."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return said[0] if said else type(error).__name__


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="parlour")
@click.option("--config", "-c", type=EXISTING, help="The settings; parlour.toml when left out.")
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Every channel in one inbox, every exchange on the customer's record."""
    ctx.obj = config


@contextmanager
def nothing_is_rubbish() -> Iterator[None]:
    """Import much without looking for garbage in it again and again: a tenth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(10_000)  # nor often while the desk opens
        gc.enable()


def settings_of(ctx: click.Context) -> "Settings":
    from config.settings import load

    path: Path | None = ctx.find_root().obj
    return load(path)


def at_desk(ctx: click.Context, work: "Callable[[Desk], Awaitable[R]]") -> R:
    """Open the store of the settings, do *work* with it and close it again."""
    from config.store import open_desk

    async def whole() -> R:
        desk = open_desk(settings_of(ctx))
        try:
            return await work(desk)
        finally:
            desk.close()

    return asyncio.run(whole())


# --- opening the desk -----------------------------------------------------------------------
@main.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Open the desk: pages, API, channels and worker in one process.

    SIGTERM or Ctrl-C closes it: nothing new is let in, what was begun is finished.
    """
    with nothing_is_rubbish():
        from config import running

    settings = settings_of(ctx)
    running.run(running.serve(settings))


@main.command()
@click.option("--data", type=ANY_PATH, default=Path("var/demo"), show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, help="A free one when it is taken.")
@click.option("--fresh", is_flag=True, help="Begin anew, whatever was written before.")
def demo(data: Path, host: str, port: int, fresh: bool) -> None:
    """Open a desk with a lively inbox, a shop to chat from and a postbox. Needs no network."""
    from config import running
    from config.demo import demonstrate

    running.run(demonstrate(data, host=host, port=port, fresh=fresh))


@main.command()
@click.pass_context
def migrate(ctx: click.Context) -> None:
    """Bring the database's tables up to date. Do it before a new version is run."""
    from inbox.database import connect
    from inbox.migrations import current, newest, upgrade

    database = connect(settings_of(ctx).desk.database)
    try:
        before = current(database)
        upgrade(database)
    finally:
        database.close()
    click.echo(
        f"The tables are up to date ({newest()})."
        if before == newest()
        else f"The tables went from {before or 'nothing'} to {newest()}."
    )


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a check.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look whether everything the desk needs is there: database, mail servers, clock, proxy."""
    from config.doctor import examine, printed

    checks = asyncio.run(examine(settings_of(ctx)))
    for check in checks:
        click.echo(printed(check, as_json=as_json))
    if not all(check.fine for check in checks):
        sys.exit(1)


# --- what came in ---------------------------------------------------------------------------
@main.command()
@click.argument("numbers", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Everything in quarantine.")
@click.pass_context
def replay(ctx: click.Context, numbers: Sequence[int], every: bool) -> None:
    """Understand quarantined payloads again, by their NUMBERS or --all.

    The payload is read by the running desk; or by the next one, when none runs.
    """
    if not numbers and not every:
        raise click.UsageError("Say which numbers, or --all.")
    from config.replaying import replayed

    count, gone = at_desk(ctx, lambda desk: replayed(desk, None if every else numbers))
    click.echo(f"{count} will be read again.")
    for number in gone:
        click.echo(f"{number} is not in quarantine.", err=True)
    if gone:
        sys.exit(1)


@main.command()
@click.argument("account", required=False)
@click.option("--since", default="24h", show_default=True, help="How far back: 30m, 24h or 7d.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line an account.")
@click.pass_context
def reconcile(ctx: click.Context, account: str | None, since: str, as_json: bool) -> None:
    """Ask providers what they hold, fetch what is missing, and print the ledger.

    Of all accounts, or of one ACCOUNT. The desk may run meanwhile; it understands what was
    fetched, or the next one does.
    """
    from config.accounts import reconciling

    settings, back = settings_of(ctx), reconciling.span(since)

    async def whole(desk: "Desk") -> list[reconciling.Report]:
        found = []
        async for one in reconciling.reconciled(desk, settings, account, back):
            click.echo(reconciling.as_line(one) if as_json else reconciling.as_text(one))
            found.append(one)
        return found

    if reconciling.failed(at_desk(ctx, whole)):
        sys.exit(1)


@main.command()
@click.argument("kind")
@click.argument("place", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a message.")
@click.option("--threads", is_flag=True, help="Print the files that share a conversation.")
def inspect(kind: str, place: Path, as_json: bool, threads: bool) -> None:
    """Show how the channel KIND understands a raw message.

    PLACE is a file, or a folder of them. Nothing is stored.
    """
    import channels
    from config import inspection

    try:
        channel = channels.load(kind)
    except LookupError as error:
        raise click.UsageError(error.args[0]) from None

    async def show() -> None:
        seen = []
        files = inspection.files_in(place)
        async for file, answer in inspection.inspected(channel, files):
            for told in inspection.told(file, answer):
                if threads:
                    seen.append(told)
                else:
                    click.echo(inspection.as_line(told) if as_json else inspection.as_text(told))
        for group in inspection.threads(seen):
            click.echo(inspection.as_line({"files": group}) if as_json else "\n".join([*group, ""]))

    asyncio.run(show())


# --- what would be if -----------------------------------------------------------------------
@main.command()
@click.option(
    "--rules", type=EXISTING, help="The setup to try, TOML or JSON; else the one there is."
)
@click.option("--from", "since", default="yesterday", show_default=True, help="Or 24h, 2026-03-02.")
@click.option("--to", "until", help="The end of that day, or now, when left out.")
@click.option("--zone", default="UTC", show_default=True, help="Where days begin at midnight.")
@click.option("--synthetic", help="Arrivals a second x seconds of handling, such as 0.05x180.")
@click.option("--within", default=20.0, show_default=True, help="Seconds to be answered in.")
@click.option("--share", default=0.8, show_default=True, help="Of customers answered so soon.")
@click.option("--team", type=int, help="Agents to play with; as many as are needed when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def rehearse(  # noqa: PLR0917  # its options
    ctx: click.Context,
    rules: Path | None,
    since: str,
    until: str | None,
    zone: str,
    synthetic: str | None,
    within: float,
    share: float,
    team: int | None,
    as_json: bool,
) -> None:
    """Play what really came through another setup, before it goes live. Nothing is changed.

    It shows waits, broken promises, load and who would have had what, beside what was. With
    --synthetic it sizes a team for made-up traffic instead.
    """
    import msgspec

    from config import rehearsing
    from routing.sizing import Demand, size

    told: msgspec.Struct
    if synthetic is not None:
        rate, handling = rehearsing.demand(synthetic)
        asked = Demand(rate=rate, handling=handling, within=within, share=share, agents=team)
        told = sizing = size(asked)
        said = rehearsing.as_sizing(sizing)
    else:
        text = rules.read_bytes() if rules else None

        async def whole(desk: "Desk") -> "Rehearsal":
            begin, end = rehearsing.span(since, until, desk.clock(), zone)
            return await rehearsing.rehearsed(desk, text, begin, end)

        told = rehearsal = at_desk(ctx, whole)
        said = rehearsing.as_text(rehearsal)
    click.echo(msgspec.json.encode(told).decode() if as_json else rehearsing.lines(said))


# --- the bot --------------------------------------------------------------------------------
@main.group("articles")
def articles_group() -> None:
    """What the desk knows."""


@articles_group.command("import")
@click.argument("place", type=EXISTING)
@click.option("--language", default="en", show_default=True, help="Of what does not say its own.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.pass_context
def import_articles(ctx: click.Context, place: Path, language: str, dry_run: bool) -> None:
    """Bring in articles: a folder or zip of Markdown or HTML files, a CSV file.

    Those that are here already, by the last part of their address, are changed.
    """
    from inbox.actions import articles
    from routing.bots.knowledge.bringing import bring, bring_folder

    if place.is_dir():
        brought = bring_folder(place, language)
    else:
        brought = bring(place.name, place.read_bytes(), language)

    async def whole(desk: "Desk") -> "list[articles.Settled]":
        if dry_run:
            return await desk.read(articles.settle, brought.articles)
        return await desk.write(articles.bring, brought.articles, by=None)

    for one in at_desk(ctx, whole):
        languages = ", ".join(text.language for text in one.coming.texts)
        click.echo(f"{one.does:8} {one.coming.slug} ({languages}) {one.why}".rstrip())
    for trouble in brought.troubles:
        click.echo(f"{trouble.where}: {trouble.why}", err=True)
    if brought.troubles:
        ctx.exit(1)


@main.group()
def bot() -> None:
    """How well the bot understands."""


@bot.command()
@click.option("--train", type=EXISTING, required=True, help="CSV with the columns text, intent.")
@click.option("--test", type=EXISTING, help="The same; a fifth of --train when left out.")
@click.option("--out-of-scope", metavar="LABEL", help="The intent of rows that are none.")
@click.option("--predictions", type=ANY_PATH, help="Write each decision to this CSV file.")
@click.option("--seed", default=0, show_default=True)
@click.option("--no-encoder", is_flag=True, help="Characters and words alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(  # noqa: PLR0917  # its options
    train: Path,
    test: Path | None,
    out_of_scope: str | None,
    predictions: Path | None,
    seed: int,
    no_encoder: bool,
    as_json: bool,
) -> None:
    """Teach the bot with one file and ask it with another. Needs no desk."""
    import msgspec

    from config import evaluating

    try:
        told = asyncio.run(
            evaluating.evaluated(
                train, test, out_of_scope=out_of_scope, seed=seed, encoder=not no_encoder
            )
        )
    except Invalid as error:
        raise click.UsageError(str(error)) from None
    if told.strays:
        click.echo(
            f"Counted as wrong, since nobody taught them: {', '.join(told.strays)}.", err=True
        )
    if predictions:
        evaluating.write(told, predictions)
    json = msgspec.json.encode(told.figures).decode()
    click.echo(json if as_json else evaluating.as_text(told.figures))


# --- settings -------------------------------------------------------------------------------
@main.group("config")
def config_group() -> None:
    """Look at the settings."""


@config_group.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Say whether the settings can be used, and name every mistake."""
    accounts = settings_of(ctx).accounts()
    names = ", ".join(f"{one.name} ({one.kind})" for one in accounts) or "none"
    click.echo(f"The settings can be used. Accounts: {names}.")


@config_group.command()
@click.pass_context
def show(ctx: click.Context) -> None:
    """Print the settings as they were understood, with secrets covered."""
    from config.settings import shown

    click.echo(shown(settings_of(ctx)))


# --- secrets --------------------------------------------------------------------------------
@main.group("secrets")
def secrets_group() -> None:
    """The key that seals the passwords of accounts added in the inbox."""


@secrets_group.command("new")
def new_secret() -> None:
    """Print a new key, to be put in front of desk.secret_key."""
    from inbox.vault import new_key

    click.echo(new_key())


@secrets_group.command()
@click.option("--no-key", is_flag=True, help="Only seal anew, with the key that stands first.")
@click.pass_context
def rotate(ctx: click.Context, no_key: bool) -> None:
    """Make a new key, and seal with it what the old ones sealed. The desk may run meanwhile.

    The old keys stay in the file until you take them out: backups were sealed with them.
    """
    from config import secrets

    settings = settings_of(ctx)
    where = None if no_key else secrets.add_key(settings)
    count = at_desk(ctx, secrets.reseal)
    click.echo(f"The settings of {count} accounts were sealed anew.")
    if where:
        click.echo(f"The new key is the first line of {where}. Keep a copy of that file.")


# --- backups --------------------------------------------------------------------------------
@main.command()
@click.argument("archive", type=ANY_PATH)
@click.pass_context
def backup(ctx: click.Context, archive: Path) -> None:
    """Write everything the desk keeps into one ARCHIVE, while it is running."""
    from config.backups import back_up

    settings = settings_of(ctx)
    rows, files = back_up(settings.desk.database, Path(settings.desk.files), archive)
    click.echo(f"{rows} rows and {files} files are in {archive}.")


@main.command()
@click.argument("archive", type=EXISTING)
@click.pass_context
def restore(ctx: click.Context, archive: Path) -> None:
    """Bring back an ARCHIVE into an empty database, of either kind."""
    from config.backups import bring_back

    settings = settings_of(ctx)
    rows, files = bring_back(archive, settings.desk.database, Path(settings.desk.files))
    click.echo(f"{rows} rows and {files} files are back.")


# --- who answers ----------------------------------------------------------------------------
@main.group()
def agent() -> None:
    """Who answers customers."""


ROLE = click.Choice(["agent", "supervisor", "admin"])


@agent.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What colleagues and customers see.")
@click.option("--role", type=ROLE, default="agent", show_default=True)
@click.option("--password", help="Asked for when left out; `-` reads it from standard input.")
@click.pass_context
def add_agent(ctx: click.Context, email: str, name: str, role: str, password: str | None) -> None:
    """Let somebody answer customers."""
    from config import people

    at_desk(ctx, lambda desk: people.add(desk, email, name, role, asked(password)))
    click.echo(f"{name} can sign in as {email.strip().lower()}.")


@agent.command("list")
@click.pass_context
def list_agents(ctx: click.Context) -> None:
    """List who answers, and who did."""
    from config import people

    for one in at_desk(ctx, people.everybody):
        gone = "  (archived)" if one.archived_at else ""
        click.echo(f"{one.id:>4}  {one.role:<10}  {one.email}  {one.name}{gone}")


@agent.command("role")
@click.argument("email")
@click.argument("role", type=ROLE)
@click.pass_context
def change_role(ctx: click.Context, email: str, role: str) -> None:
    """Let an agent do more, or less."""
    from config import people

    at_desk(ctx, lambda desk: people.change_role(desk, email, role))
    click.echo(f"{email} is {role} now.")


@agent.command("password")
@click.argument("email")
@click.option("--password", help="Asked for when left out; `-` reads it from standard input.")
@click.pass_context
def change_password(ctx: click.Context, email: str, password: str | None) -> None:
    """Give an agent another password and end their sessions."""
    from config import people

    at_desk(ctx, lambda desk: people.change_password(desk, email, asked(password)))
    click.echo(f"{email} has a new password; every session was ended.")


@agent.command("archive")
@click.argument("email")
@click.pass_context
def archive_agent(ctx: click.Context, email: str) -> None:
    """Let an agent go: they can no longer sign in, what they wrote stays."""
    from config import people

    at_desk(ctx, lambda desk: people.archive(desk, email))
    click.echo(f"{email} can no longer sign in.")


@main.group()
def token() -> None:
    """API tokens, with which programs act for an agent."""


@token.command("add")
@click.argument("email")
@click.argument("name")
@click.pass_context
def add_token(ctx: click.Context, email: str, name: str) -> None:
    """Make a token called NAME for the agent with this EMAIL. It is shown once."""
    from config import people

    click.echo(at_desk(ctx, lambda desk: people.add_token(desk, email, name)))


@token.command("list")
@click.argument("email")
@click.pass_context
def list_tokens(ctx: click.Context, email: str) -> None:
    """List an agent's tokens."""
    from config import people

    for one in at_desk(ctx, lambda desk: people.tokens(desk, email)):
        used = f"last used {one.used_at:%Y-%m-%d}" if one.used_at else "never used"
        click.echo(f"{one.id:>4}  {one.name}  ({used})")


@token.command("revoke")
@click.argument("email")
@click.argument("number", type=int)
@click.pass_context
def revoke_token(ctx: click.Context, email: str, number: int) -> None:
    """End a token of an agent, by its NUMBER in the list."""
    from config import people

    at_desk(ctx, lambda desk: people.revoke_token(desk, email, number))
    click.echo("It opens nothing any more.")


def asked(password: str | None) -> str:
    """Return the password as it was given, read or typed."""
    if password == "-":  # noqa: S105  # it says where to read it from
        return sys.stdin.readline().rstrip("\r\n")
    return password or str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


if __name__ == "__main__":
    main(prog_name="parlour")
