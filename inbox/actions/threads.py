"""Where something belongs: by our token, by what it answers, by the provider's thread.

See docs/decisions/0004-references-join-only-participants.md.
"""

from msgspec import Struct

from inbox.actions.board import Board, Known, Person, Talk, named, tight
from inbox.actions.envelope import bare
from inbox.actions.understood import Understood
from inbox.channel import Inbound
from inbox.model import ConversationId, Kind, Proof
from inbox.notices import Seen


class Home(Struct):
    """The conversation something belongs to, or may belong to."""

    talk: Talk | None = None
    suspected: ConversationId | None = None  #: it names this one, from a stranger's address
    about: Known | None = None  #: the message of ours that a bounce or complaint speaks of


def find_home(
    board: Board, one: Understood, said: Inbound, person: Person | None, kind: Kind
) -> Home:
    """Find the conversation that *said* belongs to; without one it begins a new one.

    Our own token leads home; then what it answers, where its sender takes part there;
    then the provider's handle.
    """
    about = spoken_of(board, one, said) if kind in {Kind.BOUNCE, Kind.FEEDBACK} else None
    if about and (talk := board.talk(about.conversation_id)):
        return Home(talk, about=about)
    if said.token and (talk := board.talk(one.homes.get(said.token))):
        return Home(talk)
    suspected = None
    for where in answered(board, one, said):
        talk = board.talk(where)
        if talk and takes_part(board, talk, said, person):
            return Home(talk)
        suspected = suspected or where
    if said.thread and (talk := board.threads.get((one.account, tight(said.thread)))):
        return Home(talk)
    return Home(suspected=suspected)


def spoken_of(board: Board, one: Understood, said: Inbound) -> Known | None:
    """Return the message of ours that a report is about."""
    found = (board.known.get((one.account, name)) for name in named(said))
    return next((known for known in found if known and known.direction == "out"), None)


def answered(board: Board, one: Understood, said: Inbound) -> list[ConversationId]:
    """Return the conversations that *said* names, the nearest first.

    Also those whose messages named *said* before it came.
    """
    places = []
    for name in (*named(said), tight(said.external_id)):
        known = board.known.get((one.account, name))
        where = known.conversation_id if known else board.references.get((one.account, name))
        if where is not None and where not in places:
            places.append(where)
    return places


def takes_part(board: Board, talk: Talk, said: Inbound, person: Person | None) -> bool:
    """Tell whether the sender is in *talk*: its customer, or somebody who had a copy of it."""
    if said.proof is Proof.CLAIMED:
        return False
    if person and person.id == talk.customer_id:
        return True
    return bare(said.sender.value) in board.present_in(talk)


def open_talk(
    board: Board, one: Understood, said: Inbound, person: Person, suspected: ConversationId | None
) -> Talk:
    """Begin a conversation."""
    talk = Talk(
        id=ConversationId(next(board.talk_ids)),
        customer_id=person.id,
        account_id=one.account,
        status="open",
        created_at=board.now,
        active_at=board.now,
        subject=None,
        thread=tight(said.thread) if said.thread else None,
        thread_account_id=one.account if said.thread else None,
        assignee_id=None,
        waiting_since=None,
        last_message_id=None,
        last_heard_id=None,
        preview="",
        spam=False,
    )
    board.new_talks[talk.id] = talk
    board.place_talk(talk)
    change = {"possible_reply_to": suspected} if suspected else None
    board.unit.happened(
        "conversation.opened",
        conversation=talk.id,
        customer=person.id,
        change=change,
        seen=Seen(talk, person, board.accounts),
    )
    return talk
