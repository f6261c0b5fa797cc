"""The bot of the demo: it answers first in the shop's chat, by the shop's articles and forms."""

from pathlib import Path

from msgspec.structs import replace

import channels
from inbox.model import AgentId
from inbox.store import Unit
from routing import setup, setups
from routing.bots.forms.shipped import SHIPPED
from routing.rules import Rule, Then, When
from routing.setup import Setup
from routing.setups import Change

BOT = Path(__file__).with_name("bot.toml")
NAME = "Willow"
READY = ("greeting", "closed")  # forms that every desk finds ready


def employ(unit: Unit, *, by: AgentId) -> None:
    """Have the bot answer first in the chat from now on."""
    base, before = setups.current(unit)
    change = Change(setup=with_bot(before), base=base, note="A bot answers first in the chat.")
    setups.save(unit, change, channels.kinds(), by=by)


def with_bot(before: Setup) -> Setup:
    """Return a setup with the bot, its forms, and a rule that sends it to the chat."""
    told = setup.parse(BOT.read_text())
    first = Rule(
        name="Somebody in the shop",
        when=When(channel=("webchat",)),
        then=Then(queue="Chat", bot=NAME),
    )
    others = tuple(one for one in before.rules.rule if one.name != first.name)
    return replace(
        before,
        bots=told.bots,
        flows={name: SHIPPED[name] for name in READY} | told.flows,
        rules=replace(before.rules, rule=(first, *others)),
    )
