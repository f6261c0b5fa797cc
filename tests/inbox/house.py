"""A furnished desk: two accounts and two agents."""

from inbox.actions import agent as agents
from inbox.model import Role
from inbox.store.accounts import Configured

ACCOUNTS = (
    Configured(kind="email", name="support", address="support@desk.example"),
    Configured(kind="webchat", name="shop"),
)


def furnish(unit):
    accounts = unit.accounts.sync(ACCOUNTS, at=unit.now)
    ada = agents.create(unit, name="Ada", email="ada@desk.example", password_hash="-")
    bob = agents.create(
        unit, name="Bob", email="bob@desk.example", password_hash="-", role=Role.SUPERVISOR
    )
    return House(accounts["support"], accounts["shop"], ada, bob)


class House:
    """The keys of what stands in the desk."""

    def __init__(self, email, chat, ada, bob):
        self.email, self.chat, self.ada, self.bob = email, chat, ada, bob
