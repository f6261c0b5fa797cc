"""How well a bot understands is told before customers meet it: ``parlour bot evaluate``."""

import csv
import json

import pytest
from click.testing import CliRunner

from config.commands import main
from routing.bots import evaluate
from routing.bots.understanding import Example

TAUGHT = """\
text,intent
where is my parcel,order
when does my order arrive,order
has my package been sent,order
track my delivery,order
i want my money back,refund
give me a refund,refund
return the payment to my card,refund
when am i refunded,refund
what is the weather,none
"""
ASKED = """\
text,intent
is my parcel sent,order
can i have my money back,refund
sing me a song,none
"""


@pytest.fixture
def given(tmp_path):
    """Write files and give the command."""

    def give(*options: str, train: str | bytes = TAUGHT, test: str | bytes | None = ASKED):
        names = ["--train", str(tmp_path / "train.csv")]
        for name, content in ("train", train), ("test", test):
            if content is not None:
                raw = content if isinstance(content, bytes) else content.encode()
                (tmp_path / f"{name}.csv").write_bytes(raw)
        if test is not None:
            names += ["--test", str(tmp_path / "test.csv")]
        return CliRunner().invoke(main, ["bot", "evaluate", *names, "--no-encoder", *options])

    return give


def test_it_prints_one_object_of_figures(given):
    told = given("--out-of-scope", "none", "--json", "--seed", "7")
    figures = json.loads(told.stdout)

    assert 0 == told.exit_code
    assert (1.0, 1.0, 1.0, 1.0) == tuple(
        figures[name] for name in ("accuracy", "oos_recall_5", "oos_recall_10", "auroc")
    )
    assert (7, 8, 2) == (figures["seed"], figures["examples"], figures["intents"])
    assert 0 < figures["cpu_ms_p50"] <= figures["cpu_ms_p95"]
    assert figures["rss_mb"] > 0
    assert figures["train_seconds"] > 0


def test_without_questions_out_of_scope_their_figures_are_null(given):
    figures = json.loads(given("--json", test="text,intent\nmy parcel,order\n").stdout)

    assert [None] * 3 == [figures[name] for name in ("oos_recall_5", "oos_recall_10", "auroc")]


def test_without_a_test_file_a_fifth_is_held_out(given):
    figures = json.loads(given("--json", test=None, train=TAUGHT.replace("none", "order")).stdout)

    assert (7, 2) == (figures["examples"], figures["questions"])


def test_for_people_it_prints_lines(given):
    told = given("--out-of-scope", "none").stdout

    assert "8 examples of 2 intents, seed 0" in told
    assert "understood rightly" in told


def test_each_decision_is_written_with_both_measures(given, tmp_path):
    given("--out-of-scope", "none", "--predictions", str(tmp_path / "told.csv"))
    with (tmp_path / "told.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert ["order", "refund"] == [row["predicted"] for row in rows[:2]]
    assert {"text", "intent", "predicted", "probability", "ambiguity", "novelty"} == set(rows[0])
    assert all(0 <= float(row["novelty"]) <= 1 for row in rows)


def test_the_same_seed_tells_the_same(given, tmp_path):
    for name in "one", "two":
        given("--out-of-scope", "none", "--predictions", str(tmp_path / name))

    assert (tmp_path / "one").read_text() == (tmp_path / "two").read_text()


@pytest.mark.parametrize(
    "train",
    [
        b"\xef\xbb\xbf" + TAUGHT.encode(),
        TAUGHT.replace(",", ";"),
        TAUGHT.replace("text,intent", "utterance,category"),
        TAUGHT.replace("text,intent", "Text , Label"),
        TAUGHT.replace("\n", "\r\n"),
        TAUGHT + "x" * 100_000 + ",order\n",
        TAUGHT + "\0\ufffd😀,order\n\nshort\n",
    ],
    ids=["bom", "semicolons", "names", "spaces", "crlf", "long", "odd"],
)
def test_files_are_read_as_people_write_them(given, train):
    told = given("--out-of-scope", "none", "--json", train=train)

    assert (0, 1.0) == (told.exit_code, json.loads(told.stdout)["accuracy"])


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"train": ""}, "train.csv has no column text"),
        ({"train": "text,intent\n"}, "train.csv has no rows"),
        ({"train": "text,tag\na,b\n"}, "train.csv has no column intent"),
        ({"train": b"\xff\xfe\x00"}, "train.csv is not written in UTF-8"),
        ({"train": "text,intent\na,b\n"}, "Fewer than two intents"),
        ({"test": "text,intent\na,none\n"}, "No question of the test is in scope"),
        ({"test": "text,intent\na,other\n"}, "what nobody taught (other)"),
        ({"test": "text;intent\n"}, "test.csv has no rows"),
        ({"test": f"text,intent\n{'x' * 2_000_000},order\n"}, "cannot be read as CSV"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(given, files, sentence):
    told = given("--out-of-scope", "none", "--json", **files)

    assert 2 == told.exit_code
    assert sentence in told.stderr
    assert "Traceback" not in told.output


def test_few_questions_that_nobody_taught_are_counted_as_wrong(given):
    test = ASKED + "is my parcel sent,order\n" * 7 + "close my account,account\n"
    told = given("--out-of-scope", "none", "--json", test=test)

    assert 0.9 == pytest.approx(json.loads(told.stdout)["accuracy"])
    assert "nobody taught them: account" in told.stderr


def test_recall_is_what_is_noticed_when_a_share_is_rejected():
    known = [value / 100 for value in range(100)]

    assert 0.5 == evaluate.recall(known, [0.1, 0.949], 0.06)
    assert 0.0 == evaluate.recall(known, [0.1, 0.94], 0.05)
    assert 0.25 == evaluate.auroc([1, 2], [0, 1.5])
    assert 0.5 == evaluate.auroc([1], [1])


def test_a_fifth_of_each_intent_is_held_out():
    examples = [Example(text=f"{n}", intent=f"{n % 3}") for n in range(30)]
    examples.append(Example(text="alone", intent="alone"))
    taught, kept = evaluate.held_out(examples, 1)

    assert (25, 6) == (len(taught), len(kept))
    assert {"0", "1", "2"} == {one.intent for one in kept}
    assert (taught, kept) == evaluate.held_out(examples, 1)
