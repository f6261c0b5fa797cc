"""Real mails of other projects are understood as they expect, where the corpus is at hand."""

import pytest

from tests.corpus.sets import CORPUS, SETS


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not part of the repository")
@pytest.mark.parametrize("name", SETS)
def test_nine_of_ten_are_understood(name):
    if name == "helpdesk mails":
        pytest.importorskip("yaml")
    verdicts = list(SETS[name]())
    held = sum(not differences for _, differences in verdicts)

    assert verdicts
    assert held >= 0.9 * len(verdicts)
