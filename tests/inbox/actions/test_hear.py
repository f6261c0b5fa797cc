"""What is heard stands once on its customer's record, in the conversation it belongs to."""

from datetime import timedelta

import pytest

from inbox.actions.conversation import mark_spam, resolve
from inbox.actions.hear import hear
from inbox.actions.reply import reply
from inbox.actions.understood import Understood
from inbox.channel import Failure, File
from inbox.model import Address, ConversationId, Delivery, Kind, MessageId, Proof
from inbox.store.accounts import Configured
from tests.inbox.actions.letters import chat, mail


async def test_a_first_message_makes_a_customer_a_conversation_and_work(ear, house):
    await ear(house.chat, chat("1", "Is it in stock?", named="Ada Lovelace"))
    [customer] = await ear.all("customers")
    [conversation] = await ear.all("conversations")
    [message] = await ear.all("messages")

    assert "Ada Lovelace" == customer.name
    assert (customer.id, "open", "Is it in stock?", message.id, message.id) == (
        conversation.customer_id,
        conversation.status,
        conversation.preview,
        conversation.last_message_id,
        conversation.last_heard_id,
    )
    assert conversation.waiting_since == message.created_at
    assert ("in", "message", customer.id) == (
        message.direction,
        message.kind,
        message.customer_id,
    )
    assert ["conversation.opened", "message.added"] == await ear.verbs()
    assert 1 == len(await ear.all("jobs"))
    assert {"message": 1} == await ear.ledger()


async def test_a_batch_of_one_visitor_is_one_conversation_in_order(ear, house):
    await ear(house.chat, *(chat(str(number), f"{number}") for number in range(20)))

    assert 1 == len(await ear.all("conversations"))
    assert 1 == len(await ear.all("jobs"))
    assert [str(number) for number in range(20)] == [
        message.text for message in await ear.all("messages")
    ]


@pytest.mark.parametrize("batch", [1, 64])
async def test_a_repeat_is_recognised_within_a_batch_and_across(ear, house, batch):
    await ear(house.chat, chat("1"), chat("2"), chat("1"), batch=batch)
    await ear(house.chat, chat("2"))

    assert 2 == len(await ear.all("messages"))
    assert {"message": 2, "duplicate": 2} == await ear.ledger()


async def test_a_resend_under_the_browsers_own_name_is_a_repeat(ear, house):
    await ear(house.chat, chat("1", client_id="c"), chat("2", client_id="c"))
    await ear(house.chat, chat("3", client_id="c"))

    assert 1 == len(await ear.all("messages"))


async def test_a_file_is_stored_and_listed(ear, house, desk):
    await ear(
        house.chat,
        chat("1", "", files=(File(name="a.txt", media_type="text/plain", content=b"hi"),)),
    )
    [file] = await desk.read(lambda unit: unit.attachments.of([MessageId(1)]))
    [conversation] = await ear.all("conversations")

    assert ("a.txt", 2, b"hi") == (file.name, file.size, desk.blobs.read(file.blob))
    assert "a.txt" == conversation.preview


async def test_an_answer_follows_its_references_in_any_order(ear, house):
    await ear(house.email, mail("3", "2", "1"), mail("1"), mail("2", "1"))

    assert 1 == len(await ear.all("conversations"))
    assert 3 == len(await ear.all("messages"))


async def test_a_stranger_who_names_a_conversation_begins_their_own(ear, house):
    await ear(house.email, mail("1"))
    await ear(house.email, mail("2", "1", sender="mallory@example.org"))
    conversations = await ear.all("conversations")
    opened = [event for event in await ear.all("events") if event.verb == "conversation.opened"]

    assert 2 == len(conversations)
    assert {"possible_reply_to": conversations[0].id} == opened[1].change


async def test_a_colleague_who_had_a_copy_may_answer(ear, house):
    colleague = Address(kind="email", value="Carol@example.org")
    await ear(house.email, mail("1", copied=(colleague,)))
    await ear(house.email, mail("2", "1", sender="carol@example.org"))
    [conversation] = await ear.all("conversations")
    messages = await ear.all("messages")

    assert [conversation.customer_id] * 2 == [message.customer_id for message in messages]
    assert "carol@example.org" == messages[1].sender


