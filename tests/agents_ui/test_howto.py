"""The examples of the how-to are true: each is done, in their order, on one desk."""

import json
import re
import shlex
from pathlib import Path

from inbox.model import Role
from tests.agents_ui import scenes

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "api.md"
EXAMPLE = re.compile(r"```console\n\$ (curl .*?)\n(\{.*?)\n```", re.DOTALL)


def request(command, base, token):
    """Read a curl command as far as the page uses it."""
    words = shlex.split(command.replace("\\\n", " "))
    method, url, headers, body = "GET", "", {}, None
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value.replace("$TOKEN", token)
        elif word == "-d":
            body = next(rest)
        else:
            url = word.replace("$DESK", base)
    return method, url, headers, body


def fits(shown, found):
    """Tell whether *found* has what is *shown*; an ellipsis stands for anything."""
    if shown in ("…", ["…"]):
        return found is not None
    if isinstance(shown, str) and shown.endswith("…"):
        return isinstance(found, str) and found.startswith(shown[:-1])
    if isinstance(shown, dict):
        return all(name in found and fits(value, found[name]) for name, value in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(found) and all(map(fits, shown, found))
    return shown == found


async def test_every_example_answers_as_it_says(street):
    await street.desk.write(scenes.write_in)
    street.desk.advance(1)
    await street.desk.write(scenes.write_in)
    program = await street.program(Role.ADMIN)
    token = program.http.headers["Authorization"].removeprefix("Bearer ")
    caller = await street.stranger()
    examples = EXAMPLE.findall(PAGE.read_text())
    for command, shown in examples:
        method, url, headers, body = request(command, street.base, token)
        async with caller.http.request(method, url, headers=headers, data=body) as answer:
            found = await answer.json(content_type=None)
        wanted = json.loads(shown.replace("[…]", '["…"]'))

        assert fits(wanted, found), (command, found)
    assert len(examples) == 7
