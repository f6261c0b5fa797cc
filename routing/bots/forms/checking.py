"""Refuse bots and forms that cannot work, with a sentence that says where the mistake is."""

import re
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlsplit

from routing.bots.forms.slots import wild
from routing.bots.model import LANGUAGE, Bot, Flow, LookUp, Slot
from routing.model import refuse

MOST = 30  #: questions of a form
CHOICES = 20
LETTERS = 2000  #: of a text
EXAMPLES = 200  #: in a language
EXAMPLE = 300  #: letters of one
BYTES = 64  #: of what comes back when a button is pressed; no channel takes more
NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
TONGUE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")
SHORTEST, LONGEST = 0.25, 90 * 24  #: hours of silence after which a conversation is over


def check(
    bots: Mapping[str, Bot], flows: Mapping[str, Flow], queues: Collection[str], where: str
) -> None:
    """Refuse what cannot work. Raises Invalid."""
    for name, bot in bots.items():
        check_bot(bot, flows, f"{where}.{name}")
    for name, flow in flows.items():
        check_flow(flow, queues, f"flows.{name}")


# --- bots -----------------------------------------------------------------------------------
def check_bot(bot: Bot, flows: Mapping[str, Flow], where: str) -> None:
    if not bot.languages:
        refuse(f"{where}.languages", "It takes at least one language.")
    for language in bot.languages:
        check_language(language, f"{where}.languages")
    for name in ("novelty", "ambiguity"):
        if not 0 <= getattr(bot, name) <= 1:
            refuse(f"{where}.{name}", "It is between 0 and 1.")
    for name, least, most in (("turn_seconds", 1, 600), ("colleague_seconds", 5, 3600)):
        if not least <= getattr(bot, name) <= most:
            refuse(f"{where}.{name}", f"It takes {least} to {most} seconds.")
    if not 1 <= bot.turns <= 100:
        refuse(f"{where}.turns", "It takes 1 to 100 turns.")
    if bot.quiet_hours and not SHORTEST <= bot.quiet_hours <= LONGEST:
        refuse(f"{where}.quiet_hours", "It takes 0, for never, or a quarter of an hour to 90 days.")
    check_forms(bot, flows, where)
    check_hosts(bot.links, f"{where}.links")


def check_forms(bot: Bot, flows: Mapping[str, Flow], where: str) -> None:
    for name in ("greeting", "closed"):
        wanted = getattr(bot, name)
        if wanted is not None and wanted not in flows:
            refuse(f"{where}.{name}", f"There is no form {wanted!r}.")
    if bot.greeting is not None and flows[bot.greeting].then != "go_on":
        refuse(f"{where}.greeting", "After a greeting the bot goes on: say so in the form.")


def check_hosts(hosts: Iterable[str], where: str) -> None:
    for host in hosts:
        if not host or "/" in host or ":" in host or host != host.strip().lower():
            refuse(where, f"{host!r} is no host; write it as shop.example.org.")


# --- forms ----------------------------------------------------------------------------------
def check_flow(flow: Flow, queues: Collection[str], where: str) -> None:
    if flow.queue is not None and flow.queue not in queues:
        refuse(f"{where}.queue", f"There is no queue {flow.queue!r}.")
    check_text(flow.title, f"{where}.title", "A form needs a title.")
    check_text(flow.intro, f"{where}.intro")
    check_text(flow.done, f"{where}.done")
    check_examples(flow.examples, f"{where}.examples")
    if not flow.slots and not flow.intro and not flow.done:
        refuse(f"{where}.slots", "It asks nothing and says nothing.")
    if len(flow.slots) > MOST:
        refuse(f"{where}.slots", f"A form asks at most {MOST} questions.")
    earlier: dict[str, Slot] = {}
    for at, slot in enumerate(flow.slots):
        place = f"{where}.slots[{at}]"
        check_name(slot, earlier, place)
        check_slot(slot, place)
        check_condition(slot, earlier, place)
        earlier[slot.name] = slot
    check_look_ups(flow.look_ups, earlier, where)
    for attribute, name in flow.attributes.items():
        if not attribute.strip() or name not in earlier:
            refuse(f"{where}.attributes", f"There is no question {name!r}.")


def check_text(text: Mapping[str, str], where: str, needed: str = "") -> None:
    for language, one in text.items():
        check_language(language, where)
        if len(one) > LETTERS:
            refuse(where, f"A text has at most {LETTERS} letters.")
    if needed and not any(one.strip() for one in text.values()):
        refuse(where, needed)


