"""For whoever writes a channel: a line, channels that fail as told, and what all must do."""

from inbox.testing.conformance import (
    check_capabilities,
    check_channel,
    check_heard,
    check_parse,
    check_rendering,
    check_understand,
)
from inbox.testing.fakes import WHEN, Flaky, Frank, NoSettings, RecordingLine
from inbox.testing.mutations import spoiled

__all__ = [
    "WHEN",
    "Flaky",
    "Frank",
    "NoSettings",
    "RecordingLine",
    "check_capabilities",
    "check_channel",
    "check_heard",
    "check_parse",
    "check_rendering",
    "check_understand",
    "spoiled",
]
