"""A person is understood in every language, and a word inside a question is no wish."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.bots.words import wishes
from routing.bots.words.wishes import TABLES, Wish, wish

PERSON = {
    "en": [
        "I want to talk to a human",
        "Can I speak with a real person, please?",
        "agent",
        "Get me a representative now!!!",
        "This is useless. Let me talk to someone.",
        "is there a human here?",
        "I don't want to talk to a bot, connect me to an agent",
        "HUMAN",
    ],
    "hr": [
        "Želim razgovarati s osobom",
        "Mogu li razgovarati s čovjekom?",
        "zelim covjeka",
        "Spojite me s djelatnikom, molim",
        "trebam osobu",
        "Dobar dan, htjela bih razgovarati s nekim",
    ],
    "de": [
        "Ich möchte mit einem Menschen sprechen",
        "Mitarbeiter bitte",
        "Verbinden Sie mich mit einem Mitarbeiter",
        "Kann ich mit jemandem reden?",
        "keinen Bot, bitte einen echten Menschen",
    ],
    "fr": [
        "Je voudrais parler à quelqu'un",
        "parler à un humain svp",
        "Passez-moi un conseiller",
        "Je veux une vraie personne",
    ],
    "es": [
        "Quiero hablar con una persona",
        "hablar con un agente por favor",
        "¿Puedo hablar con alguien?",
        "Páseme con un humano",
    ],
    "it": ["Vorrei parlare con una persona", "operatore", "Posso parlare con qualcuno?"],
    "pt": ["Quero falar com uma pessoa", "atendente", "Posso falar com alguém, por favor?"],
    "nl": ["Ik wil met een mens praten", "Mag ik een medewerker spreken?", "iemand spreken aub"],
    "pl": [
        "Chcę rozmawiać z człowiekiem",
        "konsultant",
        "Proszę połączyć mnie z konsultantem",
        "chce porozmawiac z kims",
    ],
    "cs": ["Chci mluvit s člověkem", "operátor prosím", "Můžu mluvit s někým?"],
    "ru": ["Хочу поговорить с человеком", "оператор", "Соедините меня с оператором пожалуйста"],
    "uk": ["Хочу поговорити з людиною", "оператор", "З'єднайте мене з оператором"],
    "da": [
        "Jeg vil gerne tale med et menneske",
        "Må jeg tale med en medarbejder?",
        "jeg vil snakke med nogen",
        "medarbejder tak",
    ],
    "sv": ["Jag vill prata med en människa", "Kan jag få prata med någon?", "kundtjänst"],
    "tr": ["Bir insanla konuşmak istiyorum", "Müşteri temsilcisine bağlanmak istiyorum"],
    "ar": ["أريد التحدث مع شخص", "اريد التحدث الى موظف", "خدمة العملاء من فضلك"],
    "zh": ["我要人工客服", "转人工", "我想跟真人说话", "请帮我转接人工"],
    "ja": ["人と話したいです", "オペレーターにつないでください", "担当者をお願いします"],
    "ko": ["상담원 연결해주세요", "사람과 이야기하고 싶어요", "상담원"],
}
QUESTIONS = [
    "Can a person under 18 order?",
    "How many people fit in the tent?",
    "The agent at the shop told me it would be sent on Monday",
    "Do you have a human-sized teddy bear?",
    "Is the representative model in stock?",
    "Kako mogu promijeniti osobu za preuzimanje paketa?",
    "Koliko osoba stane u šator?",
    "Für wie viele Personen ist das Zelt?",
    "Kann jemand anderes mein Paket abholen?",
    "Est-ce qu'une autre personne peut retirer mon colis ?",
    "¿Otra persona puede recoger mi pedido?",
    "Hvor mange personer er der plads til?",
    "Kan nogen anden hente min pakke?",
    "Dla ilu osób jest namiot?",
    "Can I cancel my order?",
    "How do I stop the newsletter?",
    "Kann ich meine Bestellung abbrechen?",
    "No, I mean the blue one with stripes",
    "yes but where is my parcel",
    "一个人可以用吗",
    "",
    "👍",
    "12345",
]


@pytest.mark.parametrize(
    ("language", "text"), [(one, text) for one, texts in PERSON.items() for text in texts]
)
def test_a_person_is_understood_in_every_language(language, text):
    assert wish(text) is Wish.PERSON
    assert wish(text, language) is Wish.PERSON
    assert wish(text.upper(), "en") is Wish.PERSON


def test_every_language_of_the_table_is_tried():
    assert set(TABLES) == set(PERSON)


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_word_inside_a_question_is_no_wish(text):
    assert wish(text) is None


def test_a_person_is_wanted_in_one_sentence_of_a_long_message():
    text = "My parcel HR-123456 has not come for three weeks now. I want to talk to a person!"

    assert wish(text) is Wish.PERSON


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Thanks a lot!", "en", Wish.THANKS),
        ("hvala lijepa", "hr", Wish.THANKS),
        ("Vielen Dank!", "de", Wish.THANKS),
        ("tak", "da", Wish.THANKS),
        ("tak", "pl", Wish.YES),
        ("Yes, that helped", "en", Wish.YES),
        ("da", "hr", Wish.YES),
        ("No, it did not", "en", Wish.NO),
        ("nije pomoglo", "hr", Wish.NO),
        ("Stop!", "en", Wish.STOP),
        ("odustajem", "hr", Wish.STOP),
        ("Hello there", "en", Wish.GREETING),
        ("Dobar dan", "hr", Wish.GREETING),
        ("hej", "da", Wish.GREETING),
        ("Doviđenja", "hr", Wish.GOODBYE),
        ("Are you a bot?", "en", Wish.WHO),
        ("Jesi li ti bot?", "hr", Wish.WHO),
        ("你好", "zh", Wish.GREETING),
        ("ありがとうございます", "ja", Wish.THANKS),
        ("네", "ko", Wish.YES),
    ],
)
def test_small_words_are_understood_as_a_whole(text, language, expected):
    assert expected == wish(text, language)


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_anything_may_be_said(text):
    wish(text)
    wish(text * 1000, "xx")


def test_what_the_manual_shows_is_so():
    assert 0 == doctest.testmod(wishes).failed
