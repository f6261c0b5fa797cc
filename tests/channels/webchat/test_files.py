"""Files go before the message that names them, and are shown to nobody else."""

import io

import pytest

from tests.channels.webchat.conftest import bearer, later

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


async def hand_over(chat, token, content=PNG, name="chip.png", **headers):
    return await chat.client.post(
        "/channels/shop/files",
        data=content,
        headers={**bearer(token), "X-File-Name": name, **headers},
    )


async def test_a_file_goes_with_a_message_and_is_there_at_the_next_visit(chat):
    token = await chat.token()
    given = await (await hand_over(chat, token)).json()
    ana = await chat.enter(token)
    await ana.write("See the lid", files=[given["file"]])
    [message] = (await chat.enter(token)).welcome["messages"]
    [file] = message["files"]

    assert ("chip.png", "image/png", len(PNG)) == (file["name"], file["media_type"], file["size"])
    response = await chat.client.get(f"/channels/shop/{file['url']}")
    assert PNG == await response.read()
    assert response.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"<html><script>", b"%PDF-1.4", b""])
async def test_only_pictures_are_shown_and_all_else_is_saved(chat, content):
    given = await (await hand_over(chat, await chat.token(), content, "x.png")).json()
    response = await chat.client.get(f"/channels/shop/{given['url']}")

    assert "application/octet-stream" == response.content_type
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "nosniff" == response.headers["X-Content-Type-Options"]
    assert content == await response.read()


async def test_fifty_megabytes_are_refused_clearly(chat):
    async def stream():
        for _ in range(50):
            yield b"x" * 1024 * 1024

    token = await chat.token()
    for content in io.BytesIO(b"x" * 50 * 1024 * 1024), stream():
        response = await hand_over(chat, token, content)
        problem = await response.json()

        assert (413, "That is too large: 10 MB at most.") == (response.status, problem["detail"])
    assert {} == chat.paper.blobs


async def test_a_file_of_another_visitor_cannot_be_named(chat):
    given = await (await hand_over(chat, await chat.token())).json()
    other = await chat.enter()
    await other.say("message", client_id="message-1", text="mine", files=[given["file"]])

    assert "unknown or too old" in (await other.hear("refused"))["reason"]


async def test_a_link_is_no_ticket_to_name_the_file(chat):
    token = await chat.token()
    given = await (await hand_over(chat, token)).json()
    ana = await chat.enter(token)
    link = given["url"].removeprefix("files/")
    await ana.say("message", client_id="message-1", text="x", files=[link])

    assert await ana.hear("refused")
    assert 404 == (await chat.client.get(f"/channels/shop/files/{given['file']}")).status


async def test_a_file_that_may_have_been_tidied_away_cannot_be_named(chat):
    """Files that nothing refers to are kept for two days."""
    token = await chat.token()
    given = await (await hand_over(chat, token)).json()
    later(chat.paper, days=1, seconds=1)
    ana = await chat.enter(token)
    await ana.say("message", client_id="message-1", text="See", files=[given["file"]])

    assert "unknown or too old" in (await ana.hear("refused"))["reason"]


async def test_a_link_is_good_for_a_week(chat):
    given = await (await hand_over(chat, await chat.token())).json()
    later(chat.paper, days=8)

    assert 404 == (await chat.client.get(f"/channels/shop/{given['url']}")).status


async def test_files_are_not_taken_without_end(chat):
    token = await chat.token()
    answers = [(await hand_over(chat, token, b"x")).status for _ in range(12)]

    assert 429 in answers
    assert [200] * answers.count(200) == answers[: answers.count(200)]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("C%3A%5CUsers%5Cana%5Cchip.png", "chip.png"),
        ("chip%0D%0ASet-Cookie%3A%20x.png", "chipSet-Cookie: x.png"),
        ("gpj.%E2%80%AEexe", "gpj.exe"),
        ("%D1%87%D0%B0%D1%88%D0%BA%D0%B0.png", "чашка.png"),
        ("", "file"),
        ("%20..%20", "file"),
        ("x" * 500, "x" * 149 + "…"),
    ],
)
async def test_names_of_files_are_made_harmless(chat, given, kept):
    answer = await (await hand_over(chat, await chat.token(), name=given)).json()

    assert kept == answer["name"]
    assert 200 == (await chat.client.get(f"/channels/shop/{answer['url']}")).status
