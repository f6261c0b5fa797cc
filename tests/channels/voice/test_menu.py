"""The menu: what callers choose, in which language, and which menus are refused."""

import pytest
from msgspec import convert

from channels.voice.hours import is_open
from channels.voice.settings import Settings
from tests.channels.voice.conftest import CUSTOMER, MORNING

MENU = {
    "main": {
        "say": {"en-US": "Press 1 for sales. Po polsku 2.", "pl-PL": "Sprzedaż 1."},
        "options": [
            {"press": "1", "words": ["sales", "orders"], "to": "queue:sales", "label": "Sales"},
            {"press": "2", "to": "menu:polish", "language": "pl-PL", "label": "Polish"},
            {"press": "9", "to": "voicemail", "label": "Message"},
            {"press": "0", "to": "hang-up"},
        ],
        "speech": True,
        "then": "queue:support",
    },
    "polish": {
        "say": {"en-US": "Polish", "pl-PL": "Sprzedaż 1, pomoc 2."},
        "options": [
            {"press": "1", "to": "queue:sales", "label": "Sprzedaż"},
            {"press": "2", "to": "callback", "label": "Oddzwonienie"},
            {"press": "*", "to": "menu:main", "label": "Powrót"},
        ],
    },
}
TOLD = {
    "menu": MENU,
    "start": "menu:main",
    "queues": ["support", "sales"],
    "languages": ["en-US", "pl-PL"],
    "greeting": {"en-US": "Welcome.", "pl-PL": "Witamy."},
}
ACCOUNT = {"account_sid": "AC1", "auth_token": "t", "number": "+48221234567"}


async def test_a_caller_presses_a_key(open_office):
    office = await open_office(**TOLD)
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    assert ["Welcome.", "Press 1 for sales. Po polsku 2."] == caller.heard
    await caller.press("1")
    message = await office.call(choices=["Sales"], state="queued")
    [running] = await office.running()

    assert "sales" == running["queue"]
    assert ["sales"] == [
        leg["address"] for leg in message["content"]["legs"] if leg["who"] == "queue"
    ]


async def test_a_caller_speaks_instead(open_office):
    office = await open_office(**TOLD)
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await caller.press(speech="It is about my ORDERS, please.")

    assert "sales" == (await office.running())[0]["queue"]


async def test_from_a_choice_on_another_language_is_spoken(open_office):
    office = await open_office(**TOLD)
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await caller.press("2")
    assert "Sprzedaż 1, pomoc 2." == caller.heard[-1]
    await caller.press("1")
    assert "Jesteś następną osobą w kolejce." in caller.heard
    await agent.rung()

    assert ["Polish", "Sprzedaż"] == (await office.call(state="queued"))["content"]["choices"]


async def test_going_back_in_the_menu_is_recorded_as_often_as_it_was_done(open_office):
    office = await open_office(**TOLD)
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    for key in "2", "*", "2", "*", "1":
        await caller.press(key)
    chosen = ["Polish", "Powrót", "Polish", "Powrót", "Sales"]

    assert chosen == (await office.call(state="queued"))["content"]["choices"]


async def test_who_chooses_nothing_is_asked_again_and_then_led_on(open_office):
    office = await open_office(**TOLD)
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await caller.press("7")
    assert "Sorry, I did not get that." in caller.heard
    await caller.press()

    assert "support" == (await office.running())[0]["queue"]


async def test_the_menu_itself_leads_to_the_voicemail_or_a_callback(open_office):
    office = await open_office(**TOLD)
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await caller.press("9")
    assert "record" == caller.does
    await caller.hang_up()
    caller = await office.twilio.call(CUSTOMER)
    await caller.press("2")
    await caller.press("2")
    assert caller.over
    await (await agent.rung()).answer()

    assert await office.until(lambda: office.twilio.ringing(CUSTOMER))


async def test_the_menu_can_end_a_call(open_office):
    office = await open_office(**TOLD)
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await caller.press("0")

    assert caller.over
    assert "missed" == (await office.call(state="ended"))["content"]["outcome"]


def node(**told):
    return {"say": {"en-US": "Hello."}, **told}


ONE = {"press": "1", "to": "queue:support"}
REFUSED = {
    "leads to 'menu:gone', which is not there": {"main": node(then="menu:gone")},
    "leads to 'queue:gone', which is not there": {"main": node(then="queue:gone")},
    "'lost' is never reached": {"main": node(options=[ONE]), "lost": node(then="voicemail")},
    "only ever comes back to menus": {
        "main": node(options=[{"press": "1", "to": "menu:b"}]),
        "b": node(then="menu:main"),
    },
    "leads nowhere": {"main": node()},
    "says nothing": {"main": {"then": "voicemail"}},
    "has no text in en-US": {"main": {"say": {"pl-PL": "Cześć"}, "then": "voicemail"}},
    "two options for 1": {"main": node(options=[ONE, ONE])},
    "nobody can choose": {"main": node(options=[{"to": "voicemail", "words": ["mail"]}])},
    "cannot be pressed": {"main": node(options=[{"press": "one", "to": "voicemail"}])},
    "not among the languages": {"main": node(options=[{**ONE, "language": "fr-FR"}])},
    "1 to 5 times": {"main": node(options=[ONE], tries=9)},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_menu_that_does_not_hold_together_is_refused_with_a_sentence(reason):
    told = {**ACCOUNT, "menu": REFUSED[reason], "start": "menu:main"}

    with pytest.raises(ValueError, match=reason):
        convert(told, Settings)


WRONG = {
    "number is written": {"number": "22 123 45 67"},
    "no time zone": {"time_zone": "Mars/Olympus"},
    "no weekday": {"hours": {"funday": ["09:00-17:00"]}},
    "written as 09:00-17:00": {"hours": {"monday": ["9-17"]}},
    "ends before it begins": {"hours": {"monday": ["22:00-06:00"]}},
    "2026-12-25": {"closed_days": ["Christmas"]},
    "consent_text is missing": {"record": True},
    "belong together": {"api_key_sid": "SK1"},
    "ring_seconds": {"ring_seconds": 1},
    "queues needs one": {"queues": []},
}


@pytest.mark.parametrize("reason", WRONG)
def test_other_settings_are_refused_with_a_sentence_too(reason):
    with pytest.raises(ValueError, match=reason):
        convert({**ACCOUNT, **WRONG[reason]}, Settings)


def test_hours_are_those_of_one_place_also_when_clocks_change():
    hours = {"monday": ["09:00-12:00", "13:00-24:00"]}
    winter, summer = MORNING.replace(hour=8), MORNING.replace(month=4, day=6, hour=7)
    noon = MORNING.replace(hour=11, minute=30)

    assert is_open(winter, hours, (), "Europe/Warsaw")
    assert not is_open(winter.replace(hour=7), hours, (), "Europe/Warsaw")
    assert is_open(summer, hours, (), "Europe/Warsaw")
    assert not is_open(noon, hours, (), "Europe/Warsaw")
    assert is_open(MORNING.replace(hour=22, minute=59), hours, (), "Europe/Warsaw")
