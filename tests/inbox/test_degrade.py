"""What a channel cannot carry in one go becomes several messages, none of which is too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.channel import Capabilities, File
from inbox.degrade import LINK, fitted, fitting, numbered, pieces, split
from inbox.model import Button, Choices, Location
from inbox.testing import RecordingLine
from inbox.testing.conformance import check_piece, outgoing

YES_NO = Choices(buttons=(Button(title="Yes"), Button(title="No", url="https://shop.example")))


def picture(name="a.png", size=10):
    return File(name=name, media_type="image/png", size=size, blob="0" * 64)


def paper(name="a.pdf", size=10):
    return File(name=name, media_type="application/pdf", size=size, blob="1" * 64)


def shown(made):
    return [(piece.text, [file.name for file in piece.files], piece.content) for piece in made]


# --- text ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("short", 10, ["short"]),
        ("", 10, []),
        ("One. Two. Three.", 10, ["One. Two.", "Three."]),
        ("One here.\n\nTwo. And three.", 16, ["One here.", "Two. And three."]),
        ("a line\nanother one", 12, ["a line", "another one"]),
        ("word word word word", 11, ["word word", "word word"]),
        ("x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
        ("Really?! \u201cYes.\u201d No", 16, ["Really?! \u201cYes.\u201d", "No"]),
        ("\u4f60\u597d\u3002 \u518d\u89c1\u3002", 5, ["\u4f60\u597d\u3002", "\u518d\u89c1\u3002"]),
        ("ab\N{COMBINING ACUTE ACCENT}c", 2, ["a", "b\N{COMBINING ACUTE ACCENT}", "c"]),
    ],
)
def test_a_text_is_cut_where_a_reader_would(text, most, parts):
    assert parts == split(text, most)


@given(st.text(max_size=300), st.integers(1, 60))
def test_no_part_is_too_long_and_no_word_is_lost(text, most):
    parts = split(text, most)

    assert all(0 < len(part) <= most for part in parts)
    assert "".join(text.split()) == "".join("".join(parts).split())


# --- messages -----------------------------------------------------------------------------
def test_what_fits_is_one_message():
    capabilities = Capabilities(max_text=1000, max_attachment=100)

    assert [("Look", ["a.png"], None)] == shown(pieces("Look", [picture()], None, capabilities))


def test_a_caption_that_is_too_long_goes_before_its_pictures():
    capabilities = Capabilities(max_text=1000, max_attachment=100, caption=10, max_files=2)
    files = [picture("1.png"), picture("2.png"), picture("3.png")]

    assert [
        ("A long story.", [], None),
        ("", ["1.png", "2.png"], None),
        ("", ["3.png"], None),
    ] == shown(pieces("A long story.", files, None, capabilities))


def test_files_that_are_too_much_together_go_apart():
    capabilities = Capabilities(max_text=1000, max_attachment=15)

    assert [("Hi", ["1.png"], None), ("", ["2.png"], None)] == shown(
        pieces("Hi", [picture("1.png"), picture("2.png")], None, capabilities)
    )


def test_a_file_that_does_not_fit_leaves_as_a_link():
    capabilities = Capabilities(max_text=2000, max_attachment=100, attachments={"image/*": 50})
    files = [picture(), paper(), picture("big.png", 60)]
    [piece] = pieces("Look", files, None, capabilities)
    leaving = fitted(outgoing(piece), capabilities, RecordingLine())

    assert [True, False, False] == [fitting(file, capabilities) for file in files]
    assert ["a.png"] == [file.name for file in leaving.files]
    lines = leaving.text.split("\n\n")
    assert ["Look", "a.pdf", "big.png"] == [line.partition(":")[0] for line in lines]
    assert lines[1].startswith("a.pdf: https://desk.example/files/")


def test_links_that_do_not_fit_below_the_text_go_after_it():
    capabilities = Capabilities(max_text=LINK + 10)

    assert [("A long story.", [], None), ("", ["a.pdf"], None)] == shown(
        pieces("A long story.", [paper()], None, capabilities)
    )


def test_a_link_is_never_longer_than_it_may_be():
    name = "\N{DOG FACE}" * 200 + ".pdf"
    leaving = fitted(
        outgoing(pieces("", [paper(name)], None, Capabilities())[0]),
        Capabilities(),
        RecordingLine(),
    )

    assert len(leaving.text) <= LINK
    assert leaving.text.partition(":")[0].endswith(".pdf")


def test_buttons_stay_where_there_are_buttons():
    capabilities = Capabilities(buttons=3)

    assert [("Sure?", [], YES_NO)] == shown(pieces("Sure?", [], YES_NO, capabilities))


@pytest.mark.parametrize("capabilities", [Capabilities(), Capabilities(buttons=1)])
def test_buttons_become_numbered_lines_elsewhere(capabilities):
    expected = "Sure?\n\n1. Yes\n2. No: https://shop.example"

    assert expected == numbered("Sure?", YES_NO)
    assert [(expected, [], None)] == shown(pieces("Sure?", [], YES_NO, capabilities))


def test_buttons_come_below_what_they_are_about():
    capabilities = Capabilities(buttons=3, max_attachment=100)

    assert [("", ["a.png"], None), ("Sure?", [], YES_NO)] == shown(
        pieces("Sure?", [picture()], YES_NO, capabilities)
    )


def test_a_place_needs_no_words():
    place = Location(latitude=1.0, longitude=2.0)

    assert [("", [], place)] == shown(pieces("", [], place, Capabilities()))


files = st.builds(
    lambda kind, size: File(name=f"{size}", media_type=kind, size=size, blob="0" * 64),
    st.sampled_from(["image/png", "application/pdf", "video/mp4"]),
    st.integers(0, 120),
)
abilities = st.builds(
    Capabilities,
    max_text=st.integers(LINK, 3 * LINK),
    max_attachment=st.integers(0, 100),
    attachments=st.sampled_from([{}, {"image/*": 50}, {"image/png": 10, "*/*": 90}]),
    max_files=st.integers(1, 3),
    caption=st.sampled_from([None, 0, 20]),
    buttons=st.integers(0, 3),
)


@given(st.text(max_size=4 * LINK), st.lists(files, max_size=6), st.booleans(), abilities)
def test_whatever_is_said_fits_and_nothing_is_lost(text, files, asks, capabilities):
    made = pieces(text, files, YES_NO if asks else None, capabilities)

    for piece in made:
        check_piece(piece, capabilities)
        leaving = fitted(outgoing(piece), capabilities, RecordingLine())
        assert len(leaving.text) <= capabilities.max_text
        assert leaving == fitted(leaving, capabilities, RecordingLine())
    words = "".join("".join(piece.text.split()) for piece in made)
    assert words.startswith("".join(text.split()))
    assert sorted(one.name for one in files) == sorted(one.name for p in made for one in p.files)
