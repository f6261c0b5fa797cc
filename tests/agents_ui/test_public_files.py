"""A file handed to somebody outside: its address is enough, and good for nothing else."""

import pytest

from inbox.line import AccountLine
from tests.agents_ui.test_files import PNG, SVG, fetched


async def address(street, content, name="a.png", kind="image/png", seconds=60):
    street.desk.public_url = ""
    line = AccountLine(street.desk, 1, None)
    return line.link(await street.desk.blobs.put(content), name, kind, seconds=seconds)


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("image/png", "inline"),
        ("audio/ogg", "inline"),
        ("video/mp4", "inline"),
        ("application/pdf", "inline"),
        ("text/plain", "attachment"),
        ("text/vcard", "attachment"),
        ("application/zip", "attachment"),
    ],
)
async def test_a_file_is_fetched_by_its_address_alone(street, kind, way):
    url = await address(street, PNG, "Glocke \u00e4", kind)
    status, headers, body = await fetched(await street.stranger(), url)

    assert (200, PNG, kind) == (status, body, headers["Content-Type"])
    assert headers["Content-Disposition"] == f"{way}; filename*=UTF-8''Glocke%20%C3%A4"
    assert headers["Content-Length"] == str(len(PNG))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "kind",
    ["image/svg+xml", "text/html", "application/xhtml+xml", "text/javascript", "a/b\r\nX: y", "?"],
)
async def test_what_a_browser_could_run_is_only_ever_saved(street, kind):
    url = await address(street, SVG, "x.svg", kind)
    _, headers, body = await fetched(await street.stranger(), url)

    assert SVG == body
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in headers["Content-Security-Policy"]


async def test_an_address_is_good_for_a_while_and_for_nothing_else(street):
    url = await address(street, PNG)
    caller = await street.stranger()
    forged = street.desk.signer.sign("upload", '["a","b","c"]', seconds=60)
    assert 404 == (await fetched(caller, f"/files/{forged}"))[0]
    assert 404 == (await fetched(caller, url[:-2]))[0]
    street.desk.advance(61)

    assert 404 == (await fetched(caller, url))[0]


async def test_a_file_that_is_gone_is_not_found(street):
    token = street.desk.signer.sign("public file", f'["{"0" * 64}","a","a/b"]', seconds=60)

    assert 404 == (await fetched(await street.stranger(), f"/files/{token}"))[0]
