# ruff: noqa: E501, ISC004, RUF001  # mails are easier to read in long lines, in many languages
"""Bounces, complaints and machines' answers are told from what people write."""

import json

import pytest

from channels.email.understand import parse
from inbox.channel import Raw
from inbox.model import Kind

ORIGINAL = (
    "--b\nContent-Type: message/rfc822\n\nFrom: help@shop.example\nTo: ana@example.org\n"
    "Message-ID: <r-abcdefgh.7@shop.example>\nSubject: Your order\n\nHello\n--b--\n"
)


def heard(text):
    [one] = parse(Raw(payload=text.encode()))
    return one


def report(*groups, notice="It could not be delivered.", action="failed"):
    """Write a delivery report as RFC 3464 wants it."""
    said = "\n".join(f"\nAction: {action}\n{group}" for group in groups)
    return heard(
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\n\n{notice}\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example\n{said}\n{ORIGINAL}"
    )


def test_a_delivery_report_names_recipient_code_and_our_message():
    one = report(
        "Final-Recipient: rfc822; ana@example.org\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <ana@example.org>: Recipient address rejected:\n"
        " User unknown in virtual mailbox table"
    )
    [failure] = one.failures

    assert Kind.BOUNCE == one.kind
    assert ("<r-abcdefgh.7@shop.example>",) == one.about
    assert ("ana@example.org", "5.1.1", True) == (failure.recipient, failure.status, failure.hard)
    assert failure.final
    assert failure.reason.startswith("550 5.1.1 <ana@example.org>")
    assert "abcdefgh" == one.token


@pytest.mark.parametrize(
    ("words", "status", "hard"),
    [
        ("550 5.1.1 User unknown", "5.1.1", True),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "5.1.10", True),
        ("550 5.1.2 Host unknown", "5.1.2", True),
        ("552 5.2.2 Mailbox full", "5.2.2", False),
        ("452 4.2.2 The email account that you tried to reach is over quota", "4.2.2", False),
        ("550 5.7.1 Message rejected as spam", "5.7.1", False),
        ("554 5.7.1 Relay access denied", "5.7.1", False),
        ("552 5.3.4 Message size exceeds fixed limit", "5.3.4", False),
        ("550 5.7.26 Unauthenticated email is not accepted due to DMARC policy", "5.7.26", False),
        ("550 5.2.1 The email account that you tried to reach is disabled", "5.2.1", False),
        ("550 5.4.1 Recipient address rejected: Access denied.", "5.4.1", True),
        ("451 4.7.1 Greylisting in action, please come back later", "4.7.1", False),
    ],
)
def test_a_code_and_its_words_are_weighed(words, status, hard):
    one = report(f"Final-Recipient: rfc822; ana@example.org\nDiagnostic-Code: smtp; {words}")
    [failure] = one.failures

    assert (status, hard) == (failure.status, failure.hard)
    assert failure.final


def test_a_delay_is_not_final():
    one = report("Final-Recipient: rfc822; ana@example.org\nStatus: 4.4.7", action="delayed")

    assert not one.failures[0].final
    assert not one.failures[0].hard


def test_a_delivery_is_no_failure():
    one = report("Final-Recipient: rfc822; ana@example.org\nStatus: 2.1.5", action="delivered")

    assert Kind.BOUNCE == one.kind
    assert not one.failures[0].final


def test_every_recipient_has_a_fate_of_its_own():
    one = report(
        "Final-Recipient: rfc822; a@example.org\nStatus: 5.1.1\n",
        "Final-Recipient: rfc822; b@example.org\nStatus: 5.2.2\n",
    )

    assert [("a@example.org", True), ("b@example.org", False)] == [
        (failure.recipient, failure.hard) for failure in one.failures
    ]


def test_an_unknown_user_after_the_mail_was_seen_is_a_filter():
    one = report(
        "Final-Recipient: rfc822; ana@example.org\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; 550 Unknown user ana@example.org",
        notice="<ana@example.org>: host mx.example said: 550 Unknown user ana@example.org\n"
        "    (in reply to end of DATA command)",
    )

    assert not one.failures[0].hard


