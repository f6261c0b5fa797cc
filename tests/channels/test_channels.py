import pytest

import channels
from inbox.channel import Channel


def test_every_kind_can_be_loaded():
    loaded = {kind: channels.load(kind) for kind in channels.kinds()}

    assert {"email", "webchat"} <= set(loaded)
    assert all(issubclass(found, Channel) for found in loaded.values())
    assert all(kind == found.kind for kind, found in loaded.items())


@pytest.mark.parametrize("kind", ["pigeon", "", "email.smtp", "../email"])
def test_a_kind_that_there_is_not_is_named_with_those_that_there_are(kind):
    with pytest.raises(LookupError, match="there are console, email"):
        channels.load(kind)
