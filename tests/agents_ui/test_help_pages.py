"""The public help page: what customers may read, found and shared, without any script."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from inbox.actions import articles
from inbox.actions.articles import Wanted
from inbox.model import ArticleFile, ArticleText, Audience
from routing.setup import Setup
from tests.agents_ui.conftest import Street
from tests.agents_ui.floor import decide

ENGLISH = ArticleText(
    language="en",
    title="How do I return something?",
    body="You have **30 days**. Print ![the label](files/label.png) first.",
    examples=("send it back",),
)
CROATIAN = ArticleText(
    language="hr", title="Kako mogu vratiti narudžbu?", body="Imate 30 dana. <script>x</script>"
)


def text(title, body="Nothing special.", language="en"):
    return ArticleText(language=language, title=title, body=body)


async def written(desk, *texts, **more):
    return await desk.write(articles.create, Wanted(texts=texts, **more), by=None)


@pytest.fixture
async def shelf(street: Street):
    """A street whose desk knows something, and a customer who reads it."""
    made = await written(street.desk, ENGLISH, CROATIAN)
    blob = await street.desk.blobs.put(b"\x89PNG\r\n\x1a\n")
    for name in ("label.png", "terms.pdf"):
        file = ArticleFile(name=name, media_type="image/png", size=8, blob=blob)
        await street.desk.write(articles.attach, made.id, file, by=None)
    return street, await street.stranger()


async def read(customer, path, *, status=200, **more):
    async with customer.http.get(f"{customer.base}{path}", **more) as answer:
        assert status == answer.status
        return answer, (await answer.read()).decode(errors="replace")


async def test_everything_that_customers_may_read_is_listed(shelf):
    street, customer = shelf
    await written(street.desk, text("For us"), audience=Audience.AGENTS)
    gone = await written(street.desk, text("Gone"))
    await street.desk.write(articles.archive, gone.id, by=None)
    await written(street.desk, text("A person decides"), human_only=True)

    answer, page = await read(customer, "/help?lang=en")
    assert ["A person decides", "How do I return something?"] == re.findall(r"<b>(.*?)</b>", page)
    assert "<script" not in page
    assert "Set-Cookie" not in answer.headers
    for slug in ("for-us", "gone"):
        _, page = await read(customer, f"/help/{slug}", status=404)
        assert "There is no such page." in page


async def test_an_article_is_shown_safely_with_its_files(shelf):
    _, customer = shelf
    answer, page = await read(customer, "/help/how-do-i-return-something?lang=en")

    assert "<h1>How do I return something?</h1>" in page
    assert '<img src="/help/how-do-i-return-something/files/label.png" alt="the label">' in page
    assert ">terms.pdf</a>" in page
    assert ">label.png</a>" not in page
    assert "Updated on March 2, 2026" in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    picture, _ = await read(customer, "/help/how-do-i-return-something/files/label.png")
    assert "image/png" == picture.content_type
    await read(customer, "/help/how-do-i-return-something/files/other.png", status=404)


async def test_a_customer_reads_in_their_language(shelf):
    _, customer = shelf
    croatian = {"headers": {"Accept-Language": "de-AT, hr-HR;q=0.8, en;q=0.5"}}
    answer, page = await read(customer, "/help/how-do-i-return-something", **croatian)

    assert '<html lang="hr">' in page
    assert "Kako mogu vratiti narudžbu?" in page
    assert "&lt;script&gt;" in page
    assert "Ažurirano 2. ožujka 2026." in page
    assert ("hr", True) == (
        answer.headers["Content-Language"],
        "Accept-Language" in answer.headers["Vary"],
    )
    alternates = dict(re.findall(r'hreflang="([\w-]+)" href="(http.*?)"', page))
    base = "http://desk.example/help/how-do-i-return-something"
    assert {"en": f"{base}?lang=en", "hr": f"{base}?lang=hr", "x-default": base} == alternates
    assert f'<link rel="canonical" href="{base}?lang=hr">' in page


async def test_what_is_not_written_in_their_language_says_so(shelf):
    street, customer = shelf
    await written(street.desk, text("Garantie", "Zwei Jahre.", "de"))
    _, page = await read(customer, "/help/garantie?lang=en")

    assert "This article is not available in English yet." in page
    assert '<article lang="de">' in page
    assert 'name="robots" content="noindex"' in page


@pytest.mark.parametrize(
    ("q", "language", "title"),
    [
        ("returning", "en", "How do I return something?"),
        ("vraćanje narudžbi", "hr", "Kako mogu vratiti narudžbu?"),
        ("vracanje narudzbe", "hr", "Kako mogu vratiti narudžbu?"),
    ],
)
async def test_customers_find_what_they_look_for(shelf, q, language, title):
    street, customer = shelf
    await written(street.desk, text("Opening hours"))
    _, page = await read(customer, "/help/search", params={"q": q, "lang": language})

    assert [title] == re.findall(r"<b>(.*?)</b>", page)
    assert 'content="noindex"' in page


async def test_a_search_that_finds_nothing_says_what_to_do(shelf):
    _, customer = shelf
    for q in ("<b onclick=alert(1)>", "zzzz", "", "🦆", "\0", "x" * 5_000, "%{}{q}"):
        _, page = await read(customer, "/help/search", params={"q": q, "lang": "en"})
        assert "Try other words" in page
        assert "<b onclick" not in page


async def test_the_chat_is_told_what_may_help(shelf):
    street, customer = shelf
    yesterday = street.desk.now.date() - timedelta(days=1)
    await written(street.desk, text("Return by boat"), review_by=yesterday)
    await written(street.desk, text("Return a broken thing"), human_only=True)

    found = await customer.post("/help/suggestions", {"q": "return", "language": "en"})
    [one] = found["items"]
    assert ("How do I return something?", "http://desk.example/help/how-do-i-return-something") == (
        one["title"],
        one["url"].partition("?")[0],
    )
    assert {"items": []} == await customer.post("/help/suggestions", {"q": "r"})
    await customer.post("/help/suggestions", {"q": 7}, expect=422)
    await customer.call("POST", "/help/suggestions", data=b"q=return", expect=400)


async def test_nobody_searches_without_end(shelf):
    _, customer = shelf
    for _ in range(120):
        await customer.post("/help/suggestions", {"q": "return"})
    await customer.post("/help/suggestions", {"q": "return"}, expect=429)


async def test_search_engines_are_told_of_every_language(shelf):
    street, customer = shelf
    await written(street.desk, text("For us"), audience=Audience.AGENTS)
    _, page = await read(customer, "/help/sitemap.xml")

    places = [one.text for one in ET.fromstring(page).findall(".//{*}loc")]
    base = "http://desk.example/help/how-do-i-return-something"
    assert [f"{base}?lang=en", f"{base}?lang=hr"] == places


async def test_a_browser_keeps_what_did_not_change(shelf):
    street, customer = shelf
    answer, page = await read(customer, "/help?lang=en")
    etag = {"headers": {"If-None-Match": answer.headers["ETag"]}}
    await read(customer, "/help?lang=en", status=304, **etag)
    style = re.search(r'href="(/help/assets/[\w.]+)"', page).group(1)
    answer, _ = await read(customer, style)
    assert "immutable" in answer.headers["Cache-Control"]

    await written(street.desk, text("Something new"))
    await read(customer, "/help?lang=en", **etag)


async def test_many_articles_are_pages(street: Street):
    for number in range(101):
        await written(street.desk, text(f"Number {number:03}"))
    customer = await street.stranger()
    _, first = await read(customer, "/help")
    _, second = await read(customer, "/help?page=2")

    assert (100, 1) == (first.count("<b>"), second.count("<b>"))
    assert "Number 100" in second
    for odd in ("0", "x", "99999", "-1"):
        await read(customer, "/help", params={"page": odd})


async def test_a_desk_that_knows_nothing_says_so(street: Street):
    customer = await street.stranger()
    _, page = await read(customer, "/help")

    assert "There is nothing here yet." in page
    assert 'content="noindex"' in page


async def test_the_chat_stands_beside_where_there_is_one(open_street):
    street = await open_street(widgets={"shop": object()})
    _, page = await read(await street.stranger(), "/help")

    assert '<script async src="/widget.js" data-account="shop"></script>' in page


async def decided(street, **parts):
    await street.desk.write(decide, Setup(**parts))


async def voted(customer, said, **more):
    url = f"{customer.base}/help/how-do-i-return-something/vote"
    form = {"helpful": said, "lang": "en"}
    async with customer.http.post(url, data=form, allow_redirects=False, **more) as answer:
        return answer


async def votes(desk):
    since = desk.clock().date()
    return await desk.read(lambda unit: unit.articles.votes(since, since + timedelta(days=1)))


async def test_the_page_is_the_desks_and_leads_to_its_people(open_street):
    street = await open_street(widgets={"shop": object()})
    await decided(street, name="Acme <3", contacts=("help@acme.example", "+385 1 234 567"))
    _, page = await read(await street.stranger(), "/help?lang=en")

    assert "<title>Help · Acme &lt;3</title>" in page
    assert "<small>Acme &lt;3</small>" in page
    assert '<a href="/widget/shop?lang=en">Chat with us</a>' in page
    assert '<a href="mailto:help@acme.example">help@acme.example</a>' in page
    assert '<a href="tel:+3851234567">+385 1 234 567</a>' in page


async def test_articles_stand_under_their_categories(street: Street):
    shelf = ("Zones", "Delivery"), ("Cards", "Paying"), ("Hours", ""), ("Abroad", "Delivery")
    for title, category in shelf:
        part = ArticleText(language="en", title=title, body="So.", category=category)
        await written(street.desk, part)
    customer = await street.stranger()
    _, page = await read(customer, "/help?lang=en")
    _, article = await read(customer, "/help/abroad?lang=en")

    told = re.findall(r"<h2>(.*?)</h2>|<b>(.*?)</b>", page)
    assert [("Delivery", ""), ("", "Abroad"), ("", "Zones")] == told[:3]
    assert [("Paying", ""), ("", "Cards"), ("More", ""), ("", "Hours")] == told[3:]
    assert '<a href="#topic-delivery">Delivery</a>' in page
    assert '<a href="/help?lang=en#topic-delivery">Delivery</a>' in article


async def test_a_reader_says_once_a_day_whether_an_article_helped(shelf):
    street, customer = shelf
    answer = await voted(customer, "no")
    assert 303 == answer.status
    assert "/help/how-do-i-return-something?said=no&lang=en#vote" == answer.headers["Location"]
    assert "Set-Cookie" not in answer.headers
    _, page = await read(customer, "/help/how-do-i-return-something?said=no&lang=en")
    assert "We will write it better." in page
    assert 'name="robots" content="noindex"' in page

    await voted(customer, "yes")
    assert [(0, 1)] == list((await votes(street.desk)).values())
    street.desk.now += timedelta(days=1)
    await voted(customer, "yes")
    assert [(1, 0)] == list((await votes(street.desk)).values())


async def test_no_other_site_votes_and_nobody_on_what_is_hidden(shelf):
    street, customer = shelf
    refused = await voted(customer, "no", headers={"Sec-Fetch-Site": "cross-site"})
    await street.desk.write(articles.archive, (await only(street)).id, by=None)

    assert (403, 404) == (refused.status, (await voted(customer, "no")).status)
    assert {} == await votes(street.desk)


async def only(street):
    return (await street.desk.read(lambda unit: unit.articles.some([1])))[0]
