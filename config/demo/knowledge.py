"""What the demo's shop knows: a folder of Markdown, as any desk may bring one."""

from pathlib import Path

from inbox.actions import articles
from inbox.model import AgentId
from inbox.store import Unit
from routing.bots.knowledge.bringing import bring_folder

FOLDER = Path(__file__).with_name("articles")


def stock(unit: Unit, *, by: AgentId) -> None:
    """Write down what the shop knows."""
    articles.bring(unit, bring_folder(FOLDER, "en").articles, by=by)
