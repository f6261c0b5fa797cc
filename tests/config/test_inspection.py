import json
from pathlib import Path

from channels.email.channel import Email
from config.inspection import as_line, as_text, files_in, inspected, threads, told

MAIL = b"""From: Ada <ada@example.org>
To: support@example.com
Cc: bob@example.org
Subject: Where is my order?
Date: Mon, 2 Mar 2026 09:00:00 +0100
Message-ID: <%(id)s@example.org>
%(more)s
%(text)s
"""


def mail(id_, *, more="", text="Hello!"):
    return MAIL % {b"id": id_.encode(), b"more": more.encode(), b"text": text.encode()}


async def seen(place):
    return [
        line
        async for file, answer in inspected(Email, files_in(place))
        for line in told(file, answer)
    ]


async def test_a_mail_is_shown_as_it_was_understood(tmp_path):
    (tmp_path / "one.eml").write_bytes(
        mail("one", text="Yes.\n\nOn Mon, 2 Mar 2026 at 08:00, Bob <bob@example.org> wrote:\n> No?")
    )

    (line,) = await seen(tmp_path)

    assert "message" == line["kind"]
    assert ("ada@example.org", ["support@example.com"]) == (line["from"], line["to"])
    assert ["bob@example.org"] == line["cc"]
    assert "2026-03-02T08:00:00+00:00" == line["date"]
    assert "<one@example.org>" == line["message_id"]
    assert "Yes." == line["visible_text"].strip()
    assert "No?" in line["text"]
    assert line["quarantined"] is None
    assert line == json.loads(as_line(line))
    assert "Where is my order?" in as_text(line)


async def test_what_nobody_can_read_says_why(tmp_path):
    (tmp_path / "empty.eml").write_bytes(b"")

    (line,) = await seen(tmp_path / "empty.eml")

    assert line["quarantined"]
    assert "quarantined" in as_text(line)


async def test_mails_that_answer_each_other_share_a_conversation(tmp_path):
    (tmp_path / "1.eml").write_bytes(mail("one"))
    (tmp_path / "2.eml").write_bytes(mail("two", more="In-Reply-To: <one@example.org>\n"))
    (tmp_path / "3.eml").write_bytes(mail("three"))
    (tmp_path / "4.eml").write_bytes(mail("four", more="References: <gone@example.org>\n"))
    (tmp_path / "5.eml").write_bytes(mail("five", more="References: <gone@example.org>\n"))

    groups = threads(await seen(tmp_path))

    assert [["1.eml", "2.eml"], ["3.eml"], ["4.eml", "5.eml"]] == [
        [Path(file).name for file in group] for group in groups
    ]
