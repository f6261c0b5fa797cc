"""Jobs run at least once, in the order of their lane, and again later when they fail."""

import asyncio
import collections

import pytest
from sqlalchemy import select

from inbox.errors import DeskError, Rejected, TryLater, Unavailable
from inbox.jobs import Deliver, FollowUp, Route
from inbox.model import AccountId, ConversationId, MessageId
from inbox.notices import Happened
from inbox.tables import JobRow
from inbox.worker import ATTEMPTS, LEASE, SHARE, Worker


def deliver(message, conversation=1, account=1):
    return Deliver(
        message_id=MessageId(message),
        conversation_id=ConversationId(conversation),
        account_id=AccountId(account),
    )


def route(conversation):
    return Route(conversation_id=ConversationId(conversation))


def promise(unit, *jobs, at=None):
    for job in jobs:
        unit.enqueue(job, at=at)


class Provider:
    """Says what it was told to say, and remembers what it was given."""

    def __init__(self):
        self.got = []
        self.answers = collections.defaultdict(list)

    async def __call__(self, desk, job):
        number = getattr(job, "message_id", None) or job.conversation_id
        self.got.append(number)
        if self.answers[number]:
            answer = self.answers[number].pop(0)
            if isinstance(answer, BaseException):
                raise answer
            await answer()


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
def worker(desk, provider):
    handlers = {Deliver: provider, Route: provider}
    return Worker(desk, handlers, jitter=lambda: 0.0)


def rows(unit):
    return unit.connection.execute(select(JobRow.__table__).order_by(JobRow.id)).all()


async def only_job(desk):
    (row,) = await desk.read(rows)
    return row


async def test_a_job_runs_once_and_is_forgotten(desk, worker, provider):
    await desk.write(promise, deliver(1))

    assert 1 == await worker.run_due()
    assert 0 == await worker.run_due()
    assert [1] == provider.got
    assert [] == await desk.read(rows)


async def test_a_job_waits_for_its_time(desk, worker, provider):
    await desk.write(promise, deliver(1), at=desk.now.replace(hour=10))

    assert 0 == await worker.run_due()
    desk.advance(3600)
    assert 1 == await worker.run_due()


async def test_a_lane_keeps_its_order_and_holds_up_no_other(desk, worker, provider):
    provider.answers[1] = [TryLater()]
    await desk.write(promise, deliver(1), deliver(2), deliver(3), deliver(4, conversation=2))

    assert 1 == await worker.run_due()
    assert [1, 4] == provider.got
    desk.advance(5)
    assert 3 == await worker.run_due()
    assert [1, 4, 1, 2, 3] == provider.got


async def test_a_planned_job_holds_up_nobody_before_its_time(desk, worker, provider):
    await desk.write(promise, deliver(1), at=desk.now.replace(hour=12))
    await desk.write(promise, deliver(2))

    assert 1 == await worker.run_due()
    assert [2] == provider.got


async def test_two_workers_never_share_a_lane(desk, provider):
    """While one worker talks with the provider, another leaves the conversation alone."""
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow():
        entered.set()
        await leave.wait()

    provider.answers[1] = [slow]
    await desk.write(promise, deliver(1), deliver(2))
    one = Worker(desk, {Deliver: provider})
    other = Worker(desk, {Deliver: provider})
    first = asyncio.create_task(one.run_due())
    await entered.wait()

    assert 0 == await other.run_due()
    leave.set()
    assert 2 == await first
    assert [1, 2] == provider.got


async def test_pauses_grow_until_a_person_has_to_decide(desk, worker, provider):
    provider.answers[1] = [TryLater("They are busy.")] * ATTEMPTS
    await desk.write(promise, deliver(1))
    pauses = []
    for _ in range(ATTEMPTS - 1):
        await worker.run_due()
        pauses.append((await only_job(desk)).run_at.replace(tzinfo=None))
        pauses[-1] = (pauses[-1] - desk.now.replace(tzinfo=None)).total_seconds()
        desk.advance(pauses[-1] - 0.001)
        assert 0 == await worker.run_due()
        desk.advance(0.001)
    await worker.run_due()
    job = await only_job(desk)

    assert [5, 15, 45, 135, 405, 1215, 3645, 10935, 32805, 43200, 43200] == pauses
    assert 12 == len(provider.got)
    assert job.dead_at is not None
    assert "They are busy." == job.reason
    assert ["job.died"] == [n.verb for n in desk.told if isinstance(n, Happened)]


