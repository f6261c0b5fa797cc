import gzip

import pytest

from agents_ui.letters import SCRIPT, SCRIPT_HASH, with_pictures
from inbox.model import Attachment
from tests.agents_ui import scenes

HTML = (
    '<meta http-equiv=refresh content="0;url=//evil.example">'
    '<p>Hi <img src="cid:pic@home"> <img src="https://spy.example/x.gif"></p>'
)
INDEX = b"<!doctype html><script src=/assets/main-AbCd1234.js></script>"


@pytest.fixture
async def built(open_street, tmp_path):
    folder = tmp_path / "static" / "inbox"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(INDEX)
    (folder / "assets" / "main-AbCd1234.js").write_bytes(b"run()")
    (folder / "assets" / "main-AbCd1234.js.gz").write_bytes(gzip.compress(b"run()"))
    (folder.parent / "secret.txt").write_bytes(b"secret")
    return await open_street(static=folder.parent)


async def fetched(street, path, **more):
    caller = await street.stranger(auto_decompress=False)
    url = f"{caller.base}{path}"
    async with caller.http.get(url, allow_redirects=False, **more) as answer:
        return answer.status, answer.headers, await answer.read()


async def test_every_address_of_the_inbox_is_its_one_page(built):
    for path in ("/inbox/mine", "/inbox/all/17", "/sign-in"):
        status, headers, body = await fetched(built, path)

        assert (200, INDEX) == (status, body)
        assert headers["Cache-Control"] == "no-cache"
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "twilio" not in policy  # nobody speaks in the browser of a desk without calls
        assert "microphone=()" in headers["Permissions-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    status, headers, _ = await fetched(built, "/")
    assert (302, "/inbox/mine") == (status, headers["Location"])


async def test_assets_are_kept_for_ever_and_packed(built):
    path = "/assets/main-AbCd1234.js"
    status, headers, body = await fetched(built, path, headers={"Accept-Encoding": "gzip"})
    assert (200, b"run()") == (status, gzip.decompress(body))
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Type"].startswith("text/javascript")
    status, headers, body = await fetched(built, path, headers={"Accept-Encoding": "br"})

    assert (200, b"run()") == (status, body)
    assert "Content-Encoding" not in headers


async def test_nothing_else_is_served(built):
    for path in ("/assets/..%2F..%2Fsecret.txt", "/assets/../secret.txt", "/assets/x.js"):
        status, _, _ = await fetched(built, path)
        assert 404 == status


async def test_a_page_that_was_not_built_says_how(open_street, tmp_path):
    street = await open_street(static=tmp_path)
    status, _, body = await fetched(street, "/inbox/mine")

    assert 503 == status
    assert b"npm run build" in body


async def test_a_letter_can_neither_do_nor_fetch_anything(street):
    agent = await street.agent()
    blob = await street.desk.blobs.put(b"\x89PNG\r\n\x1a\n")
    picture = scenes.file(blob, content_id="<pic@home>", inline=True)
    await street.desk.write(
        scenes.write_in,
        html=HTML,
        files=[picture],
    )
    url = f"{agent.base}/api/messages/1/html"
    async with agent.http.get(url) as answer:
        document, policy = await answer.text(), answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{SCRIPT_HASH}'" in policy
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "http:" not in policy.replace("http://", "")
    assert f"<script>{SCRIPT}</script>" in document
    assert 'src="/api/files/1?token=' in document
    assert "evil.example" not in document
    async with agent.http.get(f"{url}?images=1") as answer:
        assert "https: http:" in answer.headers["Content-Security-Policy"]


async def test_a_message_without_html_has_no_letter(street):
    agent = await street.agent()
    await street.desk.write(scenes.write_in)

    await agent.get("/api/messages/1/html", expect=404)


class Signs:
    def sign(self, purpose, value, *, seconds):
        return f"{purpose}{value}"


def test_pictures_that_came_along_are_linked_and_no_others():
    file = Attachment(
        id=7, message_id=1, name="x", media_type="image/png", size=1, blob="0", content_id="a&b@c"
    )
    linked = '<img src="/api/files/7?token=file7">'

    assert linked == with_pictures('<img src="cid:a&amp;b@c">', [file], Signs())
    assert linked == with_pictures("<img src='CID:a%26b@c'>", [file], Signs())
    assert '<img src="">' == with_pictures('<img src="cid:other">', [file], Signs())
    assert '<a href="cid:x">' == with_pictures('<a href="cid:x">', [file], Signs())
