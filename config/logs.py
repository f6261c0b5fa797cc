"""Write the log: constant messages with facts beside them, and nothing a customer said.

Our own code logs only facts. What other libraries log, and what an exception says of itself,
may repeat a mail or an address; so of those only the constant part is written: the message
before its arguments are put in, the exception's type, and where it came from.
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any, TextIO

import structlog

from config.settings import LogFormat, LogSettings

Facts = MutableMapping[str, Any]

ADDRESS = re.compile(r"[^\s<>\"'=,;:]+@[^\s<>\"'=,;]+")
TOKEN = re.compile(r"\bplr_[\w-]+|\bBearer \S+|(?<=[?&])[\w-]+=[^&\s\"']+")
COVER = "…"
DEPTH = 12  # frames of a traceback, the innermost


def start(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Send everything logged in this process to *stream*, standard error by default."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            told_apart,
            covered,
            renderer(settings.format, out),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, Others):
            root.removeHandler(handler)
    root.addHandler(Others(max(level, logging.WARNING)))
    logging.captureWarnings(capture=True)


def renderer(kind: LogFormat, out: TextIO) -> Callable[..., Any]:
    if kind is LogFormat.JSON:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=40)


class Others(logging.Handler):
    """Passes on what libraries log, without what they put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        message = str(record.msg).splitlines()[0] if str(record.msg) else record.name
        log = structlog.get_logger()
        log.log(record.levelno, message, logger=record.name, exc_info=record.exc_info or None)


def told_apart(_: Any, __: str, facts: Facts) -> Facts:
    """Replace an exception by its type and the way it took; its words stay out of the log."""
    error = facts.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        facts["error"] = chain(error)
        facts["at"] = frames(error)
    return facts


def chain(error: BaseException) -> str:
    """Name an exception and what caused it, such as ``Unavailable < OperationalError``."""
    names: list[str] = []
    one: BaseException | None = error
    while one is not None and len(names) < 5:
        number = getattr(one, "errno", None)
        names.append(type(one).__name__ + (f"({number})" if isinstance(number, int) else ""))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return " < ".join(names)


def frames(error: BaseException) -> list[str]:
    """Return where it happened, the innermost place first."""
    stack = traceback.extract_tb(error.__traceback__)[-DEPTH:]
    return [f"{short(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(stack)]


def short(path: str) -> str:
    """Cut what all paths have in common."""
    return "/".join(path.rsplit("/", 3)[1:])


def covered(_: Any, __: str, facts: Facts) -> Facts:
    """Cover addresses and tokens, should any have come this far."""
    for key, value in facts.items():
        facts[key] = cover(value)
    return facts


def cover(value: Any) -> Any:
    if isinstance(value, str):
        return TOKEN.sub(COVER, ADDRESS.sub(COVER, value))
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, list | tuple):
        return [cover(one) for one in value]
    return value