TOLD = {
    "qmail": "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver "
    "your message to the following addresses.\nThis is a permanent error; I've given up.\n\n"
    "<ana@example.org>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 "
    "<ana@example.org>... User unknown\nGiving up on 192.0.2.1.\n\n"
    "--- Below this line is a copy of the message.\n\nReturn-Path: <help@shop.example>\n"
    "Message-ID: <r-abcdefgh.7@shop.example>\nTo: ana@example.org\n",
    "exim": "This message was created automatically by mail delivery software.\n\nA message that you "
    "sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The "
    "following address(es) failed:\n\n  ana@example.org\n    host mx.example [192.0.2.1]\n"
    "    SMTP error from remote mail server after RCPT TO:<ana@example.org>:\n"
    "    550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown\n\n"
    "------ This is a copy of the message, including all the headers. ------\n\n"
    "Message-ID: <r-abcdefgh.7@shop.example>\n",
    "gmail": "Delivery to the following recipient failed permanently:\n\n     ana@example.org\n\n"
    "Technical details of permanent failure:\nGoogle tried to deliver your message, but it was "
    "rejected by the server for the recipient domain example.org by mx.example. [192.0.2.1].\n\n"
    "The error that the other server returned was:\n550 5.1.1 <ana@example.org>: Recipient address "
    "rejected: User unknown\n\n----- Original message -----\n\n"
    "Message-ID: <r-abcdefgh.7@shop.example>\n",
    "exchange": "Your message\n\n  To:      ana@example.org\n  Subject: Your order\n"
    "  Sent:    Mon, 2 Mar 2026 9:15\n\ndid not reach the following recipient(s):\n\n"
    "ana@example.org on Mon, 2 Mar 2026 9:15\n    The recipient name is not recognized\n"
    "Message-ID: <r-abcdefgh.7@shop.example>\n",
    "dragonfly": "This is the DragonFly Mail Agent at mx.example.\n\nThere was an error delivering "
    "your mail to <ana@example.org>.\n\nmx.example [192.0.2.1] did not like our RCPT TO:\n"
    "550 5.1.1 <ana@example.org>: User unknown\n\nMessage headers follow.\n\n"
    "Message-ID: <r-abcdefgh.7@shop.example>\n",
    "sendmail": "The original message was received at Mon, 2 Mar 2026 09:15\n\n   ----- The following "
    "addresses had permanent fatal errors -----\n<ana@example.org>\n    (reason: 550 5.1.1 "
    "<ana@example.org>... User Unknown)\n\n   ----- Transcript of session follows -----\n"
    "... while talking to mx.example.:\n>>> RCPT To:<ana@example.org>\n<<< 550 5.1.1 "
    "<ana@example.org>... User Unknown\n550 5.1.1 <ana@example.org>... User unknown\n\n"
    "Message-ID: <r-abcdefgh.7@shop.example>\n",
}


@pytest.mark.parametrize("text", TOLD.values(), ids=TOLD)
def test_a_bounce_in_words_is_read(text):
    one = heard(
        f"Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@mx.example>\n"
        f"Subject: failure notice\n\n{text}"
    )

    assert Kind.BOUNCE == one.kind
    assert [("ana@example.org", "5.1.1", True)] == [
        (failure.recipient, failure.status, failure.hard) for failure in one.failures
    ]
    assert ("<r-abcdefgh.7@shop.example>",) == one.about


def test_a_filter_under_a_name_of_its_own_is_read():
    one = heard(
        "From: Gateway <gateway@mx.example>\nSubject: Mail could not be delivered\n\n"
        "Sent <<< RCPT TO:<ana@example.org>\nReceived >>> 550 5.1.1 <ana@example.org>... user unknown\n"
    )

    assert Kind.BOUNCE == one.kind
    assert ("ana@example.org", "5.1.1", True) == (
        one.failures[0].recipient,
        one.failures[0].status,
        one.failures[0].hard,
    )


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_notification_of_amazon_ses_is_read(wrapped):
    news = {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bouncedRecipients": [
                {
                    "emailAddress": "ana@example.org",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
            ],
        },
        "mail": {"messageId": "0100"},
    }
    body = json.dumps({"Type": "Notification", "Message": json.dumps(news)} if wrapped else news)
    one = heard(
        f"From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message\n\n{body}\n\n--\n"
    )

    assert Kind.BOUNCE == one.kind
    assert ("<0100@email.amazonses.com>",) == one.about
    assert ("ana@example.org", "5.1.1", True) == (
        one.failures[0].recipient,
        one.failures[0].status,
        one.failures[0].hard,
    )


def test_a_delay_in_words_is_not_final():
    one = heard(
        "From: mailer-daemon@mx.example\nSubject: Warning: message delayed\n\nYour message to "
        "ana@example.org has been delayed.\nThis is a warning message only.\n"
    )

    assert Kind.BOUNCE == one.kind
    assert not one.failures[0].final