async def test_a_provider_that_says_when_is_not_asked_before(desk, worker, provider):
    provider.answers[1] = [TryLater(after=100)]
    await desk.write(promise, deliver(1))
    await worker.run_due()
    desk.advance(99.999)
    await worker.run_due()
    assert [1] == provider.got
    desk.advance(0.001)

    assert 1 == await worker.run_due()


async def test_jitter_only_ever_lengthens_a_pause(desk, provider):
    worker = Worker(desk, {Deliver: provider}, jitter=lambda: 1.0)

    assert 6 == worker.pause(1, None)
    assert 18 == worker.pause(2, 3)
    assert 100 == worker.pause(1, 100)


async def test_what_was_refused_for_good_is_not_tried_again(desk, worker, provider):
    provider.answers[1] = [Rejected("No such number.")]
    await desk.write(promise, deliver(1), deliver(2))

    assert 1 == await worker.run_due()
    assert [1, 2] == provider.got
    assert "No such number." == (await only_job(desk)).reason


async def test_giving_up_writes_what_it_should_in_the_same_transaction(desk, provider):
    said = []
    worker = Worker(
        desk,
        {Deliver: provider},
        given_up={Deliver: lambda unit, job, why: said.append((job.message_id, why))},
    )
    provider.answers[1] = [Rejected("No.")]
    await desk.write(promise, deliver(1))
    await worker.run_due()

    assert [(1, "No.")] == said


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ZeroDivisionError("Ada's secret"), "ZeroDivisionError at test_worker.py"),
        (SystemExit(1), "SystemExit at test_worker.py"),
        (asyncio.CancelledError(), "It was interrupted."),
        (TimeoutError(), "It took too long."),
        (DeskError("Not now."), "Not now."),
        (Unavailable(), "The store cannot take anything"),
    ],
    ids=lambda given: type(given).__name__,
)
async def test_the_worker_survives_whatever_a_handler_raises(desk, worker, provider, error, why):
    provider.answers[1] = [error]
    await desk.write(promise, deliver(1), deliver(2, conversation=2))

    assert 1 == await worker.run_due()
    assert (await only_job(desk)).reason.startswith(why)
    desk.advance(5)
    assert 1 == await worker.run_due()


async def test_a_job_nobody_knows_is_kept(desk, worker):
    await desk.write(promise, FollowUp(conversation_id=ConversationId(1)))

    assert 0 == await worker.run_due()
    assert (await only_job(desk)).reason.startswith("ValidationError")


async def test_a_dead_job_is_revived_from_the_beginning(desk, worker, provider):
    provider.answers[1] = [Rejected()]
    await desk.write(promise, deliver(1))
    await worker.run_due()
    number = (await only_job(desk)).id

    assert [number] == [row.id for row in await desk.read(lambda unit: unit.jobs.dead())]
    assert await desk.write(lambda unit: unit.jobs.revive(number, now=unit.now))
    assert 1 == await worker.run_due()


async def test_a_hanging_account_leaves_room_for_the_others(desk, worker, provider):
    leave, reached = asyncio.Event(), asyncio.Event()

    async def arrive():
        reached.set()

    provider.answers[1000] = [arrive]
    hanging = [deliver(number, conversation=number) for number in range(1, 3 * SHARE)]
    for job in hanging:
        provider.answers[job.message_id] = [leave.wait]
    other = deliver(1000, conversation=1000, account=2)
    await desk.write(promise, *hanging, other)
    working = asyncio.create_task(worker.run_due())
    await asyncio.wait_for(reached.wait(), 60)

    assert len(provider.got) <= 2 * SHARE
    leave.set()
    assert len(hanging) + 1 == await working


