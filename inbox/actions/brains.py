"""What the bot understands: versions are kept, one is live, and it is easy to go back."""

from datetime import datetime, timedelta
from typing import Any

from inbox.errors import Conflict
from inbox.jobs import TrainBrain
from inbox.model import AgentId, Brain, BrainId
from inbox.store import Unit

KEPT = 10  #: versions, and the live one


def train(unit: Unit, *, by: AgentId | None = None, again: bool = False) -> None:
    """Have the bot taught what the articles and forms say now, if that has changed.

    What could not be learned is tried *again* only if somebody wants it.
    """
    unit.enqueue(TrainBrain(agent_id=by, again=again))


def add(
    unit: Unit,
    *,
    digest: str,
    examples: int,
    blob: str,
    size: int,
    figures: dict[str, Any],
    by: AgentId | None,
    live: bool,
) -> BrainId:
    """Keep a trained version, and have it answer if it is to be *live* at once."""
    unit.attachments.keep({blob: size}, at=unit.now)
    which = written(unit, digest=digest, examples=examples, blob=blob, figures=figures, by=by)
    if live:
        put_live(unit, which, by=by)
    return which


def failed(unit: Unit, *, digest: str, examples: int, why: str, by: AgentId | None) -> BrainId:
    """Write down that a training failed; what is live goes on."""
    return written(unit, digest=digest, examples=examples, blob="", by=by, reason=why)


def written(unit: Unit, *, by: AgentId | None, **fields: Any) -> BrainId:
    which = unit.brains.add(at=unit.now, agent_id=by, **{"figures": {}, "reason": None, **fields})
    change = {"brain": [None, which], "examples": [None, fields["examples"]]}
    if fields.get("reason"):
        change["reason"] = [None, fields["reason"]]
    unit.happened("brain.trained", by=by, change=change)
    live = unit.brains.live_id()
    old = [one.id for one in unit.brains.all(limit=1000)[KEPT:]]
    unit.brains.forget([one for one in old if one != live])
    return which


def put_live(unit: Unit, which: BrainId, *, by: AgentId | None) -> Brain:
    """Have a version answer from now on; every process hears of it.

    Raises `NotFound`, and `Conflict` when its training failed.
    """
    brain = unit.brains.get(which)
    if not brain.blob:
        raise Conflict("Its training failed: there is nothing that could answer.")
    before = unit.brains.live()
    if before is None or before.id != which:
        unit.brains.put_live(which, at=after(before, unit.now))
        change = {"brain": [before and before.id, which]}
        unit.happened("brain.live", by=by, change=change)
    return unit.brains.get(which)


def after(before: Brain | None, now: datetime) -> datetime:
    """Return a time that is later than the other went live, whatever the clocks say."""
    if before is None or before.live_at is None:
        return now
    return max(now, before.live_at + timedelta(microseconds=1))