def test_a_complaint_is_a_report():
    one = heard(
        "From: feedback@isp.example\nSubject: FW: Your order\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\n\nThis is an abuse report.\n--b\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <ana@example.org>\n\n{ORIGINAL}"
    )

    assert Kind.FEEDBACK == one.kind
    assert ("ana@example.org", "abuse") == (one.failures[0].recipient, one.failures[0].reason)
    assert ("<r-abcdefgh.7@shop.example>",) == one.about


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: out",
        "Precedence: auto_reply",
        "Precedence: bulk",
        "Subject: Out of office: Your order",
        "Subject: Automatische Antwort: Ihre Bestellung",
        "Subject: Réponse automatique : Commande",
        "Subject: Автоответ: Заказ",
        "Subject: Automatski odgovor: Narudžba",
        "Subject: Autosvar: Ordre",
        "Subject: Automatisk svar: Ordre",
        "Subject: Automatikus válasz: Rendelés",
        "Subject: Αυτόματη απάντηση: x",
        "Subject: 자동 회신: x",
        "Subject: [Auto-Reply] Your order",
        "X-POST-MessageClass: 9; Autoresponder",
        "X-FC-MachineGenerated: true",
        "Preference: auto_reply",
        "List-Unsubscribe: <https://news.example/out>",
        "Return-Path: <>",
        "X-Parlour: 1",
    ],
)
def test_a_machines_answer_is_known(head):
    assert Kind.AUTO_REPLY == heard(f"From: ana@example.org\n{head}\n\nI am away.").kind


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: no",
        "Precedence: list\nList-Id: <support.shop.example>\nList-Post: <mailto:support@shop.example>\n"
        "List-Unsubscribe: <mailto:x@shop.example>",
        "List-Unsubscribe: <https://forms.example/out>\nReply-To: ana@example.org",
        "Subject: Delivery failed, where is my parcel?",
        "Subject: Re: out of office hours?",
        "Return-Path: <ana@example.org>",
        "Subject: Undelivered: my order 123",
        "Subject: Mail delivery problem with your shop",
    ],
)
def test_people_are_heard_as_people(head):
    mail = f"From: Ana <ana@example.org>\n{head}\n\nMy parcel could not be delivered, 550 EUR!"

    assert Kind.MESSAGE == heard(mail).kind


@pytest.mark.parametrize(
    ("words", "status", "hard", "notice"),
    [
        ("550 5.2.1 <ana@example.org>... User Unknown", "5.2.1", False, ">>> DATA\n"),
        ("550 5.2.1 <ana@example.org>... User Unknown", "5.2.1", True, ">>> RCPT TO:<a@b>\n"),
        ("553 5.7.1 Invalid recipient", "5.7.1", True, ">>> RCPT TO:<a@b>\n<<< 553 Invalid\n"),
        ("550 5.7.1 User unknown", "5.7.1", False, ">>> DATA\n<<< 550\n554 no valid recipients"),
        ("550 5.5.0 User unknown", "5.5.0", True, ">>> DATA\n<<< 550\n554 no valid recipients"),
        (
            *("554 delivery error: dd This user doesn't have a yahoo.com account", "5.1.1", True),
            ">>> DATA\n",
        ),
        ("550 5.4.4 Host not found: unexpected name server reply", "5.4.4", True, ""),
        ("5.4.4 Malformed or unexpected name server reply", "5.4.4", False, ""),
        ("550 5.0.0 Recipient address rejected: On hold", "5.0.0", False, ">>> RCPT TO:<a@b>\n"),
        ("550 4.4.7 QUEUE.Expired", "4.4.1", False, "returned '441 4.4.1 Failed to connect'"),
    ],
)
def test_the_place_in_the_dialogue_counts(words, status, hard, notice):
    one = report(
        f"Final-Recipient: rfc822; ana@example.org\nDiagnostic-Code: smtp; {words}", notice=notice
    )

    assert (status, hard) == (one.failures[0].status, one.failures[0].hard)


@pytest.mark.parametrize(
    ("category", "hard"),
    [("bad-mailbox", True), ("bad-domain", True), ("quota-issues", False), ("spam-related", False)],
)
def test_what_powermta_makes_of_an_answer_counts(category, hard):
    one = report(
        "Final-Recipient: rfc822; ana@example.org\nStatus: 5.2.1\nDiagnostic-Code: smtp; 550 5.2.1 No"
        f"\nX-PowerMTA-BounceCategory: {category}"
    )

    assert hard is one.failures[0].hard


