"""The setup that holds: read from the store, and saved into it whole, every version kept."""

from collections.abc import Iterable

from sqlalchemy import select

from inbox.actions import brains, placing
from inbox.errors import Conflict
from inbox.model import AgentId, QueueId, SetupId, Value
from inbox.store import Unit
from inbox.tables import SetupRow
from routing.model import refuse
from routing.setup import Setup, check, plain, read

HOLD = select(SetupRow.id).order_by(SetupRow.id.desc()).limit(1).with_for_update()


class Change(Value):
    """What is to be saved, and what becomes of queues that are not there any more."""

    setup: Setup
    note: str = ""
    base: SetupId | None = None  #: the version it was made from, as far as whoever made it knows
    renamed: dict[str, str] = {}  #: queues, by the names they had
    move_to: dict[str, str] = {}  #: where the conversations of queues go that are left out


def current(unit: Unit) -> tuple[SetupId | None, Setup]:
    """Return which version holds, and what it says; the empty one when nothing was decided."""
    found = unit.setups.newest()
    return (found[0], read(found[1])) if found else (None, Setup())


def version(unit: Unit, which: SetupId) -> Setup:
    """Return an earlier version. Raises `NotFound`."""
    return read(unit.setups.get(which))


def save(unit: Unit, change: Change, channels: Iterable[str], *, by: AgentId | None) -> SetupId:
    """Check a setup and have it hold from now on.

    Raises `Invalid` with where it is wrong, and `Conflict` when somebody saved another meanwhile.
    """
    unit.connection.execute(HOLD).all()  # who saves at the same time waits, and then is too late
    before = unit.setups.newest_id()
    if change.base != before:
        raise Conflict("Somebody saved another setup in the meantime.")
    inspect(unit, change.setup, channels)
    rename(unit, change)
    there = unit.queues.named()
    gone = {name: queue.id for name, queue in there.items() if name not in change.setup.queues}
    ids = unit.queues.sync(change.setup.queues, at=unit.now)
    for name, queue in gone.items():
        empty(unit, name, queue, ids.get(change.move_to.get(name, "")), by)
    made = unit.setups.add(plain(change.setup), at=unit.now, by=by, note=change.note)
    unit.happened("setup.saved", by=by, change={"setup": [before, made]})
    if change.setup.bots or change.setup.flows:
        brains.train(unit, by=by)  # it finds out whether there is anything new to learn
    return made


def inspect(unit: Unit, setup: Setup, channels: Iterable[str]) -> None:
    """Refuse a setup that cannot work at this desk. Raises Invalid."""
    accounts = [one for one in unit.accounts.all() if one.archived_at is None]
    check(setup, {*channels, *(one.kind for one in accounts)}, [one.name for one in accounts])
    names = {one.id: one.name for one in unit.agents.all()}
    for agent, skilled in unit.duties.all_skilled().items():
        if skilled.shift is not None and skilled.shift not in setup.hours:
            refuse(f"hours.{skilled.shift}", f"They are the shift of {names[agent]}.")


# --- queues that are called otherwise, and that go ------------------------------------------
def rename(unit: Unit, change: Change) -> None:
    """Have queues keep what they are under their new names. Raises Invalid."""
    there = unit.queues.named()
    wanted = {old: new for old, new in change.renamed.items() if old in there and old != new}
    for old, new in wanted.items():
        taken = new in there and new not in wanted
        if taken or list(wanted.values()).count(new) > 1 or new not in change.setup.queues:
            refuse(f"queues.{new}", f"{old} cannot be called so.")
    for old in wanted:  # two may swap their names
        unit.queues.change(there[old].id, name=f"{old} #{there[old].id}")
    for one in unit.queues.all():
        if one.archived_at and one.name in wanted.values():
            unit.queues.change(one.id, name=f"{one.name} #{one.id}")
    for old, new in wanted.items():
        unit.queues.change(there[old].id, name=new)


def empty(
    unit: Unit, name: str, queue: QueueId, target: QueueId | None, by: AgentId | None
) -> None:
    """Empty a queue that is left out: what is in it goes elsewhere, nobody belongs to it."""
    inside = unit.placements.in_queue(queue)
    if inside and target is None:
        count = len(inside)
        said = f"{count} conversation is" if count == 1 else f"{count} conversations are"
        refuse(f"queues.{name}", f"{said} in it: say into which queue they go.")
    if inside and target is not None:
        placing.empty(unit, queue, target, by=by, why=f"{name} was closed.")
    for member in unit.queues.members(queue):
        unit.queues.part(queue, member.agent_id)
