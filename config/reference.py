"""Write the reference from the code: ``python -m config.reference``.

Settings come from default.toml and the ``#:`` beside the fields of channels, commands from
their help, the API from its endpoints, events from the calls that write them.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import click
import msgspec

import channels
from config import forms
from config.settings import kind_settings
from inbox.model import Value

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
WRITTEN = "<!-- Written by `python -m config.reference`; change the code instead. -->"
NO_EVENTS = {"node_modules", "migrations", "tables", "reference.py"}
PACKAGES = ("inbox", "routing", "channels", "agents_ui", "config")


def pages() -> Mapping[str, str]:
    """Return every page by its name."""
    return {
        "settings.md": page("Settings", settings()),
        "commands.md": page("Commands", commands()),
        "api.md": page("API", api()),
        "events.md": page("Events", events()),
    }


def page(title: str, parts: Iterator[str]) -> str:
    return "\n\n".join([f"# {title}", WRITTEN, *parts]) + "\n"


# --- settings -------------------------------------------------------------------------------
def settings() -> Iterator[str]:
    """Explain every setting."""
    yield (
        "Settings stand in `parlour.toml`, in the file named by `--config` or `PARLOUR_CONFIG`, or "
        "in the environment, which wins: `PARLOUR_WEB_PORT` is `port` in `[web]`, and "
        "`PARLOUR_ACCOUNT_SUPPORT_IMAP_PASSWORD` is the password below `[account.support.imap]`. "
        "Any name may end in `_FILE` (in TOML `_file`): then it names a file that holds the value. "
        "A name that nobody knows is refused."
    )
    text = Path(__file__).with_name("default.toml").read_text()
    defaults = tomllib.loads(text)
    for section in defaults:
        yield f"## [{section}]"
        yield table(default_rows(text, section), ("setting", "default", ""))
    yield "## Accounts"
    yield (
        "Accounts are added in the inbox, or here: each is a table `[account.NAME]`. The name is "
        "yours to choose: letters, digits, `-` and `_`; it becomes part of addresses. `kind` says "
        "which channel it is. What the inbox asks for is the same."
    )
    for kind in channels.ours():
        yield f'### kind = "{kind}"'
        yield table(field_rows(kind_settings(channels.load(kind))), ("setting", "default", ""))


def default_rows(text: str, section: str) -> Iterator[tuple[str, str, str]]:
    """Yield the settings of a section with the comments above them."""
    _, _, rest = text.partition(f"[{section}]\n")
    comment: list[str] = []
    for line in rest.splitlines():
        if line.startswith("["):
            return
        if line.startswith("# "):
            comment.append(line.removeprefix("# "))
        elif " = " in line:
            name, _, value = line.partition(" = ")
            yield f"`{name}`", f"`{value}`", " ".join(comment)
            comment = []
        else:
            comment = []


def field_rows(
    kind: type[Value], prefix: str = "", above: tuple[type, ...] = ()
) -> Iterator[tuple[str, str, str]]:
    """Yield the fields of a channel's settings, those of tables in it too."""
    sentences, hints = forms.remarks(kind), get_type_hints(kind)
    for field in msgspec.structs.fields(kind):
        name, hint = field.name, hints[field.name]
        default = "required" if field.required else f"`{toml(default_of(field))}`"
        yield f"`{prefix}{name}`", default, sentences.get(name, "")
        for inner in forms.innermost(hint):
            if isinstance(inner, type) and issubclass(inner, Value) and inner not in above:
                yield from field_rows(inner, f"{prefix}{name}{step(hint)}.", (*above, kind, inner))


def step(hint: Any) -> str:
    """Write what stands between a table's name and the names in it, when it is one of several."""
    origins = {get_origin(one) for one in (hint, *get_args(hint))}
    return ".NAME" if dict in origins else "[]" if {tuple, list} & origins else ""


def default_of(field: msgspec.structs.FieldInfo) -> Any:
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()


def toml(value: Any) -> str:
    """Write a default as it would stand in the file."""
    if value is None:
        return "none"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(toml, value))}]"
    return str(value).lower() if isinstance(value, int | float) else "{}"


# --- commands -------------------------------------------------------------------------------
def commands() -> Iterator[str]:
    """Print the help of every command."""
    from config.commands import main

    yield "Every command takes `--config FILE` before its name: `parlour --config x.toml run`."
    yield from helped(main, "parlour")


def helped(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path, max_content_width=88, terminal_width=88)
    with context:
        if isinstance(command, click.Group):
            if path == "parlour":
                yield f"```text\n{command.get_help(context)}\n```"
            for name in command.list_commands(context):
                if found := command.get_command(context, name):
                    yield from helped(found, f"{path} {name}")
        else:
            yield f"## {path}\n\n```text\n{command.get_help(context)}\n```"


# --- the API --------------------------------------------------------------------------------
def api() -> Iterator[str]:
    """List the calls of the public API."""
    from agents_ui import ENDPOINTS

    yield (
        "The inbox itself uses this API. A program sends `Authorization: Bearer TOKEN`, made with "
        "`parlour token add`. Bodies are JSON; errors are RFC 9457 problems; lists are pages, "
        '`{"items": […], "next": CURSOR}`, whose cursor goes back as `?after=`. A POST with an '
        "`Idempotency-Key` is done once, however often it is sent. The whole description, OpenAPI "
        "3.1, is at `/api/openapi.json`."
    )
    for tag in dict.fromkeys(one.tag for one in ENDPOINTS):
        yield f"## {tag.capitalize()}"
        yield table(
            (
                (f"`{one.method} /api{one.path}`", one.needs or "anybody", first(one.summary))
                for one in ENDPOINTS
                if one.tag == tag
            ),
            ("call", "for", ""),
        )


