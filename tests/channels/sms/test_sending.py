"""What a text may cost, whom it may reach, and whether Twilio would find us."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.sms import SMS, Settings
from channels.sms.numbers import objection
from channels.sms.segments import segments
from inbox.channel import File, Outgoing
from inbox.errors import Misconfigured, Rejected, TryLater
from inbox.model import Address, ConversationId, Delivery, Location, MessageId
from inbox.testing import RecordingLine
from tests.servers.twilio import ACCOUNT, OURS, SERVICE, TOKEN, Outcome, running_twilio

EVENING = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
BEFORE = EVENING - timedelta(minutes=5)


@pytest.fixture
async def twilio():
    async with running_twilio(now=lambda: BEFORE) as twilio:
        yield twilio


@pytest.fixture
async def account(twilio):
    """Open an account with settings of the test's own."""
    opened = []

    def opening(**more):
        told = {"auth_token": TOKEN, "numbers": (OURS,), "base_url": twilio.url, **more}
        opened.append(SMS(Settings(account_sid=ACCOUNT, **told), RecordingLine(now=EVENING)))
        return opened[-1]

    yield opening
    for channel in opened:
        await channel.close()


def text(words="Hello", to="+48600100200", **more):
    return Outgoing(
        message_id=MessageId(7),
        conversation_id=ConversationId(1),
        to=(Address(kind="phone", value=to),),
        text=words,
        created_at=BEFORE,
        **more,
    )


# --- what it costs ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 153, 3),  # the sign is not cut in half
        ("ż" * 70, 1),
        ("ż" * 71, 2),
        ("🔔" * 35, 1),
        ("🔔" * 36, 2),
        ("a" * 66 + "🔔" + "a" * 66, 3),
    ],
)
def test_a_text_is_counted_in_segments(words, count):
    assert count == segments(words)


def test_quotes_that_twilio_replaces_cost_nothing():
    fancy = "\u201cIt\u2019s here\u201d \u2013 " + "a" * 140

    assert (3, 1) == (segments(fancy), segments(fancy, smart=True))
    assert 3 == segments(fancy + "ż", smart=True)


async def test_a_day_spends_no_more_than_it_may(account, twilio):
    channel = account(segment_price="0.05", spend_a_day="0.10")
    for _ in range(2):
        await channel.send(text())
    with pytest.raises(TryLater, match=r"Today's limit of 0\.10 USD is spent") as refusal:
        await channel.send(text())

    assert 2 == len(twilio.sent)
    assert 2 * 3600 == refusal.value.after
    assert "is spent" in channel.trouble

    channel.line.time += timedelta(hours=3)
    await channel.send(text())
    assert 3 == len(twilio.sent)
    assert channel.trouble is None


async def test_what_was_refused_is_not_paid(account, twilio):
    channel = account(segment_price="0.05", spend_a_day="0.05")
    twilio.script += [Outcome(status=400, code=21211), Outcome(status=503)]
    with pytest.raises(Rejected):
        await channel.send(text())
    with pytest.raises(TryLater):
        await channel.send(text())

    await channel.send(text())
    assert 1 == len(twilio.sent)


async def test_what_was_spent_outlives_a_restart(account, twilio):
    before = account(segment_price="0.05", spend_a_day="0.05")
    await before.send(text())
    after = account(segment_price="0.05", spend_a_day="0.05")
    after.line.position = before.line.position

    with pytest.raises(TryLater):
        await after.send(text())


# --- whom it reaches --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "countries", "premium", "words"),
    [
        ("+48600100200", (), False, None),
        ("+48600100200", ("PL", "DE"), False, None),
        ("+491710000000", ("PL",), False, "no texts to DE"),
        ("+48701234567", (), False, "premium-rate"),
        ("+48701234567", (), True, None),
        ("+33899123456", ("FR",), False, "premium-rate"),
        ("+12125550100", ("US",), False, None),
        ("+12125550100", ("CA",), False, "no texts to US"),
        ("+447700900123", ("GB",), False, None),  # not in use; Twilio says so
        ("+881612345678", ("PL",), False, "no texts to 001"),
        ("+447012345678", (), False, "personal number"),
        ("PARCELS", (), False, "takes no answers"),
        ("12345", (), False, "takes no answers"),
        ("+99999999", (), False, "takes no answers"),
    ],
)
def test_a_number_may_be_written_to(number, countries, premium, words):
    refusal = objection(number, countries=countries, premium=premium)

    assert (words is None) == (refusal is None)
    assert words is None or words in refusal


