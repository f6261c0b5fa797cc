"""Every request about calls is one that Twilio's own contract permits."""

import pytest

from channels.voice.channel import VoiceChannel
from channels.voice.holding import first_page
from channels.voice.settings import Settings
from channels.voice.steering import manners
from channels.voice.twiml import nothing
from inbox.errors import Rejected
from inbox.model import AgentId
from inbox.telephone import Mode
from inbox.testing import RecordingLine
from tests.servers.prism import contract, prism, running_prism, spelled_out
from tests.servers.twilio_voice import ACCOUNT, KEY, KEY_SECRET, OURS, TOKEN

LINE, ROOM, RECORDING = "CA" + "1" * 32, "CF" + "1" * 32, "RE" + "1" * 32
CALLS = "twilio-oai/twilio_api_v2010.json"


@pytest.fixture
async def channel(request, tmp_path):
    described = spelled_out(contract(CALLS), tmp_path)
    async with running_prism(prism(request.config), described) as url:
        settings = Settings(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            api_key_sid=KEY,
            api_key_secret=KEY_SECRET,
            number=OURS,
            base_url=url,
        )
        opened = VoiceChannel(settings, RecordingLine())
        yield opened
        await opened.close()


async def test_what_we_ask_of_calls_keeps_the_contract(channel):
    lines = channel.lines
    status = "https://desk.example/channels/phone/status?call=CA1"
    assert await lines.ring("client:agent-5", status, status, seconds=20)
    await lines.direct(LINE, nothing())
    await lines.end(LINE)
    await lines.status(LINE)
    assert await lines.add(
        "CA1", "+48600100200", "customer", status, EarlyMedia="true", EndConferenceOnExit="true"
    )
    await lines.change(ROOM, LINE, Hold="true", HoldUrl=status, HoldMethod="POST")
    for mode in Mode:
        await lines.change(ROOM, LINE, **manners(mode, LINE))
    await lines.conference("CA1")
    await channel.discard(RECORDING)
    await channel.doctor()
    assert "calls" in await first_page(lines, channel.line.now())

    assert channel.softphone(AgentId(5)).token
    assert {200, 201, 204} == {one.status for one in channel.line.exchanges}
    with pytest.raises(Rejected):  # and it would say if we did not
        await lines.post("Calls", To="+48600100200")
