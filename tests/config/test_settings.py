import itertools
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from config import settings as house
from config.layers import Unusable, hints, struct_in
from config.settings import Settings, load, shown

DEFAULT = Path(house.__file__).with_name("default.toml")

MAILBOX = """
[account.support]
kind = "email"
address = "support@example.org"
imap = { host = "imap.example.org", password = "one" }
smtp = { host = "smtp.example.org", password = "two" }
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "parlour.toml"
        path.write_text(text)
        return path

    return write


def test_every_setting_stands_in_the_default_file_with_its_default():
    told = tomllib.loads(DEFAULT.read_text())
    defaults = msgspec.json.decode(msgspec.json.encode(Settings()))
    del defaults["account"]

    assert defaults == told


def test_every_setting_is_explained_by_a_sentence():
    lines = DEFAULT.read_text().splitlines()
    unexplained = [
        line
        for above, line in itertools.pairwise(lines)
        if re.match(r"\w+ = ", line) and not re.match(r"# .*\.$", above)
    ]

    assert [] == unexplained


def test_without_a_file_everything_has_its_default():
    assert Settings() == load(None, {})


def test_the_environment_wins_over_the_file(written):
    path = written('[web]\nport = 1\nhost = "0.0.0.0"\n')

    loaded = load(path, {"PARLOUR_WEB_PORT": "2", "PARLOUR_WEB_PROXIES": "10.0.0.1, 10.0.0.2"})

    assert (2, "0.0.0.0") == (loaded.web.port, loaded.web.host)
    assert ("10.0.0.1", "10.0.0.2") == loaded.web.proxies


def test_a_secret_may_lie_in_a_file_of_its_own(written, tmp_path):
    (tmp_path / "secret").write_text("hush\n")
    (tmp_path / "other").write_text("shh")
    path = written(MAILBOX.replace('password = "one"', f'password_file = "{tmp_path}/secret"'))
    environment = {
        "PARLOUR_WEB_METRICS_TOKEN_FILE": str(tmp_path / "other"),
        "PARLOUR_ACCOUNT_SUPPORT_SMTP_PASSWORD_FILE": str(tmp_path / "other"),
    }

    loaded = load(path, environment)
    support = loaded.accounts()[0]

    assert "shh" == loaded.web.metrics_token
    assert "hush" == support.settings.imap.password
    assert "shh" == support.settings.smtp.password


def test_what_is_shown_covers_every_secret(written):
    path = written('[desk]\ndatabase = "postgresql://ada:hush@db/desk"\n' + MAILBOX)

    text = shown(load(path, {"PARLOUR_WEB_METRICS_TOKEN": "canary"}))

    assert "postgresql://ada:***@db/desk" in text
    assert not any(secret in text for secret in ("hush", "canary", '"one"', '"two"'))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nprot = 1", "web.prot: there is no such setting; did you mean port"),
        ("[wbe]\nport = 1", "wbe: there is no such setting; did you mean web"),
        ('[web]\nport = "many"', "web.port: Expected `int`"),
        ('[log]\nlevel = "loud"', "log.level: Invalid enum value 'loud'"),
        ('[desk]\npublic_url = "desk"', "desk: public_url must begin with https://"),
        ("[web\n", "is not valid TOML"),
        ('[account.x]\nkind = "pigeon"', "account.x.kind: There is no channel 'pigeon'"),
        ("[account.x]", "account.x: say which kind it is"),
        ('[account."a b"]\nkind = "webchat"', "letters, digits, - and _"),
        ("[[account]]\nkind = 'webchat'", "write each as [account.NAME]"),
        (MAILBOX + 'adress = "x"', "account.support.adress: there is no such setting"),
        (MAILBOX.replace("imap.example.org", "").replace('host = ""', "hots = 1"), "mean host"),
        (MAILBOX.replace("@", " at "), "account.support: address must be an email address"),
    ],
)
def test_a_mistake_is_named_with_its_place(written, text, said):
    with pytest.raises(Unusable) as refused:
        load(written(text), {}).accounts()

    assert said in str(refused.value)


def test_a_misspelt_name_in_the_environment_is_refused():
    with pytest.raises(Unusable, match=r"PARLOUR_WEB_PROT.*did you mean web_port"):
        load(None, {"PARLOUR_WEB_PROT": "1"})


def test_a_secret_whose_file_is_missing_is_refused(tmp_path):
    with pytest.raises(Unusable, match="cannot be read"):
        load(None, {"PARLOUR_WEB_METRICS_TOKEN_FILE": str(tmp_path / "nothing")})


def test_every_mistake_is_told_at_once(written):
    with pytest.raises(Unusable) as refused:
        load(written("[web]\nprot = 1\nhots = 2\n[lgo]\n"), {})

    assert 3 == len(refused.value.problems)


def test_sections_are_found_in_the_types():
    assert {"desk", "web", "log", "language_model"} == {
        key for key, one in hints(Settings).items() if struct_in(one)
    }


def test_a_language_model_is_named_by_the_environment():
    told = {
        "PARLOUR_LANGUAGE_MODEL_BASE_URL": "https://models.example/v1",
        "PARLOUR_LANGUAGE_MODEL_MODEL": "parrot-1",
        "PARLOUR_LANGUAGE_MODEL_API_KEY": "a secret",
        "PARLOUR_LANGUAGE_MODEL_REDACT": "false",
    }

    loaded = load(None, told)

    assert "parrot-1" == loaded.language_model.model
    assert not loaded.language_model.redact
    assert "a secret" not in shown(loaded)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"BASE_URL": "models.example", "MODEL": "one"}, "must begin with https://"),
        ({"BASE_URL": "https://models.example/v1"}, "go together"),
        ({"MODEL": "one"}, "go together"),
        ({"SECONDS": "0"}, "between 0.1 and 600"),
    ],
)
def test_half_a_language_model_is_refused(told, said):
    with pytest.raises(Unusable) as refused:
        load(None, {f"PARLOUR_LANGUAGE_MODEL_{name}": value for name, value in told.items()})

    assert said in str(refused.value)