async def test_a_number_that_may_not_be_written_to_costs_nothing(account, twilio):
    channel = account(countries=("PL",))

    with pytest.raises(Rejected, match="no texts to FR"):
        await channel.send(text(to="+33612345678"))
    assert [] == twilio.asked


async def test_a_name_as_a_sender_says_that_nobody_can_answer(account, twilio):
    sent = await account(numbers=("MY SHOP",)).send(text())

    assert "cannot answer" in sent.reason
    assert "MY SHOP" == twilio.sent[0]["from"]


async def test_a_service_chooses_its_number_unless_one_was_written_to(account, twilio):
    channel = account(messaging_service_sid=SERVICE)
    await channel.send(text())
    await channel.send(text(thread=f"+48600100200~{OURS}"))

    assert [None, OURS] == [one.form.get("From") for one in twilio.asked]
    assert {SERVICE} == {one.form["MessagingServiceSid"] for one in twilio.asked}


# --- what goes along --------------------------------------------------------------------------
async def test_pictures_are_fetched_by_twilio_from_a_signed_address(account, twilio):
    channel = account(mms=True)
    picture = File(name="bell.png", media_type="image/png", blob="b" * 64, size=2000)
    await channel.send(text(files=(picture, picture)))

    [asked] = twilio.asked
    assert 2 == len(asked.form["MediaUrl"])
    assert all(one.startswith("https://desk.example/files/") for one in asked.form["MediaUrl"])


def test_files_go_as_links_where_the_account_has_no_mms(account):
    assert 0 == account().capabilities.max_attachment
    assert {"image/jpeg", "image/png", "image/gif"} == set(
        account(mms=True).capabilities.attachments
    )


async def test_a_place_goes_as_a_link_to_a_map(account, twilio):
    shop = Location(latitude=52.229676, longitude=21.012229, name="Our shop")
    await account().send(text("Here:", content=shop))

    expected = "Here:\nOur shop https://maps.google.com/?q=52.229676,21.012229"
    assert expected == twilio.sent[0]["body"]


async def test_news_will_name_our_own_message(account, twilio):
    await account().send(text())

    assert (
        "https://desk.example/channels/test/receipts?message=7"
        == (twilio.asked[0].form["StatusCallback"])
    )


# --- looking up what broke off ----------------------------------------------------------------
async def test_a_message_is_found_by_its_number_its_words_and_its_time(account, twilio):
    channel = account()
    await channel.send(text("Another thing"))
    await channel.send(text(to="+48600100299"))
    assert await channel.find(text()) is None

    sent = await channel.send(text())
    found = await channel.find(text())
    assert (sent.external_id, Delivery.SENT) == (found.external_id, found.delivery)

    channel.line.external_ids.add(sent.external_id)  # it belongs to an earlier message
    assert await channel.find(text()) is None


async def test_an_older_message_with_the_same_words_is_another(account, twilio):
    channel = account()
    await channel.send(text())
    later = BEFORE + timedelta(hours=1)

    assert await channel.find(text_at(later)) is None


def text_at(moment):
    return Outgoing(
        message_id=MessageId(8),
        conversation_id=ConversationId(1),
        to=(Address(kind="phone", value="+48600100200"),),
        text="Hello",
        created_at=moment,
    )


