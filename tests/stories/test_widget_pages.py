"""What a site embeds: small, strict about who carries it, and in six languages."""

import gzip
import json
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from agents_ui.widget_pages import WidgetPages, routes

LANGUAGES = {"en", "fr", "pl", "hr", "ru", "da"}
KB = 1024


class Chat:
    """An account as the pages see it."""

    def __init__(self, *origins, title="Kiln & Willow"):
        self.origins = origins
        self.title = title

    def front(self):
        return {
            "title": self.title,
            "reply_time": "Usually answers within 10 minutes",
            "ask_email": True,
            "look": {},
            "max_file": 10 * KB * KB,
        }


@pytest.fixture
def pages(built):
    chats = {
        "shop": Chat("https://shop.example", "https://www.shop.example"),
        "anywhere": Chat("*"),
        "odd": Chat(title="</script><script>alert(1)</script>"),
    }
    return WidgetPages(chats, built)


@pytest.fixture
async def client(pages):
    served = web.Application()
    served.add_routes(pages.routes())
    async with TestClient(TestServer(served)) as opened:
        yield opened


def test_the_whole_widget_is_small(pages):
    page = gzip.compress(pages.write("shop", pages.widgets["shop"], "ru").encode())
    sizes = {
        "loader": len(pages.loader.small),
        "panel": len(pages.panel.small),
        "style": len(pages.style.small),
        "page": len(page),
    }

    assert sizes["loader"] <= 2 * KB
    assert sum(sizes.values()) <= 15 * KB, sizes


def test_every_language_says_everything(pages):
    keys = {lang: set(texts) for lang, texts in pages.texts.items()}

    assert set(keys) == LANGUAGES
    assert all(names == keys["en"] for names in keys.values())
    assert all("{}" in texts["too_large"] for texts in pages.texts.values())
    assert all(text.strip() for texts in pages.texts.values() for text in texts.values())


@pytest.mark.parametrize(
    ("account", "ancestors"),
    [
        ("shop", "'self' https://shop.example https://www.shop.example"),
        ("anywhere", "*"),
        ("odd", "'self'"),
    ],
)
async def test_only_the_accounts_sites_may_frame_the_panel(client, account, ancestors):
    response = await client.get(f"/widget/{account}")
    policy = response.headers["Content-Security-Policy"]

    assert policy.endswith(f"frame-ancestors {ancestors}")
    assert "unsafe" not in policy
    assert "Set-Cookie" not in response.headers


async def test_the_panel_is_in_the_language_asked_for_or_in_english(client):
    found = {}
    for lang in "pl", "tlh", "../../etc", "":
        text = await (await client.get("/widget/shop", params={"lang": lang})).text()
        found[lang] = re.search('<html lang="([^"]*)">', text)[1]

    assert {"pl": "pl", "tlh": "en", "../../etc": "en", "": "en"} == found


async def test_what_an_account_is_called_cannot_become_markup(client):
    text = await (await client.get("/widget/odd")).text()
    front = re.search('id="front">(.*?)</script>', text)[1]

    assert "<script>alert" not in text
    assert "</script><script>alert(1)</script>" == json.loads(front)["title"]


async def test_what_is_not_there_is_not_found(client):
    for path in "/widget/nobody", "/widget/assets/panel.js", "/widget/assets/..%2f..%2fx":
        assert 404 == (await client.get(path)).status


async def test_files_are_kept_by_browsers(client):
    script = await client.get("/widget.js")
    again = await client.get("/widget.js", headers={"If-None-Match": script.headers["ETag"]})
    text = await (await client.get("/widget/shop")).text()
    assets = re.findall(r'"(assets/[^"]+)"', text)
    kept = [(await client.get(f"/widget/{asset}")).headers["Cache-Control"] for asset in assets]

    assert "text/javascript" == script.content_type
    assert 304 == again.status
    assert ["public, max-age=31536000, immutable"] * 2 == kept


async def test_a_browser_that_takes_no_gzip_is_served_too(client, pages):
    response = await client.get("/widget.js", headers={"Accept-Encoding": "identity"})

    assert "Content-Encoding" not in response.headers
    assert pages.loader.plain == await response.read()


async def test_before_it_is_built_the_desk_opens_and_says_what_is_missing(tmp_path):
    served = web.Application()
    served.add_routes(routes({"shop": Chat("*")}, tmp_path))
    async with TestClient(TestServer(served)) as opened:
        script = await opened.get("/widget.js")
        page = await opened.get("/widget/shop")

        assert [script.status, page.status] == [503, 503]
        assert "npm run build" in await page.text()
