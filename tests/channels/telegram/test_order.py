"""Updates of Telegram in any order, and twice, give the same transcript as in theirs."""

import json
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.telegram.channel import Telegram
from channels.telegram.settings import Settings
from inbox.channel import Raw
from tests.channels.transcript import transcript
from tests.servers.telegram import TOKEN

CHAT = {"id": 4711, "type": "private", "first_name": "Ines"}
INES = {"id": 4711, "is_bot": False, "first_name": "Ines"}
AT = 1_772_442_000


def message(number, text, **more):
    return {"message_id": number, "from": INES, "chat": CHAT, "date": AT, "text": text, **more}


def edited(number, text, later):
    return {"edited_message": message(number, text, edit_date=AT + later)}


def reacted(number, before, after, later):
    lists = {"old_reaction": before, "new_reaction": after}
    emojis = {
        name: [{"type": "emoji", "emoji": one} for one in several]
        for name, several in lists.items()
    }
    where = {"chat": CHAT, "message_id": number, "user": INES, "date": AT + later}
    return {"message_reaction": where | emojis}


def story():
    """Return the updates of a conversation, as Telegram would tell them."""
    told = [
        {"message": message(1, "Where is it?")},
        {"message": message(2, "Hello?", reply_to_message=message(1, "Where is it?"))},
        edited(1, "Where is parcel 6?", 5),
        edited(1, "Where is parcel 7?", 5),  # within the same second
        edited(2, "Hello!", 6),
        reacted(1, [], ["👍"], 7),
        reacted(1, ["👍"], ["❤"], 8),
        reacted(2, [], ["🔥"], 8),
        reacted(2, ["🔥"], [], 9),
        reacted(2, [], ["🔥"], 10),
        reacted(2, ["🔥"], [], 11),
    ]
    return [
        Raw(payload=json.dumps({"update_id": number, **one}).encode(), key=str(number))
        for number, one in enumerate(told, 1)
    ]


STORY = story()


def shown(template, order):
    told = [STORY[number] for number in order]
    return transcript(template, Telegram, Settings(token=TOKEN), told)


@cache
def in_order(template):
    return shown(template, range(len(STORY)))


@given(order=st.permutations([*range(len(STORY)), 0, 3]))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_shuffled_updates_give_the_same_transcript(sqlite_template, order):
    assert in_order(sqlite_template) == shown(sqlite_template, order)


def test_the_transcript_is_what_was_said_last(sqlite_template):
    messages, emojis = in_order(sqlite_template)

    assert ["Where is parcel 7?", "Hello!"] == [text for _, text, _, _ in messages]
    assert [("4711:1", "❤")] == [(name, emoji) for name, _, emoji in emojis]
