"""Whatever comes instead of a form of Twilio's is refused with a reason, or says something."""

from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import channels
from channels import sms, whatsapp
from inbox.channel import Raw, attempt
from inbox.errors import Unreadable
from inbox.testing import check_channel, check_heard

HERE = Path(__file__).parent.parent
RECORDED = {
    kind: [
        path.read_bytes()
        for path in sorted((HERE / kind / "recordings").iterdir())
        if not path.name.endswith(".heard.json")
    ]
    for kind in ("sms", "whatsapp")
}
EVERY = [(kind, payload) for kind, payloads in RECORDED.items() for payload in payloads]
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
JUNK = st.sampled_from(
    ["", "\0", "-1", "9" * 400, "NaN", "x" * 5000, "7" * 5000, "\ud83d", "null", "é€🔔"]
)


@pytest.mark.parametrize(("kind", "package"), [("sms", sms), ("whatsapp", whatsapp)])
async def test_a_channel_does_what_every_channel_must(kind, package):
    told = package.Settings(account_sid="AC1", auth_token="x", numbers=("+48221234567",))
    recordings = [Raw(payload=payload) for payload in RECORDED[kind]]

    await check_channel(channels.load(kind), recordings, settings=told, render=package.render)


@PATIENT
@given(which=st.sampled_from(EVERY), at=st.integers(0, 4000), byte=st.integers(0, 255))
def test_bytes_that_were_changed_or_cut_off_never_raise(which, at, byte):
    kind, payload = which
    spoilt = payload[:at] + bytes([byte]) + payload[at + 1 :]

    for raw in spoilt, payload[:at]:
        judge(kind, raw)


@PATIENT
@given(which=st.sampled_from(EVERY), data=st.data())
def test_fields_that_are_missing_or_nonsense_never_raise(which, data):
    kind, payload = which
    fields = parse_qsl(payload.decode(), keep_blank_values=True)
    kept = [
        (name, data.draw(st.one_of(st.just(value), JUNK)))
        for name, value in fields
        if data.draw(st.integers(0, 9)) > 0
    ]

    judge(kind, urlencode(kept, errors="surrogatepass").encode())


@PATIENT
@given(
    which=st.sampled_from(["sms", "whatsapp"]),
    told=st.dictionaries(
        st.sampled_from(["sid", "from", "to", "body", "status", "error_code", "media"]),
        st.one_of(st.none(), st.integers(), st.text(), st.lists(st.one_of(st.text(), st.none()))),
    ),
)
def test_listed_messages_of_any_shape_never_raise(which, told):
    judge(which, msgspec.json.encode(told))


def judge(kind, payload):
    answer = attempt(channels.load(kind).parse, Raw(payload=payload, headers={"message": "x"}))
    if isinstance(answer, Unreadable):
        assert "while reading it" not in str(answer)
    else:
        check_heard(answer)


def test_a_status_that_nobody_knows_is_said_so():
    with pytest.raises(Unreadable, match="status 'lost'"):
        channels.load("sms").parse(Raw(payload=b"MessageSid=SM1&MessageStatus=lost"))


@pytest.mark.parametrize(
    ("kind", "sender"), [("sms", "whatsapp:+48600100200"), ("whatsapp", "+48600100200")]
)
def test_what_belongs_to_another_account_is_said_so(kind, sender):
    payload = urlencode({"MessageSid": "SM1", "From": sender, "Body": "Hello"}).encode()

    with pytest.raises(Unreadable, match="another channel"):
        channels.load(kind).parse(Raw(payload=payload))
