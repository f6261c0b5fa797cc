import msgspec
import pytest

from channels.email.folders import encode_folder
from channels.email.settings import Settings

MAILBOX = {
    "address": "support@desk.test",
    "imap": {"host": "imap.desk.test"},
    "smtp": {"host": "smtp.desk.test"},
}


def read(**changed) -> Settings:
    return msgspec.convert(MAILBOX | changed, Settings)


def test_the_usual_ports_follow_the_security():
    settings = read(
        imap={"host": "x", "security": "starttls"}, smtp={"host": "x", "security": "starttls"}
    )

    assert (993, 465) == (read().imap.usual_port, read().smtp.usual_port)
    assert (143, 587) == (settings.imap.usual_port, settings.smtp.usual_port)


def test_passwords_stay_on_this_machine_unless_protected():
    with pytest.raises(msgspec.ValidationError, match="is another machine"):
        read(imap={"host": "imap.desk.test", "security": "none"})
    for host in "localhost", "127.0.0.1", "::1":
        read(imap={"host": host, "security": "none"})
    read(imap={"host": "imap.desk.test", "security": "none", "allow_plaintext": True})


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "support"},
        {"address": "@desk.test"},
        {"address": "sup port@desk.test"},
        {"address": "support@desk.test\r\nBcc: x@y"},
        {"address": f"support@{'x' * 70}.test"},
        {"max_bytes": 10},
        {"imap": {"host": "x", "idle_seconds": 600}},
        {"imap": {"host": "x", "idle_seconds": 0}},
        {"imap": {"host": "x", "import_days": -1}},
        {"imap": {"host": "x", "security": "some"}},
    ],
)
def test_what_cannot_work_is_refused(changed):
    with pytest.raises(msgspec.ValidationError):
        read(**changed)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("INBOX", "INBOX"),
        ("A & B", "A &- B"),
        ("Entwürfe", "Entw&APw-rfe"),
        ("台北", "&U,BTFw-"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # RFC 3501, section 5.1.3
    ],
)
def test_folders_are_spelled_as_imap_spells_them(name, spelled):
    assert spelled == encode_folder(name)