@pytest.mark.parametrize(
    "subject",
    [
        *("Unzustellbar: Bestellung", "Non remis : Commande", "No se puede entregar: Pedido"),
        *(
            "Não é possível entregar: Pedido",
            "Non recapitabile: Ordine",
            "Niet bezorgd: Bestelling",
        ),
        *(
            "Kan ikke leveres: Ordre",
            "Kan inte levereras: Order",
            "Nije moguće isporučiti: Narudžba",
        ),
        *("Nie można dostarczyć: Zamówienie", "Не доставлено: Заказ", "无法送达: 订单"),
    ],
)
def test_a_bounce_is_known_in_many_languages(subject):
    one = heard(
        f"From: Postmaster <postmaster@mx.example>\nSubject: {subject}\n\nana@example.org\n"
        "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"
    )

    assert Kind.BOUNCE == one.kind
    assert [("ana@example.org", "5.1.1", True)] == [
        (failure.recipient, failure.status, failure.hard) for failure in one.failures
    ]


@pytest.mark.parametrize(
    ("words", "hard"),
    [
        ("Benutzer unbekannt", True),
        ("Cette adresse n'existe pas", True),
        ("usuario desconocido", True),
        ("пользователь не найден", True),
        ("Korisnik ne postoji", True),
        ("Brugeren findes ikke", True),
        ("Das Postfach ist voll", False),
        ("Почтовый ящик переполнен", False),
        ("buzón lleno", False),
        ("Ce compte est désactivé", False),
        ("sorry, that domain isn't in my list of allowed rcpthosts", False),
        ("Domaine inconnu", True),
    ],
)
def test_a_refusal_is_read_in_many_languages(words, hard):
    one = report(
        f"Final-Recipient: rfc822; ana@example.org\nStatus: 5.0.0\nDiagnostic-Code: smtp; {words}"
    )

    assert hard is one.failures[0].hard


FAMILIES = {
    "MailFoundry": "Unable to deliver message to: <ana@example.org>\nDelivery failed for the following "
    "reason:\nServer mx.example[192.0.2.2] failed with: 550 5.1.1 (RCPT TO) no such user\n",
    "X6": "We had trouble delivering your message. Full details follow:\n\nSubject: 'Order'\n\n1 error(s)"
    ":\n\nSMTP Server <mx.example> rejected recipient <ana@example.org>\n  (Error following RCPT "
    "command). It responded as follows: [550 5.1.1 User unknown]\n",
    "GMX": "A message that you sent could not be delivered to one or more of\nits recipients. The "
    'following address failed:\n\n"ana@example.org":\nSMTP error from remote server after RCPT '
    "command:\nhost: mx.example\n5.1.1 <ana@example.org>... User Unknown\n\n"
    "--- The header of the original message is following. ---\n",
    "Courier": "This is a delivery status notification from mx.example,\nrunning the Courier mail "
    "server\n\nYour message to the following recipients cannot be delivered:\n\n<ana@example.org>:\n"
    "    mx.example [192.0.2.1]:\n>>> RCPT TO:<ana@example.org>\n<<< 550 5.1.1 User unknown\n",
    "MDaemon": "The attached message had PERMANENT fatal delivery errors!\n\n> ana@example.org\n\n"
    "--- Session Transcript ---\n --> RCPT To:<ana@example.org>\n <-- 550 5.1.1 Recipient unknown\n",
    "TrendMicro": "Unable to deliver the following mail to\n ana@example.org\n\n550 5.1.1 User unknown\n",
}


@pytest.mark.parametrize("text", FAMILIES.values(), ids=FAMILIES)
def test_the_layouts_of_many_servers_are_read(text):
    one = heard(
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Mail delivery failure\n\n{text}"
    )

    assert [("ana@example.org", "5.1.1", True)] == [
        (failure.recipient, failure.status, failure.hard) for failure in one.failures
    ]


def test_a_group_that_may_not_be_written_to_is_no_unknown_user():
    one = heard(
        "Return-Path: <>\nFrom: mailer-daemon@googlemail.com\nX-Failed-Recipients: g@googlegroups.com\n"
        "Subject: Delivery Status Notification (Failure)\n\nIl se peut que le groupe n'existe pas ou "
        "que vous ne soyez pas autorisé.\nhttps://groups.google.com/support/\n"
    )

    assert not one.failures[0].hard


def test_a_full_mailbox_that_was_tried_again_may_be_emptied():
    one = heard(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Mail delivery failed\n\n"
        "  save to /mail/ana\n    mailbox is full: retry timeout exceeded\n"
    )

    assert "4.2.2" == one.failures[0].status