def check_language(language: str, where: str) -> None:
    if len(language) > LANGUAGE or not TONGUE.fullmatch(language):
        refuse(where, f"{language!r} is no language; write it as en or pt-BR.")


def check_examples(examples: Mapping[str, Iterable[str]], where: str) -> None:
    for language, sentences in examples.items():
        check_language(language, where)
        told = list(sentences)
        if len(told) > EXAMPLES or any(len(one) > EXAMPLE for one in told):
            refuse(where, f"It takes {EXAMPLES} examples of {EXAMPLE} letters in a language.")


def check_name(slot: Slot, earlier: Collection[str], where: str) -> None:
    if not NAME.fullmatch(slot.name):
        refuse(f"{where}.name", "A short name of a-z, 0-9 and _, such as order_number.")
    if slot.name in earlier:
        refuse(f"{where}.name", f"There is a question {slot.name!r} already.")


def check_slot(slot: Slot, where: str) -> None:
    check_text(slot.ask, f"{where}.ask", "What is asked?")
    check_text(slot.title, f"{where}.title")
    check_text(slot.help, f"{where}.help")
    belongs = {
        "choices": ("choice",),
        "titles": ("choice",),
        "pattern": ("order", "text"),
        "least": ("number",),
        "most": ("number",),
        "side": ("date",),
        "region": ("phone",),
    }
    for name, kinds in belongs.items():
        if getattr(slot, name) not in (None, (), {}) and slot.kind not in kinds:
            refuse(f"{where}.{name}", f"It is for {' and '.join(kinds)} alone.")
    if slot.kind == "choice":
        check_choices(slot, where)
    if slot.pattern is not None and (wrong := wild(slot.pattern)):
        refuse(f"{where}.pattern", wrong)
    if slot.least is not None and slot.most is not None and slot.least > slot.most:
        refuse(f"{where}.most", "It is less than the least.")
    if slot.region is not None:
        check_region(slot.region, where)


def check_region(code: str, where: str) -> None:
    from routing.bots.forms import phones

    if not phones.is_region(code):
        refuse(f"{where}.region", f"{code!r} is no country; write it as HR.")


def check_choices(slot: Slot, where: str) -> None:
    if not 1 <= len(slot.choices) <= CHOICES:
        refuse(f"{where}.choices", f"It takes 1 to {CHOICES} choices.")
    if len(set(slot.choices)) != len(slot.choices) or not all(map(str.strip, slot.choices)):
        refuse(f"{where}.choices", "Each choice has a name of its own.")
    for one in slot.choices:
        if len(f"form:{slot.name}:{one}".encode()) > BYTES:
            refuse(f"{where}.choices", f"{one!r} is too long; its title may be longer.")
    for one, text in slot.titles.items():
        if one not in slot.choices:
            refuse(f"{where}.titles", f"There is no choice {one!r}.")
        check_text(text, f"{where}.titles")


def check_condition(slot: Slot, earlier: Mapping[str, Slot], where: str) -> None:
    for name, values in slot.when.items():
        if name not in earlier:
            refuse(f"{where}.when", f"No question before this one is called {name!r}.")
        if not values:
            refuse(f"{where}.when", f"Which answers to {name!r}?")
        odd = [one for one in values if one not in earlier[name].choices]
        if odd and earlier[name].kind == "choice":
            refuse(f"{where}.when", f"{name!r} has no choice {odd[0]!r}.")


def check_look_ups(look_ups: Iterable[LookUp], slots: Collection[str], where: str) -> None:
    seen: set[str] = set()
    for at, one in enumerate(look_ups):
        place = f"{where}.look_ups[{at}]"
        if one.after not in slots:
            refuse(f"{place}.after", f"There is no question {one.after!r}.")
        if one.after in seen:
            refuse(f"{place}.after", f"{one.after!r} is looked up already.")
        seen.add(one.after)
        check_address(one.url, f"{place}.url")
        if not 0.1 <= one.seconds <= 30:
            refuse(f"{place}.seconds", "It takes 0.1 to 30 seconds.")
        for name in ("found", "missing", "failed"):
            check_text(getattr(one, name), f"{place}.{name}")


def check_address(url: str, where: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"https", "http"} and bool(parts.hostname) and not parts.username
        port = parts.port
    except ValueError:
        fine, port = False, None
    if not fine or port == 0 or len(url) > LETTERS or url != url.strip():
        refuse(where, "An address begins with https:// and has no password in it.")
