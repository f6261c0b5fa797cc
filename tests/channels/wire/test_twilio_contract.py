"""Every request we make is one that Twilio's own contract permits."""

from datetime import UTC, datetime

import pytest

from channels.sms import SMS
from channels.sms import Settings as Texts
from channels.whatsapp import Settings as Talk
from channels.whatsapp import WhatsApp
from inbox.channel import File, Outgoing
from inbox.errors import DeliveryError, Rejected
from inbox.model import Address, ConversationId, Location, MessageId, Templated
from inbox.testing import RecordingLine
from tests.servers.prism import contract, prism, running_prism, spelled_out
from tests.servers.twilio import ACCOUNT, OURS, SERVICE, TOKEN

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PICTURE = File(name="bell.png", media_type="image/png", blob="b" * 64, size=2000)
PLACE = Location(latitude=52.229676, longitude=21.012229, name="Our shop")
TEMPLATE = Templated(name="HX" + "a" * 32, variables={"1": "Ada"})
MESSAGES = "twilio-oai/twilio_api_v2010.json"


@pytest.fixture
async def api(request, tmp_path):
    described = spelled_out(contract(MESSAGES), tmp_path)
    async with running_prism(prism(request.config), described) as url:
        yield url


def settings(url, **more):
    return {
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "numbers": (OURS,),
        "base_url": url,
        **more,
    }


def message(words="Hello", **more):
    return Outgoing(
        message_id=MessageId(7),
        conversation_id=ConversationId(1),
        to=(Address(kind="phone", value="+48600100200"),),
        text=words,
        created_at=WHEN,
        **more,
    )


async def test_what_we_ask_of_messages_keeps_the_contract(api):
    texts = SMS(Texts(**settings(api, mms=True, messaging_service_sid=SERVICE)), RecordingLine())
    talk = WhatsApp(Talk(**settings(api)), RecordingLine())
    await texts.send(message())
    await texts.send(message(files=(PICTURE, PICTURE), thread=f"+48600100200~{OURS}"))
    await talk.send(message("", content=PLACE))
    await talk.send(message("", content=TEMPLATE))
    assert await texts.listed(WHEN, to="+48600100200", limit=1)
    assert (await texts.twilio.check_account()).found
    await texts.twilio.client.messages("SM" + "1" * 32).media.list_async(limit=10)
    await texts.twilio.client.incoming_phone_numbers.list_async(phone_number=OURS, limit=1)

    assert {200, 201} == {one.status for one in [*texts.line.exchanges, *talk.line.exchanges]}
    with pytest.raises(DeliveryError):  # and it would say if we did not
        await texts.twilio.client.messages.create_async(to="+48600100200", status_callback="here")
    await texts.close()
    await talk.close()


async def services(messaging):
    await messaging.v1.services(SERVICE).fetch_async()


async def senders(messaging):
    await messaging.v2.channels_senders.list_async(channel="whatsapp", page_size=100)


@pytest.mark.parametrize(("version", "ask"), [("v1", services), ("v2", senders)])
async def test_what_the_doctor_asks_keeps_the_contract(request, version, ask):
    described = contract(f"twilio-oai/twilio_messaging_{version}.json")
    async with running_prism(prism(request.config), described) as url:
        channel = WhatsApp(Talk(**settings(url)), RecordingLine())
        await ask(channel.twilio.client.messaging)
        with pytest.raises(Rejected):
            await channel.twilio.ask("GET", f"{url}/{version}/nothing", auth=(ACCOUNT, TOKEN))
        await channel.close()
