"""Who resolved something has time to wrap it up, whoever dispatches."""

from datetime import timedelta

from inbox.actions import conversation
from routing.dispatch import Dispatcher
from routing.queues import Offering, Queue
from routing.wrapping import who_wraps_up
from tests.routing.floor import open_shop

CALM = Queue(wrap_up=20, offering=Offering.PUSH)


async def restart(shop):
    """Have another dispatcher go on, who was told nothing."""
    shop.dispatcher = Dispatcher(shop.desk)
    await shop.run()


async def test_a_dispatcher_that_is_new_knows_who_wraps_up(desk):
    async with open_shop(desk, sales=CALM) as shop:
        ann = await shop.person("ann", "sales", capacity=1)
        first, second = await shop.hear(), await shop.hear()
        await shop.run()
        await desk.write(conversation.resolve, first, by=ann)
        await restart(shop)
        told = await desk.read(who_wraps_up)
        before = await shop.live(second)
        await shop.after(21)

        assert {ann: desk.now - timedelta(seconds=1)} == told
        assert before is None
        assert ann == (await shop.live(second)).agent_id
        assert {} == await desk.read(who_wraps_up)


async def test_what_is_open_again_is_not_wrapped_up(desk):
    async with open_shop(desk, sales=CALM) as shop:
        ann = await shop.person("ann", "sales", capacity=2)
        first = await shop.hear()
        await shop.run()
        await desk.write(conversation.resolve, first, by=ann)
        await shop.run()
        await desk.write(conversation.reopen, first, by=ann)
        second = await shop.hear()
        await shop.run()

        assert {} == await desk.read(who_wraps_up)
        assert ann == (await shop.live(second)).agent_id


async def test_a_queue_without_a_time_for_it_has_nobody_wrap_up(desk):
    async with open_shop(desk, sales=Queue(offering=Offering.PUSH)) as shop:
        ann = await shop.person("ann", "sales", capacity=1)
        first, second = await shop.hear(), await shop.hear()
        await shop.run()
        await desk.write(conversation.resolve, first, by=ann)
        await restart(shop)

        assert {} == await desk.read(who_wraps_up)
        assert ann == (await shop.live(second)).agent_id
