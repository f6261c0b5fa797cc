"""What the desk knows over HTTP: written by supervisors, found by everybody here."""

from datetime import timedelta

import pytest

from inbox.model import Role
from tests.agents_ui.conftest import Street

RETURNS = {
    "texts": [
        {
            "language": "en",
            "title": "How do I return something?",
            "body": "Print [the label](files/label.pdf) and send it back.\n\nIt is free.",
            "examples": ["I want to send it back", "does returning cost anything"],
        },
        {
            "language": "hr",
            "title": "Kako mogu vratiti narudžbu?",
            "body": "Ispišite naljepnicu i pošaljite paket natrag.",
            "examples": ["želim vratiti narudžbe"],
        },
    ]
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def english(title, body="Ask us.", **more):
    return {"texts": [{"language": "en", "title": title, "body": body}], **more}


async def written(street, body=None):
    boss = await street.program(Role.SUPERVISOR)
    return boss, await boss.post("/api/articles", body or RETURNS, expect=201)


async def test_an_article_is_written_and_read(street: Street):
    boss, made = await written(street)
    agent = await street.agent()

    assert made == await agent.get(f"/api/articles/{made['id']}")
    assert "http://desk.example/help/how-do-i-return-something" == made["url"]
    assert (1, boss.agent_id) == (made["revision"], made["updated_by_id"])
    [line] = (await agent.get("/api/articles"))["items"]
    assert (["en", "hr"], 3, False) == (line["languages"], line["examples"], line["due"])


async def test_whoever_saves_later_is_told_that_somebody_was_quicker(street: Street):
    boss, made = await written(street)
    where = f"/api/articles/{made['id']}"
    mine = english("Mine", revision=1)
    first = await boss.call("PUT", where, mine)
    problem = await boss.call("PUT", where, english("Yours", revision=1), expect=409)

    assert "Somebody else changed this article in the meantime." == problem["detail"]
    assert first == await boss.get(where)
    kept = (await boss.get(f"{where}/versions"))["items"]
    assert [(2, "Mine"), (1, "How do I return something?")] == [
        (one["revision"], one["texts"][0]["title"]) for one in kept
    ]


async def test_an_archived_article_is_listed_apart_until_it_is_restored(street: Street):
    boss, made = await written(street)
    where = f"/api/articles/{made['id']}"
    away = await boss.call("DELETE", where)
    assert (None, True) == (away["url"], away["archived_at"] is not None)
    await boss.call("PUT", where, english("Mine", revision=2), expect=409)
    listed = await boss.get("/api/articles")
    assert ([], 1) == (listed["items"], listed["counts"]["archived"])
    assert [made["id"]] == [
        one["id"] for one in (await boss.get("/api/articles?show=archived"))["items"]
    ]
    assert [] == (await boss.get("/api/articles/search?q=return"))["items"]

    back = await boss.post(f"{where}/restore")
    assert made["url"] == back["url"]
    assert 1 == len((await boss.get("/api/articles/search?q=return"))["items"])


async def test_what_is_due_for_review_is_listed(street: Street):
    yesterday = (street.desk.now - timedelta(days=1)).date().isoformat()
    boss, made = await written(street, english("Prices", review_by=yesterday))
    await boss.post("/api/articles", english("Post"), expect=201)

    due = await boss.get("/api/articles?show=due")
    assert [made["id"]] == [one["id"] for one in due["items"]]
    assert (2, 1) == (due["counts"]["standing"], due["counts"]["due"])
    today = street.desk.now.date().isoformat()
    looked = await boss.call(
        "PUT", f"/api/articles/{made['id']}", english("Prices", review_by=today, revision=1)
    )
    assert not looked["due"]


async def test_lists_are_pages(street: Street):
    boss, _ = await written(street)
    for number in range(4):
        street.desk.advance(1)
        await boss.post("/api/articles", english(f"Number {number}"), expect=201)

    first = await boss.get("/api/articles?limit=3")
    rest = await boss.get(f"/api/articles?limit=3&after={first['next']}")
    titles = [one["title"] for one in first["items"] + rest["items"]]
    assert ["Number 3", "Number 2", "Number 1", "Number 0", RETURNS["texts"][0]["title"]] == titles
    assert None is rest["next"]


@pytest.mark.parametrize(
    ("q", "language", "said"),
    [
        ("returning", "en", "How do I return something?"),
        ("vraćanje narudžbi", "hr", "Kako mogu vratiti narudžbu?"),
        ("narudzba", "hr", "Kako mogu vratiti narudžbu?"),
        ("is it free", "en", "How do I return something?"),
    ],
)
async def test_articles_are_found_however_their_words_are_inflected(
    street: Street, q, language, said
):
    boss, _ = await written(street)
    await boss.post(
        "/api/articles", english("When are you open?", "From nine to five."), expect=201
    )

    found = await boss.get("/api/articles/search", params={"q": q, "language": language})
    assert [said] == [one["title"] for one in found["items"]]


async def test_a_search_knows_what_was_saved_a_moment_ago(street: Street):
    boss, made = await written(street)
    assert 1 == len((await boss.get("/api/articles/search?q=return"))["items"])
    await boss.call("PUT", f"/api/articles/{made['id']}", english("Parking", revision=1))

    assert [] == (await boss.get("/api/articles/search?q=return"))["items"]
    assert 1 == len((await boss.get("/api/articles/search?q=parking"))["items"])


async def test_a_body_is_previewed_as_it_will_be_read(street: Street):
    agent = await street.agent()
    body = "# Label\n\n![A label](files/label.png) <script>alert(1)</script>"
    shown = await agent.post("/api/articles/preview", {"body": body, "article_id": 7})

    assert "<h2>Label</h2>" in shown["html"]
    assert 'src="/api/articles/7/files/label.png"' in shown["html"]
    assert "<script>" not in shown["html"]


async def test_files_go_with_an_article(street: Street):
    boss, made = await written(street)
    where = f"/api/articles/{made['id']}"
    headers = {"X-File-Name": "our%20label.png", "Content-Type": "image/png"}
    with_file = await boss.call("POST", f"{where}/files", data=PNG, headers=headers, expect=201)
    [file] = with_file["files"]
    assert ("our label.png", len(PNG), 2) == (file["name"], file["size"], with_file["revision"])

    async with boss.http.get(f"{boss.base}{file['url']}") as answer:
        assert (PNG, "image/png") == (await answer.read(), answer.content_type)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    stranger = await street.stranger()
    await stranger.get(file["url"], expect=401)
    body = {**RETURNS, "revision": 2, "files": []}
    assert [] == (await boss.call("PUT", where, body))["files"]
    await boss.get(file["url"], expect=404)


async def test_a_file_that_is_too_large_is_refused(open_street):
    street = await open_street(largest_upload=10)
    boss, made = await written(street)
    headers = {"X-File-Name": "big.bin", "Content-Type": "application/octet-stream"}
    await boss.call(
        "POST", f"/api/articles/{made['id']}/files", data=bytes(11), headers=headers, expect=413
    )


async def test_a_repeated_request_writes_one_article(street: Street):
    boss = await street.program(Role.SUPERVISOR)
    headers = {"Idempotency-Key": "once"}
    first = await boss.post("/api/articles", RETURNS, headers=headers, expect=201)
    again = await boss.post("/api/articles", RETURNS, headers=headers, expect=201)

    assert first == again
    assert 1 == (await boss.get("/api/articles"))["counts"]["standing"]


async def test_a_mistake_is_told_in_a_sentence(street: Street):
    boss = await street.program(Role.SUPERVISOR)
    problem = await boss.post("/api/articles", english(" "), expect=422)

    assert "A title has 1 to 200 letters (en)." == problem["detail"]


async def test_articles_are_brought_from_elsewhere(street: Street):
    boss, made = await written(street)
    table = (
        "slug,language,title,body\nhow-do-i-return-something,da,Retur,Print en label\n,,Empty,\n"
    )
    headers = {"X-File-Name": "articles.csv", "Content-Type": "application/octet-stream"}
    sent = {"data": table.encode(), "headers": headers}
    dry = await boss.call("POST", "/api/articles/import?dry=true", **sent)
    assert [("change", made["id"])] == [(one["does"], one["id"]) for one in dry["articles"]]
    assert ["articles.csv:3"] == [one["where"] for one in dry["problems"]]
    assert 1 == (await boss.get(f"/api/articles/{made['id']}"))["revision"]

    done = await boss.call("POST", "/api/articles/import", **sent)
    assert dry == done
    after = await boss.get(f"/api/articles/{made['id']}")
    assert ["en", "hr", "da"] == [one["language"] for one in after["texts"]]
