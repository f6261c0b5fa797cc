# ruff: noqa: RUF001  # the words and signs of many languages look alike
"""What the sender wrote is told from what they quoted, in the languages our customers write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.quotes import visible

ANSWER = "Thanks, that works.\n\nOne more thing: where is my invoice?"
LEADS = {
    "en, Gmail": "On Mon, Mar 2, 2026 at 9:15 AM Support <help@shop.example> wrote:",
    "en, Gmail wrapped": "On Mon, Mar 2, 2026 at 9:15 AM The Very Friendly Support <\n"
    "help@shop.example> wrote:",
    "en, Apple": "On 2 Mar 2026, at 09:15, Support <help@shop.example> wrote:",
    "en, Thunderbird": "On 02/03/2026 09:15, Support wrote:",
    "en, Zoho": "---- On Mon, 02 Mar 2026 09:15:00 +0100 help@shop.example wrote ----",
    "en, Mailbird": "On 3/2/2026 9:15:00 AM, Support <help@shop.example> wrote:",
    "de, Gmail": "Am Mo., 2. März 2026 um 09:15 Uhr schrieb Support <help@shop.example>:",
    "de, Apple": "Am 02.03.2026 um 09:15 schrieb Support <help@shop.example>:",
    "de, Thunderbird": "Am 02.03.26 um 09:15 schrieb Support:",
    "de, web": "Support <help@shop.example> schrieb am Mo., 2. März 2026, 09:15:",
    "fr, Gmail": "Le lun. 2 mars 2026 à 09:15, Support <help@shop.example> a écrit :",
    "fr, Apple": "Le 2 mars 2026 à 09:15, Support <help@shop.example> a écrit :",
    "fr, nbsp": "Le 02/03/2026 à 09:15, Support a écrit\u00a0:",
    "da, Gmail": "Den man. 2. mar. 2026 kl. 09.15 skrev Support <help@shop.example>:",
    "da, Apple": "Den 2. mar. 2026 kl. 09.15 skrev Support <help@shop.example>:",
    "no": "man. 2. mar. 2026 kl. 09:15 skrev Support <help@shop.example>:",
    "sv": "Den mån 2 mars 2026 kl 09:15 skrev Support <help@shop.example>:",
    "pl, Gmail": "pon., 2 mar 2026 o 09:15 Support <help@shop.example> napisał(a):",
    "pl, Apple": "Wiadomość napisana przez Support <help@shop.example> w dniu 2 mar 2026, o godz. "
    "09:15:",
    "pl, Thunderbird": "W dniu 02.03.2026 o 09:15, Support pisze:",
    "ru, Gmail": "пн, 2 мар. 2026 г. в 09:15, Support <help@shop.example>:",
    "ru, Apple": "2 марта 2026 г., в 09:15, Support <help@shop.example> написал(а):",
    "ru, Mail.ru": "Понедельник, 2 марта 2026, 9:15 +03:00 от Support <help@shop.example>:",
    "ru, Yandex": '02.03.2026, 09:15, "Support" <help@shop.example>:',
    "hr, Gmail": "pon, 2. ožu 2026. u 09:15 Support <help@shop.example> napisao je:",
    "hr, Thunderbird": "Dana 2.3.2026. u 9:15, Support je napisao/la:",
    "hr, Apple": "Dana 2. ožu 2026., u 09:15, Support <help@shop.example> je napisao/la:",
    "es": "El lun, 2 mar 2026 a las 9:15, Support (<help@shop.example>) escribió:",
    "it": "Il giorno lun 2 mar 2026 alle ore 09:15 Support <help@shop.example> ha scritto:",
    "nl": "Op ma 2 mrt 2026 om 09:15 schreef Support <help@shop.example>:",
    "pt": "Em seg., 2 de mar. de 2026 às 09:15, Support <help@shop.example> escreveu:",
    "fi": "ma 2. maalisk. 2026 klo 9.15 Support (help@shop.example) kirjoitti:",
    "cs": "po 2. 3. 2026 v 9:15 odesílatel Support <help@shop.example> napsal:",
    "hu": "Support <help@shop.example> ezt írta (időpont: 2026. márc. 2., H, 9:15):",
    "zh": "Support <help@shop.example> 于2026年3月2日周一 09:15写道：",
    "ja": "2026年3月2日(月) 9:15 Support <help@shop.example>:",
}
HEADS = {
    "en, Outlook": "From: Support <help@shop.example>\nSent: Monday, March 2, 2026 9:15 AM\n"
    "To: Ana <ana@example.org>\nSubject: Your order",
    "en, line": "________________________________\nFrom: Support <help@shop.example>\n"
    "Sent: Monday, March 2, 2026 9:15 AM\nTo: Ana <ana@example.org>\nSubject: Your order",
    "en, stars": "*From:* Support [mailto:help@shop.example]\n*Sent:* Monday, 2 March 2026 9:15\n"
    "*To:* Ana\n*Subject:* Your order",
    "en, dashes": "-----Original Message-----\nFrom: Support <help@shop.example>\n"
    "Sent: Monday, March 2, 2026 9:15 AM\nTo: Ana\nSubject: Your order",
    "de": "Von: Support <help@shop.example>\nGesendet: Montag, 2. März 2026 09:15\n"
    "An: Ana <ana@example.org>\nBetreff: Ihre Bestellung",
    "de, dashes": "-----Ursprüngliche Nachricht-----\nVon: Support <help@shop.example>\n"
    "Gesendet: Montag, 2. März 2026 09:15\nAn: Ana\nBetreff: Ihre Bestellung",
    "fr": "De : Support <help@shop.example>\nEnvoyé : lundi 2 mars 2026 09:15\n"
    "À : Ana <ana@example.org>\nObjet : Votre commande",
    "da": "Fra: Support <help@shop.example>\nSendt: 2. marts 2026 09:15\n"
    "Til: Ana <ana@example.org>\nEmne: Din ordre",
    "pl": "Od: Support <help@shop.example>\nWysłano: poniedziałek, 2 marca 2026 09:15\n"
    "Do: Ana <ana@example.org>\nTemat: Zamówienie",
    "ru": "От: Support <help@shop.example>\nОтправлено: 2 марта 2026 г. 9:15\n"
    "Кому: Ana <ana@example.org>\nТема: Заказ",
    "hr": "Od: Support <help@shop.example>\nPoslano: 2. ožujka 2026. 9:15\n"
    "Prima: Ana <ana@example.org>\nPredmet: Narudžba",
    "es": "De: Support <help@shop.example>\nEnviado: lunes, 2 de marzo de 2026 9:15\n"
    "Para: Ana <ana@example.org>\nAsunto: Su pedido",
    "it": "Da: Support <help@shop.example>\nInviato: lunedì 2 marzo 2026 09:15\n"
    "A: Ana <ana@example.org>\nOggetto: Il suo ordine",
    "nl": "Van: Support <help@shop.example>\nVerzonden: maandag 2 maart 2026 09:15\n"
    "Aan: Ana <ana@example.org>\nOnderwerp: Uw bestelling",
    "pt": "De: Support <help@shop.example>\nEnviado: segunda-feira, 2 de março de 2026 09:15\n"
    "Para: Ana <ana@example.org>\nAssunto: Seu pedido",
    "sv": "Från: Support <help@shop.example>\nSkickat: den 2 mars 2026 09:15\n"
    "Till: Ana <ana@example.org>\nÄmne: Din order",
    "fi": "Lähettäjä: Support <help@shop.example>\nLähetetty: maanantai 2. maaliskuuta 2026 9.15\n"
    "Vastaanottaja: Ana <ana@example.org>\nAihe: Tilaus",
    "cs": "Od: Support <help@shop.example>\nOdesláno: pondělí 2. března 2026 9:15\n"
    "Komu: Ana <ana@example.org>\nPředmět: Objednávka",
}
ADVERTS = (
    "Sent from my iPhone",
    "Sent from my Samsung Galaxy smartphone.",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android",
    "Envoyé de mon iPhone",
    "Wysłane z iPhone'a",
    "Отправлено с iPhone",
    "Sendt fra min iPhone",
    "Poslano s mog iPhonea",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Verzonden vanaf mijn iPhone",
)


@pytest.mark.parametrize("lead", LEADS.values(), ids=LEADS)
def test_a_quote_and_the_line_above_it_are_left_out(lead):
    mail = f"{ANSWER}\n\n{lead}\n> Good morning,\n>\n> your parcel left today.\n"

    assert ANSWER == visible(mail)


@pytest.mark.parametrize("lead", LEADS.values(), ids=LEADS)
def test_a_quote_without_marks_ends_the_answer(lead):
    assert ANSWER == visible(f"{ANSWER}\n\n{lead}\n\nGood morning,\nyour parcel left today.\n")


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_head_of_an_older_mail_ends_the_answer(head):
    assert ANSWER == visible(f"{ANSWER}\n\n{head}\n\nGood morning,\nyour parcel left today.\n")


@pytest.mark.parametrize("advert", ADVERTS)
def test_what_a_telephone_adds_is_left_out(advert):
    assert ANSWER == visible(f"{ANSWER}\n\n{advert}\n")
    assert ANSWER == visible(f"{ANSWER}\n\n{advert}\n\n{LEADS['en, Gmail']}\n> Hello\n")


@pytest.mark.parametrize("mark", ["-- ", "--", "____", "----"])
def test_a_marked_signature_is_left_out(mark):
    assert ANSWER == visible(f"{ANSWER}\n{mark}\nAna Kos\nZagreb\n")


def test_a_signature_is_known_by_its_writers_name():
    signed = f"{ANSWER}\n\nKind regards\nAna Kos\nKos Ltd\n+385 1 555 0123\nwww.kos.example\n"

    assert ANSWER == visible(signed, "Ana Kos")
    assert signed.strip() == visible(signed)


def test_people_who_introduce_themselves_are_heard():
    text = "Hello,\n\nmy name is Ana Kos.\nMy number is +385 1 555 0123, please call me back.\n"

    assert text.strip() == visible(text, "Ana Kos")


def test_answers_between_quotes_stay():
    mail = "> Which size?\n\nForty-two.\n\n> Which colour?\n\nBlue.\n"

    assert ["Forty-two.", "Blue."] == visible(mail).split()


@pytest.mark.parametrize(
    "mark",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "---------- Пересылаемое сообщение ----------",
        "---------- Proslijeđena poruka ----------",
        "---------- Message transféré ----------",
    ],
)
def test_what_is_passed_on_stays(mark):
    older = "From: Bank <info@bank.example>\nDate: today\nSubject: Refund\n\nPaid."
    mail = f"See below.\n\n{mark}\n{older}"

    assert mail == visible(mail)


@pytest.mark.parametrize(
    "text",
    [
        "On the surface, this looks fine.\nOn average it is: good.",
        "From: here to there it takes 10 minutes.",
        "I need:\n- size 42\n- colour blue\n\nTo: be delivered at 10:00",
        "My options:\n\n-- first choice\n-- second choice\n-- third choice\n\nWhich one is best?",
        "At 10:15 he said: no.\nThen at 11:00 she said: yes.",
        "Date: 2 March\nTime: 9:15\nPlace: Zagreb",
        "Name: Ana\nOrder: 1234\nEmail: ana@example.org\nProblem: broken",
        "2026-03-02 09:15:01 ERROR disk: full",
        "Total: 12.50 (2 x 6.25)",
        "I sent from my bank account 20 EUR.\n\nWhy was it not booked?\nPlease check it today.",
    ],
)
def test_ordinary_text_is_left_alone(text):
    assert text == visible(text)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 200_000,
        "On " * 300_000 + "wrote:",
        ("On 2026-01-01 10:00 a@b.c wrote:\n" * 30_000),
        "a@" * 300_000 + ":",
        "From: a\n\n" * 60_000,
        "-- \n" * 150_000,
        "x\n" * 300_000,
        "On 1/1/2026 10:00 a@b.example x:\n" * 50_000,
        "From: x\nTo: y\n" * 50_000,
        ("On Monday 12:00 " + "x" * 150 + ":\n") * 5_000,
        ">" * 500_000,
        "_" * 500_000 + "\n" + "-" * 500_000,
    ],
)
def test_no_text_is_worth_much_time(text):
    assert len(visible(text)) <= len(text)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.sampled_from([*LEADS.values(), *HEADS.values(), *ADVERTS, "> hi", "hello", "", "-- "])
        | st.text(max_size=40),
        max_size=12,
    )
)
def test_nothing_is_made_up(lines):
    text = "\n".join(lines)
    shown = visible(text)

    assert all(line in text.split("\n") for line in shown.split("\n") if line)
    assert visible(shown) in shown


MORE_LEADS = {
    "ca": "Missatge de Support <help@shop.example> del dia dl., 2 de març 2026 a les 9:15:",
    "he": "\u202bבתאריך יום ב׳, 2 במרץ 2026 ב-9:15 מאת \u202aSupport\u202c\u200f "
    "<\u202ahelp@shop.example\u202c\u200f>:\u202c",
    "ar": "في الاثنين، 2 مارس 2026 في 9:15 ص تمت كتابة ما يلي بواسطة Support <help@shop.example>:",
    "fa": "در تاریخ دوشنبه ۲ مارس ۲۰۲۶، ۰۹:۱۵ Support <help@shop.example> نوشت:",
    "ja, Apple": "2026/03/02 9:15、Support <help@shop.example>のメール:",
    "sr": "пон, 2. мар 2026. у 09:15 Support <help@shop.example> је написао/ла:",
    "el, Outlook": "Από: Support <help@shop.example>\nΣτάλθηκε: Δευτέρα, 2 Μαρτίου 2026 9:15\n"
    "Προς: Ana\nΘέμα: x",
    "bg, Outlook": "От: Support <help@shop.example>\nИзпратено: понеделник, 2 март 2026 г. 9:15\n"
    "До: Ana\nОтносно: x",
    "he, Outlook": "מאת: Support <help@shop.example>\n"
    "נשלח: יום שני 02 מרץ 2026 09:15\nאל: Ana\nנושא: x",
    "a label that is not known": "From: Support <help@shop.example>\nWhenever: 2 March 2026\n"
    "To: Ana\nSubject: x",
}


@pytest.mark.parametrize("above", MORE_LEADS.values(), ids=MORE_LEADS)
@pytest.mark.parametrize("quote", ["> Hello\n> there", "Hello there"])
def test_what_is_quoted_is_left_out_in_further_languages(above, quote):
    assert ANSWER == visible(f"{ANSWER}\n\n{above}\n\n{quote}\n")


@pytest.mark.parametrize(
    "above",
    [
        *("Zitat von Support <help@shop.example>:", "Quoting Support <help@shop.example>:"),
        *("* Support <help@shop.example> [2026-03-02 09:15]:", "Support help@shop.example ytreb:"),
    ],
)
def test_an_address_right_above_a_quote_names_who_is_quoted(above):
    assert ANSWER == visible(f"{ANSWER}\n\n{above}\n> Hello\n> there\n")
    assert f"{above}\n\nHello" in visible(f"{ANSWER}\n\n{above}\n\nHello")
