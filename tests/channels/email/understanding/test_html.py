# ruff: noqa: E501, ISC004  # attacks and mails stand on one line each
"""HTML of strangers is shown safely, stays readable, and reads well as text."""

import json

import pytest

from channels.email import html, rendering
from tests.corpus.sets import CORPUS
from tests.servers.browser import connected, running_chromium

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml;base64,PHN2ZyBpZD0neCcgb25sb2FkPSdhbGVydCgxKSc+PC9zdmc+#x'>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<xmp><img title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>parent.alert(1)</script>'></object>",
    "<embed src='data:text/html,<script>parent.alert(1)</script>'>",
    "<a href='javascript:alert(1)' id=press>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:alert(1)'>x</a>",
    "<area href='javascript:alert(1)'>",
    "<body onload=alert(1)>",
    "<body background='http://attacker.example/a.png'>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src='http://attacker.example/a.ogg' autoplay></audio>",
    "<style>@import 'http://attacker.example/a.css';</style>",
    "<style>*{background:url(http://attacker.example/b.png)}</style>",
    "<p style=\"background-image:url('http://attacker.example/c.png')\">x</p>",
    "<p style='background:u\\72l(http://attacker.example/d.png)'>x</p>",
    "<p style='list-style:url(http://attacker.example/e.png)'>x</p>",
    "<p style='cursor:url(http://attacker.example/f.png),auto'>x</p>",
    "<p style='--x:url(http://attacker.example/g.png);background:var(--x)'>x</p>",
    "<p style='border-image:url(http://attacker.example/h.png)'>x</p>",
    "<p style='color:expression(alert(1))'>x</p>",
    "<img src='http://attacker.example/i.png'>",
    "<img src='//attacker.example/j.png'>",
    "<img srcset='http://attacker.example/k.png 1x'>",
    "<picture><source srcset='http://attacker.example/l.png'><img></picture>",
    "<table background='http://attacker.example/m.png'><tr><td background='n.png'>x</table>",
    "<link rel=stylesheet href='http://attacker.example/o.css'>",
    "<link rel=prefetch href='http://attacker.example/p'>",
    "<meta http-equiv=refresh content='0;url=http://attacker.example/q'>",
    "<base href='http://attacker.example/'>",
    "<form action='http://attacker.example/r'><input type=image src='http://attacker.example/s'>",
    "<img src='x' data-remote-src='http://attacker.example/t' onload=alert(1)>",
    "<p title='\"><img src=x onerror=alert(1)>'>x</p>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
]
#: Writes each text into a frame of its own without any sandbox, and tells which of them ran.
WATCH = """async texts => {
    const fired = [];
    for (const [number, text] of texts.entries()) {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        const inner = frame.contentWindow;
        const hook = () => {
            for (const name of ['alert', 'prompt', 'confirm', 'print'])
                inner[name] = () => fired.push(number);
        };
        inner.document.open();
        hook();
        inner.document.write('<!doctype html><body>' + text);
        inner.document.close();
        hook();
    }
    for (let turn = 0; turn < 5; turn++) await new Promise(done => setTimeout(done, 50));
    for (const frame of document.querySelectorAll('iframe'))
        for (const link of frame.contentDocument?.querySelectorAll('[href]') ?? [])
            if (/^\\s*(javascript|data|vbscript):/i.test(link.href)) fired.push(link.href);
    return fired;
}"""


def attacks():
    """Return our own attack strings, and the corpus's where it is at hand."""
    if not CORPUS.is_dir():
        return ATTACKS
    published = (CORPUS / "xss-payloadbox/payloads.txt").read_text().splitlines()
    cases = json.loads((CORPUS / "xss-dompurify/cases.json").read_text())
    return [*ATTACKS, *published, *(case["payload"] for case in cases)]


@pytest.fixture(scope="module")
def chromium():
    with running_chromium() as endpoint:
        yield endpoint


async def watched(endpoint, texts):
    """Show *texts* in a real browser; return what ran, and what was asked of the network."""
    async with connected(endpoint) as browser:
        page = await (await browser.new_context()).new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        await page.route("http*://**", lambda route: route.abort())
        fired = await page.evaluate(WATCH, texts)
        return fired, [url for url in asked if url.startswith(("http", "ftp", "ws"))]


async def test_attacks_work_where_nothing_is_cleaned(chromium):
    fired, asked = await watched(
        chromium, [ATTACKS[0], ATTACKS[1], "<img src='http://attacker.example/'>"]
    )

    assert {0, 1} == set(fired)
    assert asked


async def test_no_attack_runs_or_loads_anything(chromium):
    clean = [html.safe(attack) for attack in attacks()]
    together = ["<hr>".join(clean[start : start + 50]) for start in range(0, len(clean), 50)]

    assert ([], []) == await watched(chromium, [*clean[: len(ATTACKS)], *together])


