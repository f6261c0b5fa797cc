from urllib.parse import quote

import pytest

from agents_ui.api.files import file_name
from inbox.blobs import DiskBlobs
from inbox.errors import Unavailable
from tests.agents_ui import scenes
from tests.agents_ui.waiting import until

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
OURS = {"Sec-Fetch-Site": "same-origin"}


async def uploaded(agent, content, name="bell.png", kind="image/png", expect=201):
    headers = {**OURS, "X-File-Name": quote(name), "Content-Type": kind}
    return await agent.call("POST", "/api/files", data=content, headers=headers, expect=expect)


async def fetched(caller, url):
    async with caller.http.get(f"{caller.base}{url}") as answer:
        return answer.status, answer.headers, await answer.read()


async def test_a_file_goes_with_a_reply_and_comes_back_by_its_link(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    token = (await uploaded(agent, PNG, "Glocke \u00e4.png"))["token"]
    said = {"text": "See!", "client_id": "c", "attachments": [token]}
    message = await agent.post(f"/api/conversations/{talk}/replies", said, expect=201)
    file = message["attachments"][0]
    assert ("Glocke \u00e4.png", len(PNG), True) == (file["name"], file["size"], file["image"])

    status, headers, body = await fetched(await street.stranger(), file["url"])

    assert (200, PNG) == (status, body)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["X-Content-Type-Options"] == "nosniff"


async def attached(street, content, name, kind):
    blob = await street.desk.blobs.put(content)
    given = scenes.file(blob, name, kind, size=len(content))
    await street.desk.write(scenes.write_in, files=[given])
    agent = await street.agent()
    thread = await agent.get("/api/conversations/1")
    return thread["messages"]["items"][0]["attachments"][0]["url"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (SVG, "image/svg+xml"),
        (SVG, "image/png"),
        (b"<script>alert(1)</script>", "text/html"),
        (b"%PDF-1.7", "application/pdf"),
        (b"", "image/png"),
        (b"GIF88a", "image/gif"),
    ],
)
async def test_what_is_no_picture_by_its_bytes_is_only_ever_saved(street, content, kind):
    url = await attached(street, content, 'evil".html', kind)
    status, headers, body = await fetched(await street.stranger(), url)

    assert (200, content) == (status, body)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''evil%22.html"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_link_is_good_for_an_hour_and_for_one_file(street):
    url = await attached(street, PNG, "a.png", "image/png")
    blob = await street.desk.blobs.put(b"secret")
    await street.desk.write(scenes.write_in, files=[scenes.file(blob)])
    caller = await street.stranger()
    assert 404 == (await fetched(caller, url.replace("/files/1", "/files/2")))[0]
    assert 404 == (await fetched(caller, url + "x"))[0]
    assert 422 == (await fetched(caller, url.partition("?")[0]))[0]
    street.desk.advance(3601)

    assert 404 == (await fetched(caller, url))[0]


async def test_what_is_too_large_is_refused_however_it_comes(open_street):
    street = await open_street(largest_upload=1000)
    agent = await street.agent()
    await uploaded(agent, b"x" * 1001, expect=413)

    async def pieces():
        for _ in range(200):
            yield b"x" * 10_000

    await uploaded(agent, pieces(), expect=413)
    await uploaded(agent, b"x" * 1000)
    left = list((street.desk.blobs.folder / "incoming").glob("*"))
    assert [] == left


async def test_a_large_file_passes_through_without_being_held(street):
    agent = await street.agent()
    size = 20 * 1024 * 1024

    async def pieces():
        for _ in range(size // 65536):
            yield b"\1" * 65536

    stored = await uploaded(agent, pieces(), "film.mp4", "video/mp4")
    assert stored["size"] == size


async def test_uploads_of_an_agent_are_good_for_a_day(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    token = (await uploaded(agent, PNG))["token"]
    street.desk.advance(24 * 3600 + 1)
    said = {"text": "See!", "client_id": "c", "attachments": [token]}

    problem = await agent.post(f"/api/conversations/{talk}/replies", said, expect=422)
    assert problem["field"] == "attachments"


async def test_what_is_too_large_for_the_channel_stays_with_its_message(street):
    """It leaves as a link; see the tests of delivering."""
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    token = (await uploaded(agent, b"x" * 500_001))["token"]
    said = {"text": "See!", "client_id": "c", "attachments": [token]}

    message = await agent.post(f"/api/conversations/{talk}/replies", said, expect=201)
    assert [500_001] == [file["size"] for file in message["attachments"]]


async def test_a_full_disk_is_said_and_nothing_is_stored(street, monkeypatch):
    agent = await street.agent()

    async def full(self, content):
        async for _ in content:
            pass
        raise Unavailable

    monkeypatch.setattr(DiskBlobs, "put", full)
    async with agent.http.post(f"{agent.base}/api/files", data=b"x", headers=OURS) as answer:
        assert (503, "5") == (answer.status, answer.headers["Retry-After"])


async def test_an_upload_that_breaks_off_leaves_nothing(street):
    agent = await street.agent()
    folder = street.desk.blobs.folder / "incoming"

    async def broken():
        yield b"x" * 100_000
        raise OSError

    with pytest.raises(Exception):  # noqa: B017  # whatever the client makes of it
        await uploaded(agent, broken())
    await until(lambda: not list(folder.glob("*")))


def test_names_are_only_names():
    assert "a_b.txt" == file_name("a/b.txt")
    assert "_.._etc_passwd" == file_name("/../etc/passwd")
    assert "file" == file_name(" .. ")
    assert "invoice_fdp.exe" == file_name("invoice\u202efdp.exe")
    assert "a__b" == file_name("a\r\nb")
    assert 200 >= len(file_name("x" * 1000))