async def test_the_job_of_a_dead_worker_is_taken_over_after_its_lease(desk, provider):
    await desk.write(promise, deliver(1))
    await desk.write(
        lambda unit: unit.jobs.claim(
            now=unit.now, until=unit.now + LEASE, by="a worker that died", limit=1
        )
    )
    worker = Worker(desk, {Deliver: provider})

    assert 0 == await worker.run_due()
    desk.advance(LEASE.total_seconds())
    assert 1 == await worker.run_due()


async def test_who_overslept_can_no_longer_say_how_it_ended(desk, worker, provider):
    entered, leave = asyncio.Event(), asyncio.Event()

    async def asleep():
        entered.set()
        await leave.wait()
        raise Rejected("Too late to say.")

    provider.answers[1] = [asleep]
    await desk.write(promise, deliver(1))
    sleeper = asyncio.create_task(worker.run_due())
    await entered.wait()
    desk.advance(LEASE.total_seconds())
    heir = Worker(desk, {Deliver: provider})
    assert 1 == await heir.run_due()
    leave.set()
    await sleeper

    assert [] == await desk.read(rows)
    assert not [news for news in desk.told if isinstance(news, Happened)]


async def test_a_lease_is_kept_while_a_handler_runs(desk, worker, provider):
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow():
        entered.set()
        await leave.wait()

    provider.answers[1] = [slow]
    await desk.write(promise, deliver(1))
    working = asyncio.create_task(worker.run_due())
    await entered.wait()
    for _ in range(5):
        desk.advance(LEASE.total_seconds() - 1)
        await worker.renew()
        assert 0 == await Worker(desk, {Deliver: provider}).run_due()
    leave.set()

    assert 1 == await working


async def test_a_job_that_kills_its_workers_is_given_up(desk, worker, provider):
    await desk.write(promise, deliver(1))
    for _ in range(ATTEMPTS):
        await desk.write(
            lambda unit: unit.jobs.claim(now=unit.now, until=unit.now, by="killed", limit=1)
        )
    await worker.run_due()

    assert [] == provider.got
    assert "Every worker that tried it died." == (await only_job(desk)).reason


async def test_a_running_worker_wakes_at_once(desk, worker, provider, monkeypatch):
    """Nothing but the commit wakes it here: its round takes longer than the test may."""
    monkeypatch.setattr("inbox.worker.ROUND", 10_000)
    first, done = asyncio.Event(), asyncio.Event()

    async def began():
        first.set()

    async def finished():
        done.set()

    provider.answers[1], provider.answers[2] = [began], [finished]
    running = asyncio.create_task(worker.run())
    await desk.write(promise, deliver(1))
    await asyncio.wait_for(first.wait(), 60)
    await desk.write(promise, deliver(2))
    await asyncio.wait_for(done.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert [] == await desk.read(rows)


async def test_stopping_lets_running_jobs_end_and_interrupts_those_that_do_not(
    desk, worker, provider, monkeypatch
):
    monkeypatch.setattr("inbox.worker.GRACE", 0.2)
    entered = asyncio.Event()

    async def forever():
        entered.set()
        await asyncio.Event().wait()

    provider.answers[1] = [forever]
    await desk.write(promise, deliver(1))
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(entered.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    job = await only_job(desk)
    assert ("It was interrupted.", None) == (job.reason, job.holder)


async def test_a_hundred_lanes_end_in_order_whatever_fails(desk, worker, provider):
    order = collections.defaultdict(list)

    async def flaky(desk, job):
        if (job.message_id * 7 + len(order[job.conversation_id])) % 3 == 0 and (
            provider.answers[job.message_id] == []
        ):
            provider.answers[job.message_id] = [True]
            raise TryLater
        order[job.conversation_id].append(job.message_id)

    worker.handlers = {Deliver: flaky}
    jobs = [deliver(number, conversation=number % 20) for number in range(1, 101)]
    await desk.write(promise, *jobs)
    for _ in range(12):
        await worker.run_due()
        desk.advance(60)

    assert 100 == sum(map(len, order.values()))
    assert all(lane == sorted(lane) for lane in order.values())
