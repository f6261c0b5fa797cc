"""What six providers hand over when a customer writes something, wherever they put it.

Each writes the words themselves, or where nobody expects them: in quoted history, as the name of a
file, as a subject, as the customer's own name.
"""

import json
from email.header import Header
from email.message import EmailMessage
from hashlib import sha256
from urllib.parse import urlencode

from inbox.channel import Raw

OURS = "support@desk.example"
SID = "AC" + "1" * 32
TOKEN = "a token of the tests"
TEXTS = {"account_sid": SID, "auth_token": TOKEN, "numbers": ["+48221234567"]}
SERVER = {"host": "127.0.0.1", "security": "none", "password": "secret"}
SETTINGS = {
    "email": {"address": OURS, "imap": SERVER, "smtp": SERVER},
    "slack": {"bot_token": "xoxb-1", "signing_secret": TOKEN},
    "sms": TEXTS,
    "telegram": {"token": "123456789:AAExampleExampleExampleExampleExampl"},
    "webchat": {},
    "whatsapp": TEXTS,
}
ASKED = "Can I send it back?"


def email(number: int, words: str, place: int = 0) -> Raw:
    """Write a mail: the words stand in its text, a quotation, a file, its subject, or a name."""
    mail = EmailMessage()
    line = " ".join(words.split())
    name = line[:200] if place % 5 == 4 else f"Visitor {number}"
    mail["To"] = OURS
    mail["Subject"] = line[:900] if place % 5 == 3 else "A question"
    mail["Message-ID"] = f"<{number}@outside.example>"
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    if place % 3 == 1:
        mail["Cc"] = "attacker@evil.example, canara@victim.example"
        mail["Reply-To"] = f"visitor{number}@outside.example, canara@victim.example"
    quoted = "".join(f"> {one}\n" for one in words.splitlines())
    history = f"{ASKED}\n\nOn Mon, 2 Mar 2026 at 08:59, Support <{OURS}> wrote:\n{quoted}"
    mail.set_content(words if place % 5 == 0 else history if place % 5 == 1 else ASKED)
    if place % 5 == 2:
        mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename=line[:150])
    sender = f"From: {Header(name, 'utf-8').encode()} <visitor{number}@outside.example>\n"
    return Raw(payload=sender.encode() + bytes(mail))


def text_message(number: int, words: str, prefix: str = "", **more: str) -> Raw:
    who = f"+4860{number:07d}"
    sid = f"SM{number:032x}"
    form = {
        "ToCountry": "PL", "FromCountry": "PL", "SmsMessageSid": sid, "SmsSid": sid,
        "MessageSid": sid, "SmsStatus": "received", "AccountSid": SID, "ApiVersion": "2010-04-01",
        "From": f"{prefix}{who}", "To": f"{prefix}+48221234567", "Body": words, "NumMedia": "0",
        "NumSegments": "1", **more,
    }  # fmt: skip
    return Raw(payload=urlencode(form).encode())


def sms(number: int, words: str, place: int = 0) -> Raw:
    return text_message(number, words)


def whatsapp(number: int, words: str, place: int = 0) -> Raw:
    """Write by WhatsApp, in the text or as the name of one's profile."""
    hidden = place % 2 == 1
    who = {"ProfileName": words[:200] if hidden else "Visitor", "WaId": f"4860{number:07d}"}
    return text_message(number, ASKED if hidden else words, "whatsapp:", MessageType="text", **who)


def telegram(number: int, words: str, place: int = 0) -> Raw:
    """Write by Telegram: in the text, below a file of that name, quoting, or as one's own name."""
    who = {"id": number, "is_bot": False, "first_name": "Visitor", "language_code": "en"}
    chat = {"id": number, "type": "private", "first_name": "Visitor"}
    said = {"message_id": number, "from": who, "chat": chat, "date": 1772441940}
    match place % 4:
        case 0:
            said["text"] = words
        case 1:
            document = {"file_id": f"F{number}", "file_unique_id": f"U{number}", "file_size": 5}
            said |= {"document": document | {"file_name": words[:200]}, "caption": ASKED}
        case 2:
            quoted = {"message_id": number + 10**6, "chat": chat, "date": 1, "text": words}
            said |= {
                "reply_to_message": quoted,
                "quote": {"text": words, "position": 0},
                "text": ASKED,
            }
        case 3:
            who["first_name"] = chat["first_name"] = words[:200]
            said["text"] = ASKED
    return Raw(payload=json.dumps({"update_id": number, "message": said}).encode())


def slack(number: int, words: str, place: int = 0) -> Raw:
    """Write by Slack, in a direct message or as the name of its file."""
    event = {
        "type": "message", "user": f"U{number:06d}", "team": "T0SHOP", "channel": f"D{number:06d}",
        "channel_type": "im", "ts": f"1767{number:06d}.000100", "text": words,
    }  # fmt: skip
    if place % 2 == 1:
        file = {
            "id": f"F{number}", "name": words[:200], "title": words[:200], "size": 5,
            "mimetype": "application/pdf", "mode": "hosted",
            "url_private_download": f"https://files.slack.com/files-pri/T-F{number}/x.pdf",
        }  # fmt: skip
        event |= {"subtype": "file_share", "text": ASKED, "files": [file]}
    authorized = {"team_id": "T0HOME", "user_id": "U0BOT", "is_bot": True}
    payload = {
        "team_id": "T0HOME", "api_app_id": "A0DESK", "event": event, "type": "event_callback",
        "event_id": f"Ev{number}", "event_time": 1767000000, "authorizations": [authorized],
    }  # fmt: skip
    return Raw(payload=json.dumps(payload).encode())


def webchat(number: int, words: str, place: int = 0) -> Raw:
    """Write in the chat: in the text, or as the name of oneself."""
    thread = sha256(f"visitor {number}".encode()).hexdigest()[:40]
    said = {"type": "message", "thread": thread, "client_id": f"client-id-of-{number:08d}"}
    said |= {"at": "2026-03-02T09:00:00Z", "text": ASKED if place % 2 else words}
    if place % 2:
        said["name"] = words[:200]
    return Raw(payload=json.dumps(said).encode())


DOORS = {
    "email": email, "sms": sms, "whatsapp": whatsapp, "telegram": telegram, "slack": slack,
    "webchat": webchat,
}  # fmt: skip
