"""The figures: a name, what people call it, what exactly is counted, and how it is added up."""

from enum import StrEnum

from inbox.model import Value


class Unit(StrEnum):
    """What a figure is measured in."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"  #: 0 to 1
    SCORE = "score"  #: 1 to 5


class Adding(StrEnum):
    """How cases become a figure."""

    SUM = "sum"
    MEDIAN = "median"  #: with the 90th percentile and the mean beside it
    MEAN = "mean"
    SHARE = "share"  #: what was reached of what could be


class Better(StrEnum):
    """Which way a desk wants a figure to go."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Figure(Value):
    """One figure of a report."""

    name: str
    title: str
    definition: str  #: shown to people, word for word
    unit: Unit = Unit.COUNT
    adding: Adding = Adding.SUM
    better: Better = Better.NEITHER
    timed: bool = False  #: it can be counted in business time, too
    snapshot: bool = False  #: it is a state at a moment, not something that happened in a period
    routed: bool = False  #: it needs queues


SPAM = " Spam is left out."

OPENED = Figure(
    name="opened",
    title="Conversations opened",
    definition="Conversations that began in the period, whoever wrote first." + SPAM,
)
HEARD = Figure(
    name="heard",
    title="Customers' messages",
    definition=(
        "Messages that customers wrote. Automatic replies, bounces and answers to the question"
        " how they were served are not counted." + SPAM
    ),
)
REPLIES = Figure(
    name="replies",
    title="Replies",
    definition="Messages that people on our side sent to customers; notes and automatic texts are"
    " not counted. It is counted for who wrote it.",
)
RESOLVED = Figure(
    name="resolved",
    title="Resolved",
    definition="Times a conversation was resolved; one that was opened again and resolved again"
    " counts twice. It is counted for who resolved it." + SPAM,
    better=Better.MORE,
)
REOPENED = Figure(
    name="reopened",
    title="Opened again",
    definition="Times a resolved conversation was opened again, by its customer or by us.",
    better=Better.LESS,
)
FIRST_RESPONSE = Figure(
    name="first_response",
    title="First response time",
    definition=(
        "From a customer's first message, since a conversation was opened or opened again, to the"
        " first reply that a person on our side wrote, when that reply fell into the period."
        " Automatic texts are no replies. The figure is the median. It is counted for who replied."
    ),
    unit=Unit.SECONDS,
    adding=Adding.MEDIAN,
    better=Better.LESS,
    timed=True,
)
NEXT_RESPONSE = Figure(
    name="next_response",
    title="Next response time",
    definition=(
        "After the first reply: from the oldest message of a customer that was not answered yet to"
        " the next reply that a person wrote, when that reply fell into the period."
        " The figure is the median. It is counted for who replied."
    ),
    unit=Unit.SECONDS,
    adding=Adding.MEDIAN,
    better=Better.LESS,
    timed=True,
)
RESOLUTION = Figure(
    name="resolution",
    title="Resolution time",
    definition=(
        "From when a conversation was opened, or opened again, to when it was resolved, for those"
        " resolved in the period. The figure is the median. It is counted for who resolved it."
    ),
    unit=Unit.SECONDS,
    adding=Adding.MEDIAN,
    better=Better.LESS,
    timed=True,
)
SERVICE_LEVEL = Figure(
    name="service_level",
    title="Promises kept",
    definition=(
        "Of all promises that fell due in the period, the share that was kept: first responses,"
        " next responses and resolutions of conversations in queues that promise them. A kept"
        " promise counts when it was kept, a broken one when its time ran out, answered or not."
    ),
    unit=Unit.SHARE,
    adding=Adding.SHARE,
    better=Better.MORE,
    routed=True,
)
ABANDONED = Figure(
    name="abandoned",
    title="Left without an answer",
    definition=(
        "Of the conversations that were resolved in the period after a customer had written, the"
        " share in which nobody of us had replied; and of the calls that came in, the share that"
        " hung up before somebody answered."
    ),
    unit=Unit.SHARE,
    adding=Adding.SHARE,
    better=Better.LESS,
)
WAIT = Figure(
    name="wait",
    title="Wait in the queue",
    definition=(
        "From when a conversation was put into a queue to when somebody had accepted it, for those"
        " accepted in the period; after it went back to a queue it is counted anew."
        " The figure is the median. It is counted for who accepted."
    ),
    unit=Unit.SECONDS,
    adding=Adding.MEDIAN,
    better=Better.LESS,
    timed=True,
    routed=True,
)
HANDLE = Figure(
    name="handle",
    title="Handle time",
    definition=(
        "How long somebody had a conversation, from accepting it to its being resolved, passed on"
        " or returned, when that end fell into the period. The figure is the median."
    ),
    unit=Unit.SECONDS,
    adding=Adding.MEDIAN,
    timed=True,
    routed=True,
)
UNANSWERED_OFFERS = Figure(
    name="refused_offers",
    title="Offers not taken",
    definition=(
        "Of the offers made in the period and not withdrawn, the share that was declined or not"
        " answered in time. Offers that still run are not counted."
    ),
    unit=Unit.SHARE,
    adding=Adding.SHARE,
    better=Better.LESS,
    routed=True,
)
TRANSFERS = Figure(
    name="transfers",
    title="Transfers",
    definition=(
        "Times a conversation left who had it: for another agent, or back into a queue."
        " It is counted for who had it before."
    ),
    better=Better.LESS,
)
OCCUPANCY = Figure(
    name="occupancy",
    title="Occupancy",
    definition=(
        "Of the time in which agents were available or busy, the share in which they had at least"
        " one accepted conversation. It opens the conversations they had."
    ),
    unit=Unit.SHARE,
    adding=Adding.SHARE,
    routed=True,
)
BACKLOG = Figure(
    name="backlog",
    title="Backlog",
    definition=(
        "Conversations that were not resolved at the end of the period or, day by day, at the end"
        " of each day." + SPAM
    ),
    better=Better.LESS,
    snapshot=True,
)
BACKLOG_AGE = Figure(
    name="backlog_age",
    title="Age of the backlog",
    definition=(
        "How long ago the conversations of the backlog had been opened, at that moment, for the"
        " first time. The figure is the median."
    ),
    unit=Unit.SECONDS,
    adding=Adding.MEDIAN,
    better=Better.LESS,
    snapshot=True,
)
CSAT = Figure(
    name="csat",
    title="Customers' rating",
    definition=(
        "The mean of the ratings, 1 to 5, that customers gave in the period when they were asked"
        " after their conversation had been resolved. It is counted for who had it then."
    ),
    unit=Unit.SCORE,
    adding=Adding.MEAN,
    better=Better.MORE,
    routed=True,
)
RATED = Figure(
    name="rated",
    title="Ratings given",
    definition="Of the customers who were asked for a rating in the period, the share that has"
    " given one so far.",
    unit=Unit.SHARE,
    adding=Adding.SHARE,
    better=Better.MORE,
    routed=True,
)

FIGURES = {
    one.name: one
    for one in (
        OPENED,
        HEARD,
        REPLIES,
        RESOLVED,
        REOPENED,
        FIRST_RESPONSE,
        NEXT_RESPONSE,
        RESOLUTION,
        ABANDONED,
        BACKLOG,
        BACKLOG_AGE,
        SERVICE_LEVEL,
        WAIT,
        HANDLE,
        UNANSWERED_OFFERS,
        TRANSFERS,
        OCCUPANCY,
        CSAT,
        RATED,
    )
}