async def test_our_own_address_makes_nobody_a_participant(ear, house):
    await ear(house.email, mail("1"))
    await ear(house.email, mail("2", "1", sender="support@desk.example"))

    assert 2 == len(await ear.all("conversations"))


async def test_a_reply_token_leads_home_and_a_forged_one_nowhere(ear, house, desk):
    await ear(house.chat, chat("1"))
    token = desk.signer.short("reply", "1")
    await ear(house.email, mail("2", token=token, sender="new@example.org"))
    await ear(house.email, mail("3", token=f"a{token[1:]}", sender="other@example.org"))
    messages = await ear.all("messages")

    assert [1, 1, 2] == [message.conversation_id for message in messages]


async def test_the_next_reply_goes_where_the_customer_wrote_last(ear, house, desk):
    await ear(house.chat, chat("1"))
    await ear(house.email, mail("2", token=desk.signer.short("reply", "1")))
    [conversation] = await ear.all("conversations")

    assert (house.email, "v1", house.chat) == (
        conversation.account_id,
        conversation.thread,
        conversation.thread_account_id,
    )


async def test_a_customers_message_opens_a_resolved_conversation(ear, house, desk):
    await ear(house.chat, chat("1"))
    await desk.write(resolve, ConversationId(1), by=house.ada)
    await ear(house.chat, chat("2"))
    [conversation] = await ear.all("conversations")

    assert "open" == conversation.status
    assert "conversation.reopened" in await ear.verbs()


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.BOUNCE, Kind.FEEDBACK])
async def test_a_machines_message_opens_nothing_and_is_nobodys_work(ear, house, desk, kind):
    await ear(house.email, mail("1"))
    await desk.write(resolve, ConversationId(1), by=house.ada)
    jobs = len(await ear.all("jobs"))
    await ear(house.email, mail("2", "1", kind=kind))
    [conversation] = await ear.all("conversations")

    assert ("resolved", None) == (conversation.status, conversation.waiting_since)
    assert jobs == len(await ear.all("jobs"))
    assert kind == (await ear.all("messages"))[1].kind


async def test_what_comes_into_spam_disturbs_nobody(ear, house, desk):
    await ear(house.email, mail("1"))
    await desk.write(mark_spam, ConversationId(1), by=house.ada)
    jobs = len(await ear.all("jobs"))
    await ear(house.email, mail("2", "1"))
    [conversation] = await ear.all("conversations")

    assert ("resolved", None) == (conversation.status, conversation.waiting_since)
    assert jobs == len(await ear.all("jobs"))


async def sent_mail(ear, house, desk):
    """Have a mail answered, as if the answer had left."""
    await ear(house.email, mail("1"))
    answer = await desk.write(reply, ConversationId(1), "Yes.", by=house.ada)
    await desk.write(
        lambda unit: unit.messages.change(answer, delivery=Delivery.SENT, external_id="<ours>")
    )
    return answer


async def test_a_hard_bounce_marks_what_bounced_in_the_servers_words(ear, house, desk):
    answer = await sent_mail(ear, house, desk)
    failure = Failure(status="5.1.1", reason="550 no such user")
    report = mail(
        "b", "ours", sender="mailer-daemon@far.example", kind=Kind.BOUNCE, failures=(failure,)
    )
    await ear(house.email, report)
    messages = await ear.all("messages")

    assert (1, answer) == (messages[2].conversation_id, messages[2].about_id)
    assert ("failed", "550 no such user") == (messages[1].delivery, messages[1].reason)


async def test_a_bounce_that_still_hopes_changes_nothing(ear, house, desk):
    await sent_mail(ear, house, desk)
    failure = Failure(status="4.4.1", hard=False, final=False)
    report = mail(
        "b", "ours", sender="mailer-daemon@far.example", kind=Kind.BOUNCE, failures=(failure,)
    )
    await ear(house.email, report)

    assert "sent" == (await ear.all("messages"))[1].delivery


