"""Who may do what: every call of the API, by everybody."""

import pytest

from agents_ui import ENDPOINTS
from inbox.model import ROLES, Role

EVERYBODY = (None, *ROLES)
#: Written down a second time on purpose: a new call must be thought about here, too.
SUPERVISORS = {
    "quarantine",
    "quarantined_raw",
    "retry_quarantined",
    "discard_quarantined",
    "ledger",
    "channels",
    "accounts",
    "account",
    "exchanges",
    "account_ledger",
    "monitor",
    "whisper",
    "barge",
    "set_availability",
    "board",
    "board_agent",
    "board_move",
    "board_undo",
    "board_change",
    "board_preview",
    "report",
    "report_csv",
    "report_figures",
    "report_conversations",
    *(f"{what}_setup" for what in ("current", "check", "try", "rehearse")),
    *("setup_versions", "setup_version", "setup_names"),
    *("pause_queue", "resume_queue", "member", "set_member", "remove_member"),
    *("all_skills", "agent_skills", "change_skills"),
    *(f"{verb}_article" for verb in ("new", "save", "archive", "restore")),
    *("attach_to_article", "import_articles"),
    *("ready_forms", "try_form", "talk_with_bot"),
    *("bot_versions", "train_bot", "put_version_live", "rehearse_bot", "bot_figures"),
    *("bot_proposals", "look_for_proposals", "decide_proposal"),
}
ADMINS = {
    *(f"{verb}_account" for verb in ("new", "change", "archive", "pause", "resume")),
    *(f"{verb}_account" for verb in ("test", "check", "reconcile")),
    "save_setup",
    "tokens",
    "new_token",
    "revoke_token",
}
ANYBODY = {"sign_in", "download", "openapi"}


WORDS = {"emoji": "x", "name": "x"}  #: in addresses, whatever they mean there


def needed(name):
    if name in ANYBODY:
        return None
    if name in ADMINS:
        return Role.ADMIN
    return Role.SUPERVISOR if name in SUPERVISORS else Role.AGENT


def allowed(name, who):
    needs = needed(name)
    return needs is None or (who is not None and who.covers(needs))


def test_every_call_needs_what_is_written_down_here():
    names = [one.name for one in ENDPOINTS]

    assert len(names) == len(set(names))
    assert {one.name: needed(one.name) for one in ENDPOINTS} == {
        one.name: one.needs for one in ENDPOINTS
    }


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: str(who or "anonymous"))
async def test_every_call_is_closed_to_whoever_may_not_make_it(street, who):
    for one in ENDPOINTS:  # anew for each: signing out is among them
        caller = await street.stranger() if who is None else await street.program(who)
        path = f"/api{one.path}".format(**dict.fromkeys(one.numbers, 987654321), **WORDS)
        body = {"json": {}} if one.method != "GET" else {}
        async with caller.http.request(one.method, f"{caller.base}{path}", **body) as answer:
            refused = answer.status in (401, 403)
            said = await answer.text()
        by_password = one.name == "sign_in"
        assert by_password or refused is not allowed(one.name, who), (one.name, who, said)
        if refused and who is None and not by_password:
            assert answer.status == 401
            assert "Bearer" in answer.headers["WWW-Authenticate"]


BODIES = {
    "test_account": {"to": "x"},
    "change": {},
    "reply": {"text": "x", "client_id": "c"},
    "tell_outcome": {"message_id": 1, "article_id": 1, "outcome": "used"},
    "note": {"text": "x", "client_id": "c"},
    "draft": {"text": "x"},
    "read": {"message_id": 1},
    "edit": {"text": "x"},
    "record_consent": {"kind": "sms", "value": "x", "granted": False, "source": "x"},
    "change_customer": {"name": "x"},
    "link": {"kind": "email", "value": "x@x.example"},
    "merge": {"other_id": 1, "evidence": "x"},
    "transfer": {"queue": "support"},
    "set_availability": {"availability": "away"},
    "transfer_conversation": {"agent_id": 1},
    "prioritise_conversation": {"priority": "high"},
    "tag_conversation": {"add": ["x"]},
    "answer_suggestion": {"verdict": "approve"},
    "decide_proposal": {"decision": "reject"},
    "save_article": {"texts": [{"language": "en", "title": "x", "body": "x"}], "revision": 1},
}


async def test_records_that_do_not_exist_are_not_found(street):
    admin = await street.program(Role.ADMIN)
    for one in ENDPOINTS:
        if not one.numbers:
            continue
        for number in (987654321, 2**63 - 1, 2**63, 10**30):
            path = f"/api{one.path}".format(**dict.fromkeys(one.numbers, number) | WORDS)
            query = "?token=x" if one.name == "download" else ""
            body = {"json": BODIES.get(one.name, {})} if one.method != "GET" else {}
            await admin.call(one.method, f"{path}{query}", expect=404, **body)


async def test_what_is_no_number_is_not_found(street):
    admin = await street.program(Role.ADMIN)
    for wrong in ("0", "-1", "1.5", "x", "%00", "1%20", "\u0663", "1_0"):
        await admin.get(f"/api/conversations/{wrong}", expect=404)


async def test_nobody_ends_anothers_token(street):
    one, other = await street.program(Role.ADMIN), await street.program(Role.ADMIN)
    made = await one.post("/api/tokens", {"name": "x"}, expect=201)

    await other.call("DELETE", f"/api/tokens/{made['id']}", expect=404)
    assert made["id"] not in [token["id"] for token in (await other.get("/api/tokens"))["items"]]
