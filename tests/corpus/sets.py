"""Judges of the corpus: real mails of other projects, with what was to be understood.

Each judge yields a verdict for each case: its name, and what differs from what was
expected (nothing when it holds).
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from channels.email.mime import Part, read
from channels.email.understand import parse
from config.inspection import threads
from inbox.channel import Inbound, Raw
from inbox.errors import Unreadable

CORPUS = Path(os.environ.get("PARLOUR_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
Verdict = tuple[str, list[str]]


def mails() -> list[Path]:
    """Return every file of the corpus that is a mail."""
    return [
        file
        for file in sorted(CORPUS.rglob("*"))
        if file.suffix in (".eml", ".box", ".msg")
        or file.parent.name == "mime-cpython"
        or (file.suffix == ".txt" and file.parent.match("mime-mimekit/messages"))
    ]


def understood(content: bytes) -> Inbound:
    (heard,) = parse(Raw(payload=content))
    assert isinstance(heard, Inbound)
    return heard


def visible(heard: Inbound) -> str:
    return heard.text if heard.visible_text is None else heard.visible_text


def folded(text: str) -> str:
    return " ".join(text.split())


def every_mail() -> Iterator[Verdict]:
    """A mail is understood or quarantined, and nothing is raised."""
    for file in mails():
        try:
            parse(Raw(payload=file.read_bytes()))
        except Unreadable:
            yield file.name, []
        except Exception as error:  # noqa: BLE001  # this is what is judged
            yield file.name, [repr(error)]
        else:
            yield file.name, []


# --- bounces --------------------------------------------------------------------------------
KINDS = {"feedback": "feedback_report", "vacation": "auto_reply"}
MADE_UP = re.compile(r"[245]\.0\.9\d\d|")  # the project's own codes, where the mail has none


def bounces() -> Iterator[Verdict]:
    """Bounces, complaints and vacation mails are known as such, with code and hardness."""
    for expected in sorted((CORPUS / "bounce-sisimai").rglob("*.expected.json")):
        mail = expected.with_name(expected.name.replace(".expected.json", ".eml"))
        wanted = json.loads(expected.read_text())
        heard = understood(mail.read_bytes())
        kind = next((KINDS[one["reason"]] for one in wanted if one["reason"] in KINDS), "bounce")
        if heard.kind != kind:
            yield mail.name, [f"{heard.kind} for {kind}"]
        else:
            yield mail.name, list(refusals(heard, wanted)) if kind == "bounce" else []


def refusals(heard: Inbound, wanted: list[dict[str, Any]]) -> Iterator[str]:
    codes = [failure.status or "" for failure in heard.failures]
    hard = [failure.hard for failure in heard.failures]
    for one in wanted:
        near = [code[:1] for code in codes] if MADE_UP.fullmatch(one["dsn"]) else []
        if one["dsn"] not in codes and one["dsn"][:1] not in ["", *near]:
            yield f"code {codes} for {one['dsn']} ({one['reason']})"
        if one["hardbounce"] not in hard:
            yield f"hard {hard} for {one['hardbounce']} {one['dsn']} ({one['reason']})"


# --- helpdesks' mails -----------------------------------------------------------------------
def helpdesk_mails() -> Iterator[Verdict]:
    """Zammad's own tests: sender, recipients, subject, text and files."""
    for expected in sorted((CORPUS / "mail-zammad").glob("*.yml")):
        wanted = rubyish(expected.read_text())
        heard = understood(expected.with_suffix(".box").read_bytes())
        yield expected.stem, list(helpdesk_differences(wanted, heard))


def rubyish(text: str) -> dict[str, Any]:
    """Read YAML with Ruby's classes in it."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def plain(loader: Any, _: str, node: Any) -> Any:
        return loader.construct_mapping(node, deep=True)

    Loader.add_constructor("!binary", Loader.construct_yaml_binary)
    Loader.add_multi_constructor("!ruby", plain)
    return yaml.load(text, Loader)


def helpdesk_differences(wanted: dict[str, Any], heard: Inbound) -> Iterator[str]:
    if (wanted.get("from_email") or heard.sender.value).lower() != heard.sender.value:
        yield f"from {heard.sender.value} for {wanted['from_email']}"
    if (wanted.get("subject") or "").split() != (heard.subject or "").split():
        yield f"subject {heard.subject!r} for {wanted['subject']!r}"
    to = {one.lower() for one in re.findall(r'[^\s<>,;"()]+@[^\s<>,;"()]+', wanted.get("to") or "")}
    if to and to != {one.value for one in heard.recipients}:
        yield f"to {heard.recipients} for {to}"
    said = words((wanted.get("body") or "").replace("no visible content", ""))
    if (
        "body" in wanted
        and max(alike(said, words(heard.text)), alike(said, words(heard.html))) < 0.95
    ):
        yield f"body {heard.text[:100]!r} for {said[:20]}"
    named = {one["filename"]: one["data"] for one in wanted.get("attachments") or ()}
    named.pop("message.html", None)
    files = {file.name: file for file in heard.files}
    if named and set(named) != set(files):
        yield f"files {sorted(files)} for {sorted(named)}"
    elif any(size(data) != size(files[name].content) for name, data in named.items()):
        yield "sizes of files"


def size(data: str | bytes) -> int:
    content = data.encode() if isinstance(data, str) else data
    return len(content.replace(b"\r\n", b"\n"))


def words(html: str | None) -> list[str]:
    return re.findall(r"\w+", unescape(re.sub(r"<[^>]*>", " ", html or "")).lower())


def alike(one: list[str], other: list[str]) -> float:
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other)) if one or other else 1.0


# --- parts ----------------------------------------------------------------------------------
def parts() -> Iterator[Verdict]:
    """Mime4j's own tests: the leaves of the tree, with their bytes."""
    for mail in sorted((CORPUS / "mime-mime4j").rglob("*.msg")):
        expected = mail.with_name(f"{mail.stem}_decoded.xml")
        wanted = list(expected_leaves(ET.parse(expected).getroot(), mail.parent))
        found = list(leaves(read(mail.read_bytes()).root))
        if len(wanted) != len(found):
            yield mail.name, [f"{len(found)} leaves for {len(wanted)}"]
        else:
            yield (
                mail.name,
                [
                    f"{part.content[:60]!r} for {content[:60]!r}"
                    for content, part in zip(wanted, found, strict=True)
                    if content is not None and normal(content) != normal(part.content)
                ],
            )


