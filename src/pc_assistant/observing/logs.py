"""One line a record, from whoever logs it: JSON for machines, or short words for people at a terminal.

What people typed is in no line. Our own records are written so that they hold none; what other packages say may repeat a question, an
answer or a key, so of their records only the place in their code is shown, and only from warnings on. Of an exception its class and where
it passed are shown, never its message, for the same reason.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from pc_assistant.observing.noting import Asked, Served, current

Format = Literal["auto", "json", "console"]
SPEAKING = ("pc_assistant", "uvicorn", "py.warnings")  # whose words are shown
PROBES = frozenset(("/healthz", "/readyz", "/metrics", "/static/{version}/{path}"))
FRAMES = 12
LONGEST = 2000
logger = logging.getLogger("pc_assistant.requests")


def configure(
    level: str = "info", form: Format = "auto", stream: TextIO | None = None, trace_id: Callable[[], str | None] = lambda: None
) -> None:
    """Sends the records of this process, ours and those of packages, to `stream` (standard error). For the start of a process.

    `trace_id` gives the id of the trace in hand, for those who have traces.
    """
    stream = stream or sys.stderr
    shared: list[Processor] = [_words, _place_of_warning, structlog.stdlib.add_log_level, _exception, _request, partial(_trace, trace_id)]
    console = form == "console" or (form == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.addFilter(_weighs_enough)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
                _short,
                _line if console else _json,
            ],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in ("pc_assistant", "uvicorn"):
        logging.getLogger(name).setLevel(level.upper())
    logging.getLogger("uvicorn.access").propagate = False  # it logs whole addresses, and with them what stands in their queries
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a record that cannot be written is lost; else it would be printed with all that it holds
    threading.excepthook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)
    sys.unraisablehook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)


class Log:
    """Writes the line of a request. `pseudonym` makes ids of callers unreadable, the same id always the same way."""

    def __init__(self, pseudonym: Callable[[str], str]) -> None:
        self._pseudonym = pseudonym

    def served(self, served: Served) -> None:
        """One line a request; of one that only probes whether the service lives, at the level debug."""
        level = logging.DEBUG if served.route in PROBES and served.status < 400 else logging.INFO
        fields = {
            "method": served.method,
            "route": served.route,
            "status": served.status,
            "ms": round(1000 * served.seconds, 1),
            "channel": served.noted.channel,
            "request_id": served.noted.request_id,
            "caller": self.hashed(served.caller),
        }
        logger.log(level, "request", extra={"fields": fields | _told(served.noted.asked)})

    def asked(self, asked: Asked) -> None:
        """The line of a question that no request waits for, such as one of a bot."""
        noted = current.get()
        if noted is None or noted.over:
            fields = {"channel": asked.channel, "ms": round(1000 * asked.seconds, 1)}
            logger.info("answer", extra={"fields": fields | _told(asked)})

    def hashed(self, caller: str | None) -> str | None:
        """16 hexadecimal digits in the place of an id."""
        return caller and self._pseudonym(caller)[:16]


def _told(asked: Asked | None) -> dict[str, object]:
    if asked is None:
        return {}
    if asked.answer is None:
        return {"answer_status": "failed", "error": type(asked.error).__name__}
    return {
        "answer_id": asked.answer.id,
        "answer_status": asked.answer.status,
        "reason": asked.answer.reason,
        "answerer": asked.answer.answerer,
    }


def _weighs_enough(record: logging.LogRecord) -> bool:
    """Packages are heard from warnings on, whatever level they set themselves: beneath it they log what they send and get."""
    return record.levelno >= logging.WARNING or record.name.startswith(SPEAKING)


def _words(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The fields of a record; its words where whoever says them is known to say nothing that was typed."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    event.update(getattr(record, "fields", {}))
    if not record.name.startswith(SPEAKING):
        event["event"] = "said by a package"
        event["place"] = f"{record.module}:{record.lineno}"
    return event


def _place_of_warning(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Of a warning of Python, `file:line: Class: words`, all but the words."""
    if event["logger"] == "py.warnings":
        event["event"] = ":".join(str(event["event"]).split(":")[:3])
    return event


def _exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The classes of an exception and its causes, and the places that it passed, the innermost first; without messages."""
    info = event.pop("exc_info", None) or event["_record"].exc_info
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    if error is not None:
        event["exception"] = list(_classes(error))
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(traceback.extract_tb(error.__traceback__))][
            :FRAMES
        ]
    return event


def _classes(error: BaseException) -> list[str]:
    found: list[str] = []
    following: BaseException | None = error
    while following is not None and len(found) < FRAMES:
        found.append(f"{type(following).__module__}.{type(following).__qualname__}")
        following = following.__cause__ or following.__context__
    return found


def _request(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The id of the request in hand."""
    noted = current.get()
    if noted and noted.request_id:
        event.setdefault("request_id", noted.request_id)
    return event


def _trace(trace_id: Callable[[], str | None], _: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event["trace_id"] = trace_id()
    return event


def _short(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Without what is empty, and nothing without end."""
    return {name: value[:LONGEST] if isinstance(value, str) else value for name, value in event.items() if value is not None}


def _json(_: WrappedLogger, __: str, event: EventDict) -> str:
    return json.dumps(event, default=str)


def _line(_: WrappedLogger, __: str, event: EventDict) -> str:
    first = [event.pop("time", ""), event.pop("level", "").upper(), event.pop("event", "")]
    return visible(" ".join([*map(str, first), *(f"{name}={_plain(value)}" for name, value in event.items())]))


def _plain(value: object) -> str:
    return " < ".join(map(str, value)) if isinstance(value, list) else str(value)


def visible(text: str) -> str:
    """`text` on one line, with every character that is not printable escaped: nothing in it can begin a line or move a cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def _uncaught(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
    if kind is not None and not issubclass(kind, SystemExit):
        logging.getLogger("pc_assistant").error("an error that nobody caught", exc_info=error and (kind, error, trace))