def test_a_mail_stays_readable():
    mail = (
        '<div dir="ltr"><h2 style="color:#336699">Your order</h2><table width="600" border="1">'
        '<tbody><tr><td bgcolor="#eeeeee" colspan="2" style="padding:4px">Shoes, <b>size 42</b>'
        '</td></tr></tbody></table><ul><li>blue</li></ul><blockquote type="cite">older</blockquote>'
        "</div>"
    )

    assert mail == html.safe(mail)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('<img src="cid:a@b">', '<img src="cid:a@b">'),
        ('<img src="https://x.example/a">', '<img data-remote-src="https://x.example/a">'),
        ('<img src="data:image/png;base64,AA==">', '<img src="data:image/png;base64,AA==">'),
        ('<img src="data:image/svg+xml;base64,AA==">', "<img>"),
        ("<script>a</script><style>b</style><title>c</title>d", "d"),
        ("<form>a<input>b</form>", "ab"),
        ('<p style="position:fixed;color:red">a</p>', '<p style="color:red">a</p>'),
        ('<div class="gmail_quote evil" id="other">a</div>', '<div class="gmail_quote">a</div>'),
        (
            '<a href="https://x.example/">a</a>',
            '<a href="https://x.example/" target="_blank" rel="noopener noreferrer nofollow">a</a>',
        ),
    ],
)
def test_what_may_stay_stays(given, shown):
    assert shown == html.safe(given)


def test_remote_images_are_shown_when_somebody_asks():
    kept = '<img src="https://x.example/a.png" alt="A">'

    assert kept == html.with_images(html.safe(kept))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two", "One\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div><div>One</div></div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<b>bold</b> and <i>slanted</i>", "bold and slanted"),
        ("a  \n  b", "a b"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<ol start="1"><li>a</li><li>b</li></ol>', "1. a\n2. b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ('<blockquote type="cite"><p>a</p><p>b</p></blockquote>', "> a\n>\n> b"),
        ("Tom &amp; Jerry &lt;3 &nbsp; &#x1F600;", "Tom & Jerry <3   😀"),
        ('<span style="display:none">machines only</span>people', "people"),
        ('<p class="MsoNormal">a</p><p class="MsoNormal">b</p>', "a\nb"),
        ("<h1>Title</h1>text", "Title\ntext"),
        ('<img alt="😀" src="cid:x"> <img alt="Logo of us" src="cid:y">', "😀"),
        ("", ""),
    ],
)
def test_html_reads_well_as_text(given, text):
    assert text == rendering.read(html.safe(given)).text()


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On Monday X wrote:</div><blockquote '
        'class="gmail_quote">older</blockquote></div>',
        '<blockquote type="cite">older</blockquote>',
        '<div class="moz-cite-prefix">On 1/2/26 X wrote:</div><blockquote type="cite">older'
        "</blockquote>",
        '<hr><div id="divRplyFwdMsg">From: X</div><div>older</div>',
        '<div class="yahoo_quoted"><div>older</div></div>',
        '<div class="protonmail_quote">older</div>',
        '<div class="OutlookMessageHeader">From: X</div><p>older</p>',
        '<hr id="stopSpelling">From: x<br>older',
        "<div>On Mon, Mar 2, 2026 at 9:15 AM X &lt;x@x.example&gt; wrote:</div><div>older</div>",
        '<div style="border:none;border-top:solid #B5C4DF 1.0pt"><b>From:</b> X [mailto:x@x.example]'
        "<br><b>Sent:</b> Monday, 2 March 2026 9:15<br><b>To:</b> Y<br><b>Subject:</b> Z</div>older",
    ],
)
def test_quotes_in_html_are_known_by_their_marks(quote):
    from channels.email import quotes

    reading = rendering.read(html.safe(f"<div>Mine</div>{quote}"))

    assert "Mine" == quotes.visible(reading.visible()).strip()
    assert "older" in reading.text()


def test_a_forwarded_mail_is_no_quote():
    reading = rendering.read(
        html.safe(
            '<div>Look:</div><div class="gmail_quote">---------- Forwarded message ---------<br>'
            "From: X<br>the news</div>"
        )
    )

    assert "the news" in reading.visible()


@pytest.mark.parametrize(
    "costly",
    [
        "<div>" * 100_000,
        "<" * 100_000,
        "<blockquote type=cite>" * 20_000 + "x",
        "&" * 50_000,
        "<p>" * 20_000,
    ],
)
def test_no_html_is_worth_much_time(costly):
    assert isinstance(rendering.read(html.safe(costly)).text(), str)
