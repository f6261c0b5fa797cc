"""A mailbox that is only a folder: what the desk sends lies there, and a person may answer.

It is the real email channel, understanding and composing mails as ever; only its servers are
replaced by files, so that the demo needs no network.
"""

import asyncio
import html
import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from pathlib import Path

from aiohttp import web

from channels.email.channel import Email
from channels.email.compose import compose, own_id, recipients
from inbox.channel import Channel, Check, Outgoing, Raw, Sent
from inbox.errors import Rejected

GONE = "moved-away.example"  # nobody there takes mails any more
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>Postbox</title>
<style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}
article{{border:1px solid #8886;border-radius:.5rem;padding:1rem;margin:1rem 0}}
pre{{white-space:pre-wrap;font:inherit}}textarea,input{{width:100%;box-sizing:border-box;font:inherit}}
h2{{font-size:1rem;margin:0}}small{{opacity:.7}}label{{display:block;margin:.5rem 0}}
</style>
<h1>The customers' postbox</h1>
<p>Mails that the desk sent, the newest first. Answer one as the customer would.</p>
{mails}
<article><h2>Write a mail to {address}</h2>{form}</article>
"""


class PaperMail(Email):
    """The email channel, without any server."""

    folder = Path()  #: where mails lie
    listen = Channel.listen  # there is no server to ask, so nobody needs a lease for it

    async def doctor(self) -> list[Check]:
        return [Check(name="postbox", fine=True, found=f"Mails go into {self.folder}.")]

    async def send(self, outgoing: Outgoing) -> Sent:
        if any(address.endswith(GONE) for address in recipients(outgoing)):
            raise Rejected("550 5.1.1 Recipient address rejected: User unknown")
        mail = await asyncio.to_thread(compose, outgoing, self.settings)
        await asyncio.to_thread(self.keep, int(outgoing.message_id), mail)
        return Sent(external_id=own_id(outgoing, self.settings))

    def keep(self, number: int, mail: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{number:08}.eml").write_bytes(mail)

    async def receive(self, mail: bytes) -> None:
        """Take *mail* as if a server had handed it over."""
        await self.line.take(Raw(payload=mail))


class Postbox:
    """The page of a `PaperMail`."""

    def __init__(self, channel: PaperMail) -> None:
        self.channel = channel

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/demo/postbox", self.show),
            web.post("/demo/postbox", self.write),
        ]

    async def show(self, _: web.Request) -> web.Response:
        mails = await asyncio.to_thread(lambda: "".join(map(shown, self.kept())))
        address = html.escape(self.channel.settings.address)
        page = PAGE.format(mails=mails or "<p>It is empty.</p>", address=address, form=form(None))
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return web.Response(text=page, content_type="text/html", headers=headers)

    def kept(self) -> list[Path]:
        return sorted(self.channel.folder.glob("*.eml"), reverse=True)[:50]

    async def write(self, request: web.Request) -> web.Response:
        """Send what a visitor of the page wrote in a customer's name."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise web.HTTPForbidden
        said = {name: str(value) for name, value in (await request.post()).items()}
        answered = self.answered(said.get("answers", ""))
        mail = answer(answered, said) if answered else new(said, self.channel.settings.address)
        await self.channel.receive(mail)
        raise web.HTTPSeeOther("/demo/postbox")

    def answered(self, name: str) -> EmailMessage | None:
        if not re.fullmatch(r"\d+\.eml", name) or not (self.channel.folder / name).exists():
            return None
        return opened(self.channel.folder / name)


def opened(path: Path) -> EmailMessage:
    """Read a mail of ours; it is well-formed."""
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def shown(path: Path) -> str:
    """Draw one mail and the form to answer it."""
    mail = opened(path)
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return (
        f"<article><h2>{html.escape(str(mail['subject']))}</h2>"
        f"<small>to {html.escape(str(mail['to']))}</small><pre>{html.escape(text)}</pre>"
        f"{form(path.name)}</article>"
    )


def form(answers: str | None) -> str:
    """Draw a form: for an answer, or for a new mail."""
    fields = (
        f'<input type="hidden" name="answers" value="{html.escape(answers)}">'
        if answers
        else '<label>From <input name="from" value="Robin &lt;robin@customers.example&gt;"></label>'
        '<label>Subject <input name="subject" required></label>'
    )
    return (
        f'<form method="post">{fields}<label>Text <textarea name="text" rows="3" required>'
        "</textarea></label><button>Send</button></form>"
    )


def one_line(text: str) -> str:
    """Keep a header to its line."""
    return " ".join(text.split())


def new(said: dict[str, str], to: str) -> bytes:
    """Write a customer's first mail."""
    sender = one_line(said.get("from", "")) or "robin@customers.example"
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = one_line(said.get("subject", "")) or "(no subject)"
    mail["Message-ID"] = make_msgid(domain="customers.example")
    mail.set_content(said.get("text", ""))
    return mail.as_bytes()


def answer(to: EmailMessage, said: dict[str, str]) -> bytes:
    """Write what a customer's mail program makes of an answer, the quoted mail below it."""
    body = to.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    who = parseaddr(str(to["from"]))[0]
    subject = str(to["subject"])
    mail = EmailMessage()
    mail["From"], mail["To"] = str(to["to"]), str(to["reply-to"] or to["from"])
    mail["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    mail["Message-ID"] = make_msgid(domain="customers.example")
    mail["In-Reply-To"] = str(to["message-id"])
    mail["References"] = one_line(f"{to['references'] or ''} {to['message-id']}")
    mail.set_content(f"{said.get('text', '')}\n\nOn {to['date']}, {who} wrote:\n{quoted}\n")
    return mail.as_bytes()
