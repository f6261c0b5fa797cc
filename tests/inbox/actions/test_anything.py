"""Whatever a channel hears is recorded or put in quarantine; nothing is lost and nothing raises."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.channel import Failure, File, Inbound, Profile, Receipt
from inbox.model import Address, Delivery, Kind, Proof
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

TEXT = st.text(st.characters(), max_size=30) | st.sampled_from(
    ["\0", "\ud800", "x" * 5000, " ", "<a@b>", "support@desk.example", "\u202e", "+1"]
)
ADDRESS = st.builds(Address, kind=st.sampled_from(["email", "webchat"]), value=TEXT, name=TEXT)
TIME = st.datetimes(
    timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=14))])
) | st.sampled_from([datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.lists(st.integers())
ATTRIBUTES = st.dictionaries(TEXT, PLAIN, max_size=5)
FEW = {"max_size": 3}
HEARD = (
    st.builds(
        Inbound,
        external_id=TEXT,
        sender=ADDRESS,
        sent_at=st.none() | TIME,
        text=TEXT,
        visible_text=st.none() | TEXT,
        html=st.none() | TEXT,
        subject=st.none() | TEXT,
        proof=st.sampled_from(Proof),
        thread=st.none() | TEXT,
        token=st.none() | TEXT,
        references=st.lists(TEXT, **FEW).map(tuple),
        about=st.lists(TEXT, **FEW).map(tuple),
        recipients=st.lists(ADDRESS, **FEW).map(tuple),
        copied=st.lists(ADDRESS, **FEW).map(tuple),
        reply_to=st.none() | ADDRESS,
        files=st.lists(
            st.builds(File, name=TEXT, media_type=TEXT, content=st.binary(), content_id=TEXT),
            max_size=1,
        ).map(tuple),
        kind=st.sampled_from(Kind),
        failures=st.lists(st.builds(Failure, reason=TEXT, status=TEXT), **FEW).map(tuple),
        client_id=st.none() | TEXT,
        also=st.lists(ADDRESS, **FEW).map(tuple),
        attributes=ATTRIBUTES,
    )
    | st.builds(
        Receipt,
        external_id=TEXT,
        delivery=st.sampled_from(Delivery),
        reason=st.none() | TEXT,
        through=st.booleans(),
    )
    | st.builds(
        Profile,
        who=ADDRESS,
        proof=st.sampled_from(Proof),
        name=st.none() | TEXT,
        also=st.lists(st.tuples(ADDRESS, st.sampled_from(Proof)), **FEW).map(tuple),
        attributes=ATTRIBUTES,
        thread=st.none() | TEXT,
    )
)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(HEARD, min_size=1, max_size=12))
async def test_anything_can_be_heard(desk, heard):
    house = await desk.write(lambda unit: furnish(unit) if not unit.accounts.all() else None)
    account = house.email if house else 1
    ear = Ear(desk)
    before = sum((await ear.ledger()).values())
    await ear(account, *heard)
    ledger = await ear.ledger()

    assert len(heard) == sum(ledger.values()) - before
    assert ledger.get("message", 0) == len(await ear.all("messages"))
    assert "received" not in ledger
