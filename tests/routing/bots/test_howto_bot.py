"""What the how-to shows works as it says."""

import json
import re
from datetime import date
from pathlib import Path

import msgspec

from routing import setup
from routing.bots.forms.flows import Filling, Outcome, Told, after_look_up, begin, go_on
from routing.bots.forms.lookups import Question

PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "bot.md").read_text()


def example(kind):
    return re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1]


def test_the_setup_that_is_shown_holds():
    found = setup.parse(example("toml"))
    setup.check(found, [], [])
    step = begin(found.flows["return"], "return", "en")
    step = go_on(found.flows["return"], step.filling, "ab 123456", "en", date(2027, 1, 1))
    told = Told(state="found", blanks={"status": "on its way"})
    step = after_look_up(found.flows["return"], step.filling, told, "en")

    assert Outcome.ASKING is step.outcome
    assert step.say.startswith("I see it: on its way.")
    assert found == setup.parse(setup.write(found))


def test_the_question_that_is_shown_is_the_one_that_is_sent():
    filling = Filling(flow="return", values={"order": "AB-123456"})
    sent = Question(form=filling.flow, asked="order", values=filling.values)

    assert json.loads(example("json")) == msgspec.to_builtins(sent)