async def test_our_own_mail_coming_back_is_a_repeat(ear, house, desk):
    await sent_mail(ear, house, desk)
    await ear(house.email, mail("ours", sender="support@desk.example"))

    assert 2 == len(await ear.all("messages"))
    assert {"message": 1, "duplicate": 1} == await ear.ledger()


async def test_what_we_sent_to_ourselves_is_no_persons_message(ear, house):
    await ear(house.email, mail("x", sender="Support+abc@desk.example"))
    [message] = await ear.all("messages")

    assert "auto_reply" == message.kind
    assert [] == await ear.all("jobs")


async def test_our_own_words_in_another_mailbox_of_ours_are_a_loop(ear, house, desk):
    await sent_mail(ear, house, desk)
    sales = Configured(kind="email", name="sales", address="sales@desk.example")
    await desk.write(lambda unit: unit.accounts.add(sales, at=unit.now))
    await ear(3, mail("ours", sender="list@far.example"))

    assert "auto_reply" == (await ear.all("messages"))[2].kind


@pytest.mark.parametrize("batch", [1, 7, 64])
async def test_a_flood_from_one_correspondent_is_a_loop(ear, house, batch):
    await ear(house.email, *(mail(str(number)) for number in range(25)), batch=batch)
    kinds = [message.kind for message in await ear.all("messages")]

    assert ["message"] * 20 + ["auto_reply"] * 5 == kinds


async def test_a_backlog_is_no_flood(ear, house, desk):
    yesterday = desk.now - timedelta(days=1)
    await ear(house.email, *(mail(str(number), sent_at=yesterday) for number in range(25)))

    assert {"message"} == {message.kind for message in await ear.all("messages")}


async def test_what_is_claimed_finds_nobody(ear, house):
    await ear(house.email, mail("1", sender="eve@example.org"))
    await ear(house.email, mail("2", "1", sender="eve@example.org", proof=Proof.CLAIMED))
    identities = await ear.all("identities")

    assert 2 == len(await ear.all("customers"))
    assert ["heard", "claimed"] == [identity.proof for identity in identities]


async def test_proof_only_rises(ear, house):
    await ear(house.email, mail("1"))
    await ear(house.email, mail("2", proof=Proof.VERIFIED))
    await ear(house.email, mail("3"))
    [identity] = await ear.all("identities")

    assert "verified" == identity.proof


async def test_a_typed_address_is_heard_when_an_answer_comes_from_it(ear, house, desk):
    also = (Address(kind="email", value="eve@example.org"),)
    await ear(house.chat, chat("1", also=also))
    await ear(house.email, mail("2", token=desk.signer.short("reply", "1")))
    identities = await ear.all("identities")

    assert 1 == len(await ear.all("customers"))
    assert ["verified", "heard"] == [identity.proof for identity in identities]


async def test_an_archived_accounts_payload_waits_for_a_person(ear, house, desk):
    await desk.write(lambda unit: unit.accounts.sync([], at=unit.now))
    await ear(house.chat, chat("1"))

    assert {"quarantined": 1} == await ear.ledger()
    assert ["journal.quarantined"] == await ear.verbs()


async def test_hostile_text_is_stored_as_far_as_it_can_be(ear, house):
    bad = "a\0b\ud800"
    await ear(
        house.email,
        mail(
            f"x{bad}",
            f"y{bad}" * 400,
            sender=f"{bad}@x" * 200,
            text=bad,
            subject=bad * 2000,
            named=bad,
            visible_text=bad,
            html=bad,
            copied=(Address(kind="email", value=bad),),
            client_id=bad * 300,
            files=(File(name=bad, media_type=bad, content=b"x", content_id=bad),),
        ),
    )
    [message] = await ear.all("messages")

    assert "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}" == message.text


async def test_a_row_that_was_settled_already_is_left_alone(ear, house, desk):
    await ear(house.chat, chat("1"))
    again = Understood(journal_id=1, account=house.chat, heard=(chat("other"),))
    await desk.write(hear, [again])

    assert 1 == len(await ear.all("messages"))
    assert {"message": 1} == await ear.ledger()
