"""What a message is called in one line."""

import pytest

from inbox.words import gist


@pytest.mark.parametrize(
    ("text", "content", "files", "told"),
    [
        ("  Is it\n here? ", None, ["a.txt"], "Is it here?"),
        ("", {"type": "location", "name": "The kiln", "address": "Rua 1"}, [], "📍 The kiln"),
        ("", {"type": "location"}, [], "📍"),
        ("", {"type": "card", "name": "Rui Silva"}, [], "👤 Rui Silva"),
        ("", None, ["a.txt", "b.txt", "c.txt", "d.txt"], "a.txt, b.txt, c.txt"),
        ("", {"type": "call"}, ["a.mp3"], "a.mp3"),
        ("", None, [], ""),
    ],
)
def test_a_message_is_told_by_its_words_or_what_else_it_is(text, content, files, told):
    assert told == gist(text, content, files)
