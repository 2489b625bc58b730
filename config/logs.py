"""One JSON line an event, of allowed keys and harmless values only; of what libraries say, never the words.

A line that could hold a number, a word of a message or a name is worse than no line. So nothing is taken out here; things are
let in: known keys, short plain values, the class of an error and the places it passed. That holds before `configure_logs` too.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

# fmt: off
ALLOWED_KEYS = frozenset((
    "attempt", "bind", "child", "connector", "count", "deleted", "door", "due", "duplicates", "entries", "entry",
    "error", "event", "failed", "found", "incident", "job", "kind", "level", "lines", "list", "module", "method",
    "open", "outcome", "period", "permanent", "pid", "port", "problem", "process", "provider", "purpose", "queue",
    "reason", "recovered", "report", "role", "route", "seconds", "signal", "size", "stage", "state", "status", "step",
    "table", "threads", "version", "where", "work", "workers",
))
# fmt: on
_NAME = re.compile(r"[a-z0-9_.]{1,60}")
_PLAIN = re.compile(r"[A-Za-z0-9_.:/ -]{0,80}")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_NUMBER = re.compile(
    r"(?<![0-9A-Fa-f])\d(?:[ .:/-]?\d){6,}(?![0-9A-Fa-f])"
)  # seven digits in a row might be somebody's telephone
_SMALL = 10**7  # and so might a number of more digits
_FRAMES = 12
_ROOT = f"{Path(__file__).resolve().parent.parent}/"

# What the web server says of its own life, by the template it says it with. Nothing else of its words is let through.
_WEB_SERVER = {
    "Starting gunicorn %s": "web_starting",
    "Listening at: %s (%s)": "web_listening",
    "Booting worker with pid: %s": "web_process_started",
    "Worker exiting (pid: %s)": "web_process_ended",
    "WORKER TIMEOUT (pid:%s)": "web_process_hangs",
    "Worker (pid:%s) exited with code %s.": "web_process_died",
    "Shutting down: %s": "web_ended",
    "Connection in use: %s": "web_address_in_use",
}

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logs(level: str = "info", *, stream: TextIO | None = None) -> None:
    """Send everything logged in this process through the allow-list, to `stream` (the error stream by default)."""
    _configure(level, stream)
    logging.raiseExceptions = False  # a failing log call would print its arguments
    logging.captureWarnings(True)
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
    root = logging.getLogger()
    root.handlers[:] = [LibraryHandler()]
    root.setLevel(logging.WARNING)
    logging.getLogger("gunicorn.error").setLevel(logging.INFO)
    sys.excepthook = lambda kind, error, trace: _log_crash((kind, error, trace))
    threading.excepthook = lambda args: _log_crash((args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback))
    sys.unraisablehook = lambda args: _log_crash((args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback))


def get_log(name: str) -> FilteringBoundLogger:
    """Give the log of a module: `log = get_log(__name__)`, then `log.info("report_taken_in", report=id)`."""
    log: FilteringBoundLogger = structlog.get_logger(module=name)
    return log


class LibraryHandler(logging.Handler):
    """Says of a library's record only who made it, how grave it is, and the class and places of its error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the record without a word of it; the web server's own life is told by event."""
        is_server = record.name == "gunicorn.error"
        event = _WEB_SERVER.get(record.msg, "") if is_server and isinstance(record.msg, str) else ""
        if record.levelno < logging.WARNING and not event:
            return
        log = structlog.get_logger(module=record.name)
        log.log(max(record.levelno // 10 * 10, logging.INFO), event or "library", exc_info=record.exc_info or None)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: the default prints the record."""


def _configure(level: str, stream: TextIO | None) -> None:
    is_terminal = (stream or sys.stderr).isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            only_allowed,
            describe_error,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _as_plain_line if is_terminal else structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=_lines_to(stream),
        cache_logger_on_first_use=False,
    )


def _lines_to(stream: TextIO | None) -> Callable[..., structlog.WriteLogger]:
    """Write each line at once and whole; the error stream is looked up anew each time, since it may be exchanged."""
    return lambda *_: structlog.WriteLogger(cast("TextIO", _Forgiving(stream or sys.stderr)))


class _Forgiving:
    """A stream that a full disk or a closed pipe does not break: a line is lost, but not the request that it is about."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(line)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def only_allowed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop every key that is not allowed; of a value that is not plain, leave only that there was one."""
    allowed = {key: _plain(value) for key, value in event.items() if key in ALLOWED_KEYS}
    allowed["event"] = event["event"] if _NAME.fullmatch(str(event.get("event"))) else "?"
    return allowed | ({"exc_info": event["exc_info"]} if "exc_info" in event else {})


def describe_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the classes of an error and the places it passed in the stead of the error itself."""
    exc_info = event.pop("exc_info", None)
    if isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    elif exc_info and not isinstance(exc_info, tuple):
        exc_info = sys.exc_info()
    if exc_info and exc_info[1] is not None:
        event["error"] = " from ".join(_classes(exc_info[1]))
        event["where"] = " ".join(_places(exc_info[2]))
    return event


def _plain(value: Any) -> Any:
    match value:
        case bool() | None:
            return value
        case int() | float():
            return value if abs(value) < _SMALL else "?"
        case str() if _PLAIN.fullmatch(value) and not _NUMBER.search(_DATE.sub("", value)):
            return value
        case _:
            return "?"


def _classes(error: BaseException) -> list[str]:
    names: list[str] = []
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen and len(names) < _FRAMES:
        seen.add(id(following))
        names.append(type(following).__name__)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return names


def _places(trace: TracebackType | None) -> list[str]:
    """Name file, line and function of the innermost frames: no source, no values, no message."""
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(trace)][-_FRAMES:]
    return [f"{_short(code.co_filename)}:{line}:{code.co_name}" for code, line in frames]


def _short(path: str) -> str:
    return path.rpartition("site-packages/")[2].removeprefix(_ROOT).replace(" ", "_")


def _log_crash(exc_info: ExcInfo) -> None:
    if issubclass(exc_info[0], KeyboardInterrupt):
        return
    structlog.get_logger(module="crash").critical("crashed", exc_info=exc_info)


def _as_plain_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Give a line for a person at a terminal."""
    at, level, name = str(event.pop("timestamp"))[11:19], event.pop("level", ""), event.pop("event", "")
    module = event.pop("module", "")
    rest = " ".join(f"{key}={value}" for key, value in sorted(event.items()))
    return f"{at} {level:8}{name} {rest} ({module})".replace("  (", " (")


_configure("info", None)
