"""The key that seals what is secret: made once, kept apart, changed without a stop."""

import stat

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from config import secrets
from config.accounts.covering import covered
from config.app import opened
from config.doctor import kept_accounts, of_account, of_database
from config.store import open_desk
from inbox.channel import Exchange
from inbox.errors import Locked
from inbox.vault import Vault, new_key
from tests.config.test_accounts import FLOCK, settings, sky  # noqa: F401  # fixtures
from tests.conftest import MORNING


async def tower_in(house):
    return await house.switchboard.add("pigeon", "tower", FLOCK, None)


async def test_the_first_start_makes_a_key_for_its_owner_alone(settings, sky):  # noqa: F811
    async with opened(settings) as house:
        await tower_in(house)
    path = secrets.key_file(settings)
    key = path.read_text()
    async with opened(settings) as house:
        assert "canary-token" == house.channel("tower").settings.token

    assert path.name == "desk.db.key"
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert key == path.read_text()
    assert key.encode() not in (path.with_name("desk.db")).read_bytes()


async def test_a_lost_key_stops_nobody_else_and_is_not_replaced(settings, sky):  # noqa: F811
    async with opened(settings) as house:
        await tower_in(house)
    path = secrets.key_file(settings)
    lost = path.rename(path.with_name("lost"))

    async with opened(settings) as house:
        (plug,) = house.plugs.all.values()
        assert "The secret key is missing" in plug.trouble
        with pytest.raises(Locked):
            await house.switchboard.add("pigeon", "other", FLOCK, None)
        assert not path.exists()

        lost.rename(path)
        await house.plugs.mend()
        assert house.channel("tower")

    path.rename(lost)
    assert ["secret key"] == [one.name for one in of_database(settings) if not one.fine]


async def test_the_key_is_changed_while_the_desk_runs(settings, sky):  # noqa: F811
    async with opened(settings) as house:
        which = await tower_in(house)
        before = await house.desk.read(lambda unit: unit.accounts.kept(which))
        old = secrets.key_file(settings).read_text().split()

        path = secrets.add_key(settings)
        other = open_desk(settings)  # the command's own
        assert 1 == await secrets.reseal(other)
        other.close()
        await house.switchboard.change(which, {"feathers": 3}, None)

        assert "canary-token" == house.channel("tower").settings.token
        assert old == path.read_text().split()[1:]
        after = await house.desk.read(lambda unit: unit.accounts.kept(which))
    assert before.settings != after.settings
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


async def test_keys_in_the_settings_are_used_in_their_order(settings, sky):  # noqa: F811
    one, two = new_key(), new_key()
    inner = replace(settings.desk, secret_key=one)
    async with opened(replace(settings, desk=inner)) as house:
        await tower_in(house)
    both = replace(settings, desk=replace(inner, secret_key=f"{two} {one}"))
    async with opened(both) as house:
        assert house.channel("tower")
        await secrets.reseal(house.desk)
    async with opened(replace(settings, desk=replace(inner, secret_key=two))) as house:
        assert house.channel("tower")
    assert not secrets.key_file(settings).exists()


async def test_a_key_that_others_may_read_is_told(settings, sky):  # noqa: F811
    async with opened(settings):
        pass
    secrets.key_file(settings).chmod(0o644)

    (found,) = [one for one in of_database(settings) if not one.fine]
    assert "chmod 600" in found.found


def test_what_is_sealed_for_one_does_not_open_for_another():
    key = new_key()
    vault = Vault(lambda: (key,))
    sealed = vault.seal("settings of shop", b"secret")

    with pytest.raises(Locked):
        vault.open("settings of support", sealed)
    with pytest.raises(Locked):
        vault.open("settings of shop", Fernet(new_key()).encrypt(b"settings of shop\0secret"))
    assert b"secret" == vault.open("settings of shop", sealed)


def test_a_key_that_is_none_is_said():
    with pytest.raises(Locked, match="32 bytes"):
        Vault(lambda: ("password",)).seal("x", b"")


# --- what the log shows ---------------------------------------------------------------------
SECRETS = st.text(min_size=4, max_size=40).filter(lambda text: not {"*", "·"} & set(text))


@given(SECRETS, st.text("·", max_size=5), st.sampled_from(["url", "request", "response", "error"]))
def test_no_secret_is_in_what_is_covered(secret, around, field):
    exchange = Exchange(at=MORNING, outward=True, method="GET", url="/")
    written = covered(replace(exchange, **{field: f"{around}{secret}{around}"}), [secret])

    assert f"{around}***{around}" == getattr(written, field)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.def-ghi",
        "authorization: Basic YWRhOmNhbmFyeQ==",
        "X-Twilio-Signature: canary=",
        "webhook-signature: v1,canary+/=",
        "https://api.telegram.org/bot123456:canary-_A/sendMessage",
        "https://x.example/?api_key=canary&a=1",
        '{"access_token": "canary", "a": 1}',
        "Cookie: parlour=canary",
    ],
)
def test_what_lets_somebody_in_is_covered_wherever_it_stands(text):
    exchange = Exchange(at=MORNING, outward=False, method="POST", url=text, request=text)
    written = covered(exchange, [])

    assert "***" in written.request
    assert not any(one in written.url + written.request for one in ("canary", "abc.def", "YWRh"))


async def test_the_doctor_looks_at_accounts_that_are_kept_in_the_store(settings, sky):  # noqa: F811
    async with opened(settings) as house:
        await tower_in(house)

    (kept,) = kept_accounts(settings)
    (found,) = await of_account(kept, "http://desk.example")

    assert ("account tower: sky", True) == (found.name, found.fine)