def first(text: str) -> str:
    """Return the first paragraph on one line."""
    return " ".join(text.partition("\n\n")[0].split())


# --- events ---------------------------------------------------------------------------------
CALL = re.compile(r"happened\(\s*\"([a-z_.]+)\"")


def events() -> Iterator[str]:
    """List what is written into the record."""
    yield (
        "Everything that happens is one line of the append-only record: its number, when, the "
        'verb, who did it, what it is about, and what changed (`{"field": [before, after]}`). '
        "The number is the sequence from which `/api/live?since=N` resumes."
    )
    code = "".join(path.read_text() for path in sources())
    found = {verb for verb in EVENTS if f'"{verb}"' in code} | set(CALL.findall(code))
    yield table([(f"`{verb}`", EVENTS[verb]) for verb in sorted(found)], ("verb", "says that"))


EVENTS = {  # one for every verb in the code; a new one without a sentence stops this program
    "account.changed": "an administrator added, changed, paused, resumed or archived an account",
    "account.recovered": "an account works again",
    "account.trouble": "an account does not work, or is unusually quiet, and why",
    "agent.availability": "an agent chose to be there or not, came, went, or is on the telephone",
    "agent.signed_in": "an agent came in",
    "agent.skills": "what an agent can do was written down",
    "answer.reported": "somebody said that an answer of the bot's was wrong",
    "article.archived": "an article is used no more",
    "article.restored": "an archived article is used again",
    "article.saved": "somebody wrote what the desk knows",
    "attachment.fetched": "a file is here that a provider had only named, or could not be had",
    "bot.answered": "the bot answered a customer",
    "bot.asked": "the bot asked a customer something: what was meant, or a question of a form",
    "bot.began": "the bot talks with a customer first",
    "bot.handed_over": "the bot gave a conversation to people, and why",
    "bot.silenced": "somebody of ours has a conversation, and the bot says no more in it",
    "bot.suggested": "the bot asked a colleague whether it may say something",
    "brain.live": "a version of what the bot understands answers from now on",
    "brain.trained": "the bot was taught, or could not be",
    "call.changed": "a call got further",
    "consent.changed": "somebody does not want to be written to at an address, or does again",
    "conversation.accepted": "an agent took what they were offered",
    "conversation.advised": "a question to a colleague is over: answered, declined, taken back",
    "conversation.assigned": "it went to an agent, or to nobody",
    "conversation.consulted": "an agent, or everybody of a queue, was asked for advice",
    "conversation.declined": "an agent did not take what they were offered",
    "conversation.forgiven": "those who declined it may be asked again",
    "conversation.held": "it was put aside, and is offered to nobody",
    "conversation.marked_spam": "it was put among spam, or taken out",
    "conversation.missed": "an offer was not answered in time",
    "conversation.offered": "an agent was asked to take it",
    "conversation.opened": "a customer began it",
    "conversation.prioritised": "it matters more, or less",
    "conversation.queued": "it waits in a queue",
    "conversation.read": "an agent has read it, how far",
    "conversation.relaxed": "skills have become wishes, since it waits too long",
    "conversation.reopened": "it is open again, by a person or by the customer's message",
    "conversation.resolved": "it was resolved",
    "conversation.returned": "it went back to its queue, and why",
    "conversation.tagged": "it was filed under other words",
    "customer.changed": "a customer's record changed",
    "customer.merged": "two customers turned out to be one",
    "customer.unmerged": "a merge was undone",
    "delivery.changed": "an answer got further, or did not, and why",
    "identity.added": "a further address of a customer became known, or surer",
    "identity.removed": "an address of a customer was taken off their record",
    "job.died": "a job was given up",
    "journal.discarded": "a person decided that a payload is nothing",
    "journal.quarantined": "nobody could read a payload",
    "journal.retried": "a person had a payload read again",
    "message.added": "somebody said something",
    "message.deleted": "a message was taken back",
    "message.edited": "a message was changed",
    "message.reacted": "somebody put an emoji on a message, or took it off",
    "note.added": "an agent wrote an internal note",
    "promise.at_risk": "a promise of its queue will soon be broken",
    "promise.breached": "a promise of its queue was broken",
    "promise.made": "its queue promised something by a time",
    "proposal.decided": "somebody decided about something that the bot could be taught",
    "proposal.made": "the bot could be taught something",
    "queue.member_changed": "an agent belongs to a queue, or does no more",
    "queue.paused": "a queue hands out nothing for a while",
    "queue.resumed": "a queue hands out again",
    "rating.asked": "a customer was asked how they were served",
    "rating.given": "a customer said how they were served",
    "setup.saved": "queues, hours, skills or rules were changed",
    "suggestion.answered": "a colleague answered the bot, or nobody did in time",
}


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not NO_EVENTS & set(path.parts):
                yield path


def table(rows: Iterator[tuple[str, ...]] | Any, head: tuple[str, ...]) -> str:
    """Draw a table."""
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    lines += [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
