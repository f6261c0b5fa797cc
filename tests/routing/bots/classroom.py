"""A desk where customers ask and colleagues answer, for what is learned from it."""

from inbox.actions import articles
from inbox.actions.articles import Wanted
from inbox.actions.conversation import resolve
from inbox.actions.reply import reply
from inbox.model import ArticleText, BotTurn, ConversationId, MessageId
from tests.inbox.actions.letters import chat
from tests.inbox.ear import Ear
from tests.inbox.house import furnish


def about(title, *examples, language="en", body="So it is.", **rest):
    text = ArticleText(language=language, title=title, body=body, examples=examples)
    return Wanted(texts=(text,), **rest)


class Classroom:
    """Customers, and who answers them."""

    def __init__(self, desk, house):
        self.desk, self.house = desk, house
        self.ear = Ear(desk)
        self.heard = 0

    async def ask(self, text, answer=None, *, visitor=None, named=None):
        """Have a customer ask, a colleague answer, and resolve it."""
        self.heard += 1
        visitor = visitor or f"v{self.heard}"
        said = chat(f"m{self.heard}", text, visitor=visitor, named=named)
        await self.ear(self.house.chat, said)
        message = (await self.ear.all("messages"))[-1]
        which = ConversationId(message.conversation_id)
        self.desk.advance(60)
        if answer:
            await self.desk.write(reply, which, answer, by=self.house.ada)
            await self.desk.write(resolve, which, by=self.house.ada)
        return which, MessageId(message.id)

    async def turn(self, which, message, kind, **fields):
        """Have the bot done something about a message."""
        fields = {"why": "It was so.", **fields}
        turn = BotTurn(
            conversation_id=which, message_id=message, at=self.desk.now, kind=kind, **fields
        )
        return await self.desk.write(lambda unit: unit.turns.add(turn))

    async def know(self, *wanted):
        """Write articles."""
        return [await self.desk.write(articles.create, one, by=self.house.bob) for one in wanted]


async def opened(desk):
    return Classroom(desk, await desk.write(furnish))