def expected_leaves(node: ET.Element, folder: Path) -> Iterator[bytes | None]:
    for child in node:
        if child.tag in ("text-body", "binary-body"):
            file = folder / child.get("name", "")
            yield file.read_bytes() if file.is_file() else None
        elif child.tag == "multipart" and child.find("body-part") is None:
            yield None  # what stands in a multipart without parts is shown
        else:
            yield from expected_leaves(child, folder)


def leaves(part: Part) -> Iterator[Part]:
    if part.parts:
        for child in part.parts:
            yield from leaves(child)
    elif part.type == "message/rfc822":
        yield from leaves(read(part.content).root)
    else:
        yield part


def normal(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").rstrip(b"\n")


# --- conversations --------------------------------------------------------------------------
def conversations() -> Iterator[Verdict]:
    """Mails share a conversation exactly when a mail server's References threading says so."""
    expected = json.loads((CORPUS / "threads" / "expected.json").read_text())["REFS"]
    told = []
    for file in mails():
        if file.suffix == ".txt" and file.parent.name != "mime-cpython":
            continue
        heard = understood(file.read_bytes())
        name = str(file.relative_to(CORPUS))
        ids = {"message_id": heard.external_id, "references": list(heard.references)}
        told.append({"file": name, **ids})
    found = {tuple(sorted(group)) for group in threads(told) if len(group) > 1}
    for group in expected:
        yield group[0], [] if tuple(sorted(group)) in found else ["not together"]
    for group in found - {tuple(sorted(group)) for group in expected}:
        yield group[0], [f"together: {group}"]


# --- replies --------------------------------------------------------------------------------
def replies(folder: str) -> Callable[[], Iterator[Verdict]]:
    def judge() -> Iterator[Verdict]:
        """What is visible of a reply is what its author wrote."""
        for expected in sorted((CORPUS / folder).glob("*.visible.json")):
            text = expected.with_name(expected.name.replace(".visible.json", ".txt")).read_bytes()
            wanted = json.loads(expected.read_text())["visible"]
            yield expected.name, difference(visible(understood(text)), wanted)

    return judge


def difference(found: str, wanted: str) -> list[str]:
    if folded(found) == folded(wanted):
        return []
    return [f"{found[-200:]!r} for {wanted[-200:]!r}"]


def talon_replies() -> Iterator[Verdict]:
    """Talon's own tests: replies of many mail programs, all saying the same."""
    folder = CORPUS / "reply-talon"
    for mail in sorted((folder / "standard_replies").glob("*.eml")):
        own = mail.with_name(f"{mail.stem}_reply_text")
        wanted = own.read_text().partition("\n--")[0] if own.exists() else "Hello"
        yield mail.name, difference(visible(understood(mail.read_bytes())), wanted)
    for page in sorted((folder / "html_replies").glob("*.html")):
        heard = understood(page.read_bytes())
        yield page.name, difference(visible(heard), "Hi. I am fine.\n\nThanks,\nAlex")
    for page, wanted in (
        ("reply-separated-by-hr", "Hi there Bob"),
        ("OLK_SRC_BODY_SECTION", "Reply"),
    ):
        yield page, difference(visible(understood((folder / f"{page}.html").read_bytes())), wanted)


def signatures() -> Iterator[Verdict]:
    """Talon's signatures: whoever is known by name need not sign visibly."""
    for body in sorted((CORPUS / "reply-talon/signature/emails").rglob("*_body")):
        stem = body.name.removesuffix("_body")
        signature = body.with_name(f"{stem}_signature")
        sender = body.with_name(f"{stem}_sender").read_bytes().strip()
        if signature.exists():
            text = body.read_text().replace("#sig#", "")
            wanted = text.replace(signature.read_text().replace("#sig#", "").strip(), "")
            heard = understood(b"From: " + sender + b"\n\n" + text.encode())
            yield stem, difference(visible(heard), wanted)


def html_replies() -> Iterator[Verdict]:
    """Libredesk's own tests: what is left of HTML without its quotes."""
    for case in sorted((CORPUS / "reply-libredesk-html").glob("*.json")):
        wanted = json.loads(case.read_text())
        html = wanted["html"].encode()
        heard = understood(b"Content-Type: text/html; charset=utf-8\n\n" + html)
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", wanted["want"])
        yield wanted["name"], difference(visible(heard), text)


SETS: dict[str, Callable[[], Iterator[Verdict]]] = {
    "every mail": every_mail,
    "bounces": bounces,
    "helpdesk mails": helpdesk_mails,
    "parts": parts,
    "conversations": conversations,
    "replies (crisp)": replies("reply-crisp"),
    "replies (github)": replies("reply-github"),
    "replies (talon)": talon_replies,
    "replies (html)": html_replies,
    "signatures": signatures,
}
