"""Look whether an email account works, and say what to do when it does not."""

import asyncio
import socket
from collections.abc import Awaitable

from channels.email.imap import open_mailbox
from channels.email.oauth import Grant
from channels.email.settings import Server, Settings
from channels.email.smtp import Post
from channels.email.tokens import reply_address
from inbox.channel import Check
from inbox.errors import DeskError

SAMPLE = "a" * 22


async def examine(settings: Settings, grant: Grant | None, post: Post) -> list[Check]:
    """Try everything that reading and answering need; nothing is changed or sent."""
    come_in, go_out, hint = await asyncio.gather(
        attempted("IMAP sign-in", reading(settings, grant)),
        attempted("SMTP sign-in", sending(post)),
        reply_addresses(settings, post),
    )
    return [
        await resolved("IMAP", settings.imap),
        come_in,
        await resolved("SMTP", settings.smtp),
        go_out,
        hint,
    ]


async def resolved(name: str, server: Server) -> Check:
    """Look the server's name up."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(server.host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        advice = f"{server.host} has no address ({error}). Is the name right?"
        return Check(name=f"{name} name", fine=False, found=advice)
    places = ", ".join(sorted({str(entry[4][0]) for entry in found}))
    return Check(name=f"{name} name", fine=True, found=f"{server.host} is {places}.")


async def attempted(name: str, work: Awaitable[str]) -> Check:
    """Tell how an attempt ended, whatever it ran into."""
    try:
        return Check(name=name, fine=True, found=await work)
    except DeskError as error:
        return Check(name=name, fine=False, found=str(error))
    except Exception as error:  # noqa: BLE001  # the other checks have to be made all the same
        return Check(name=name, fine=False, found=f"It ended in {type(error).__name__}.")


async def reading(settings: Settings, grant: Grant | None) -> str:
    async with await open_mailbox(settings, grant) as mailbox:
        news = "tells of new mails" if mailbox.client.has_capability("IDLE") else "must be asked"
        return f"The folder {settings.imap.folder} can be read; the server {news}."


async def sending(post: Post) -> str:
    async with post.connection() as client:
        size = client.esmtp_extensions.get("size", "")
        most = f"up to {int(size) // 2**20} MB" if size.isdigit() and int(size) else "mails"
        return f"The server takes {most}."


async def reply_addresses(settings: Settings, post: Post) -> Check:
    """Ask whether the server would take an answer to a reply address, without sending one."""
    name = "reply addresses"
    if not settings.plus_addressing:
        found = "plus_addressing is off; answers are recognised by the ids they name."
        return Check(name=name, fine=True, found=found)
    sample = reply_address(settings.address, SAMPLE)
    try:
        async with post.connection() as client:
            await client.mail(settings.address)
            code, words = await client.execute_command(b"RCPT", f"TO:<{sample}>".encode())
            await client.rset()
    except Exception as error:  # noqa: BLE001  # a hint must not hide the checks before it
        return Check(name=name, fine=False, found=f"Could not be tried ({type(error).__name__}).")
    fine = code < 400
    advice = (
        f"The server takes {sample}. Send a mail to such an address once, to be sure it arrives."
        if fine
        else f"The server refuses {sample} ({code} {words}). Set plus_addressing = false, "
        "or have the server deliver address+anything to the address."
    )
    return Check(name=name, fine=fine, found=advice)