# --- asking for what a lost webhook hid -------------------------------------------------------
async def test_what_twilio_holds_is_handed_over_as_its_webhooks_would(account, twilio):
    channel = account()
    twilio.incoming("To another number", to="+48221230000")
    twilio.incoming("On WhatsApp", who="whatsapp:+48600100200", to=f"whatsapp:{OURS}")
    form = twilio.incoming("Is anybody there?", files=["image/png"])
    sent = await channel.send(text())
    twilio.news(sent.external_id, "undelivered", 30003)

    held = [raw async for raw in channel.held(BEFORE - timedelta(hours=1))]
    [[said], [news]] = await channel.understand(held)
    assert [form["MessageSid"], f"{sent.external_id}:undelivered"] == [raw.key for raw in held]
    assert ("Is anybody there?", form["MediaUrl0"]) == (said.text, said.files[0].source)
    assert (Delivery.FAILED, True) == (news.delivery, "out of reach" in news.reason)


async def test_what_is_held_comes_in_its_order_over_many_pages(account, twilio):
    channel = account()
    for number in range(120):
        twilio.incoming(f"Message {number}")

    held = [raw async for raw in channel.held(BEFORE - timedelta(hours=1))]
    said = [heard.text for [heard] in await channel.understand(held)]
    assert [f"Message {number}" for number in range(120)] == said


async def test_what_came_just_now_is_left_to_its_webhook(account, twilio):
    channel = account()
    twilio.incoming("A moment ago", ago=BEFORE - EVENING)

    assert [] == [raw async for raw in channel.held(BEFORE - timedelta(hours=1))]


# --- whether it works -------------------------------------------------------------------------
async def checked(channel):
    return {check.name: (check.fine, check.found) for check in await channel.doctor()}


async def test_the_doctor_sees_that_all_is_well(account, twilio):
    twilio.webhook = "https://desk.example/channels/test/messages"
    checks = await checked(account())

    assert {"Twilio account", OURS} == set(checks)
    assert all(fine for fine, _ in checks.values())


async def test_the_doctor_says_where_twilio_should_send_texts(account, twilio):
    twilio.webhook = "https://old.example/sms"
    fine, found = (await checked(account()))[OURS]

    assert not fine
    assert found == (
        "Twilio calls https://old.example/sms; it should call "
        "https://desk.example/channels/test/messages."
    )


async def test_the_doctor_looks_at_a_service_instead_of_its_numbers(account, twilio):
    checks = await checked(account(messaging_service_sid=SERVICE))

    assert {"Twilio account": True, "Support": False} == {
        name: fine for name, (fine, _) in checks.items()
    }


async def test_the_doctor_warns_of_carriers_in_the_us(account, twilio):
    twilio.numbers = ("+12125550199",)
    checks = await checked(account(numbers=("+12125550199",)))

    assert "A2P 10DLC" in checks["+12125550199 in the US"][1]


async def test_the_doctor_knows_whose_number_it_is_not(account, twilio):
    twilio.numbers = ()

    assert (await checked(account()))[OURS] == (
        False,
        "It does not belong to this Twilio account.",
    )


async def test_the_doctor_says_when_twilio_lets_nobody_in(account):
    checks = await checked(account(auth_token="wrong"))

    assert [False] == [fine for fine, _ in checks.values()]
    assert "does not accept" in checks["Twilio account"][1]


async def test_without_a_public_address_news_is_asked_for(account, twilio):
    channel = account()
    channel.line.url = lambda path="": f"/channels/test/{path}"
    await channel.send(text())

    assert "StatusCallback" not in twilio.asked[0].form
    assert "set public_url" in (await checked(channel))["public address"][1]


# --- settings ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"numbers": ()}, "must say where texts come from"),
        ({"numbers": ("0600", "no/number")}, "is no number"),
        ({"countries": ("Poland",)}, "two capital letters"),
        ({"spend_a_day": "20"}, "needs segment_price"),
        ({"segment_price": "cheap"}, "is no amount"),
        ({"segment_price": "NaN"}, "is no amount"),
        ({"poll_minutes": 0}, "more than 0"),
    ],
)
def test_a_mistake_in_the_settings_is_named(told, words):
    with pytest.raises(ValueError, match=words):
        Settings(**{"account_sid": ACCOUNT, "auth_token": TOKEN, "numbers": (OURS,), **told})


async def test_a_wrong_number_of_ours_is_a_matter_of_settings(account, twilio):
    twilio.script.append(Outcome(status=400, code=21606))

    with pytest.raises(Misconfigured, match="cannot reach this recipient"):
        await account().send(text())
