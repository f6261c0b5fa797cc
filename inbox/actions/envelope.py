"""Whom the next reply reaches, and over which account."""

from collections.abc import Iterable, Mapping, Sequence

from inbox.actions import consents
from inbox.errors import NotFound
from inbox.model import (
    PROOFS,
    Account,
    AccountId,
    Conversation,
    Direction,
    Identity,
    Message,
    Value,
)
from inbox.store import Unit


class Envelope(Value):
    """How a reply would leave."""

    account: Account
    to: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    subject: str | None = None
    reason: str | None = None  #: why nobody can be reached
    consent: bool = True  #: false when that is the customer's wish

    @property
    def possible(self) -> bool:
        return self.reason is None


def bare(address: str) -> str:
    """Return *address* in lower case, without a ``+tag``; such as our own reply addresses."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def without(addresses: Iterable[str], taken: Iterable[str]) -> tuple[str, ...]:
    """Return each of *addresses* once, leaving out the *taken* ones in any spelling."""
    seen = {bare(address) for address in taken}
    kept = []
    for address in addresses:
        if address and bare(address) not in seen:
            seen.add(bare(address))
            kept.append(address)
    return tuple(kept)


def answer_to(message: Message, ours: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return whom an answer to *message* goes to, and who gets a copy; never ourselves."""
    to = without([message.reply_to or message.sender or ""], ours)
    others = (*message.recipients, *message.copied)
    return to, without(others, (*ours, *to, message.sender or ""))


def address(unit: Unit, talk: Conversation, account: AccountId | None = None) -> Envelope:
    """Find out whom a reply in *talk* would reach over an account; the usual one by default.

    The customer is reached where they last wrote from, or where we last wrote to, or at
    an address known to be theirs, the surest first. Raises `NotFound` for the account.
    """
    accounts = {known.id: known for known in unit.accounts.all()}
    carrier = accounts.get(account or talk.account_id)
    if carrier is None:
        raise NotFound("There is no such account.")
    refusal = objection(carrier, talk, accounts)
    to, copied = ((), ()) if refusal else reachable(unit, talk, carrier, accounts.values())
    if not refusal and not to:
        refusal = f"No address for {carrier.kind} is known."
    unwanted = consents.objection(unit, carrier.kind, to)
    return Envelope(
        account=carrier,
        to=to,
        copied=copied,
        subject=talk.subject,
        reason=refusal or unwanted,
        consent=unwanted is None,
    )


def choices(unit: Unit, talk: Conversation) -> Sequence[Envelope]:
    """Return the other ways in which a reply could leave."""
    others = [known for known in unit.accounts.all() if known.id != talk.account_id]
    offers = [address(unit, talk, known.id) for known in others if not known.archived_at]
    return [offer for offer in offers if offer.possible]


def objection(
    carrier: Account, talk: Conversation, accounts: Mapping[AccountId, Account]
) -> str | None:
    """Say why *carrier* cannot be used in *talk* at all."""
    if carrier.archived_at:
        return "This account is not configured any more."
    home = talk.thread_account_id  # a handle of one account is of no use to another
    elsewhere = home and home != carrier.id and accounts[home].kind == carrier.kind
    if elsewhere and reaches(carrier) == carrier.kind:  # nor is an address of that kind alone
        return "The customer is not known to this account."
    return None


def reaches(account: Account) -> str:
    """Return the kind of the addresses that an account writes to."""
    return account.address_kind or account.kind


def reachable(
    unit: Unit, talk: Conversation, carrier: Account, accounts: Iterable[Account]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return whom a reply goes to and who gets a copy."""
    if heard := unit.messages.newest_on(talk.id, carrier.id, Direction.IN):
        ours = [known.address for known in accounts if known.address]
        return answer_to(heard, ours)
    if said := unit.messages.newest_on(talk.id, carrier.id, Direction.OUT):
        return said.recipients, said.copied
    return surest(unit.customers.identities(talk.customer_id), reaches(carrier)), ()


def surest(identities: Iterable[Identity], kind: str) -> tuple[str, ...]:
    """Return the best proven address of a *kind*, the newest of equals; one at most."""
    fitting = [identity for identity in identities if identity.kind == kind]
    best = max(fitting, key=lambda one: (PROOFS.index(one.proof), one.id), default=None)
    return (best.value,) if best else ()
