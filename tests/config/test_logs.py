import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import structlog

from config.logs import ALLOWED_KEYS, configure_logs, get_log

CANARY = "canary"
NUMBER = "0770000012"


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    root, hooks = logging.getLogger(), (sys.excepthook, sys.unraisablehook, logging.raiseExceptions)
    kept, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure_logs("debug", stream=stream)

    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]

    logging.captureWarnings(False)
    root.handlers[:] = kept
    root.setLevel(level)
    sys.excepthook, sys.unraisablehook, logging.raiseExceptions = hooks
    configure_again()


def configure_again() -> None:
    """Lead the log back to the error stream, as it is when the module has just been read."""
    structlog.configure(logger_factory=lambda *_: structlog.WriteLogger(sys.stderr))


def test_an_event_is_one_line_of_json_with_its_plain_values(lines: Callable[[], list[dict[str, Any]]]) -> None:
    get_log("gateway.webhooks").info(
        "report_taken_in", provider="twilio", report="0b9f3c7e", count=3, seconds=0.25, permanent=True
    )

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "report_taken_in",
        "level": "info",
        "module": "gateway.webhooks",
        "provider": "twilio",
        "report": "0b9f3c7e",
        "count": 3,
        "seconds": 0.25,
        "permanent": True,
    }


@pytest.mark.parametrize("key", ["sender", "text", "exception", "stack_info", "url", "body", "positional_args"])
def test_a_key_that_is_not_allowed_does_not_appear(lines: Callable[[], list[dict[str, Any]]], key: str) -> None:
    get_log("x").info("event", **{key: CANARY})

    assert key not in ALLOWED_KEYS
    assert CANARY not in json.dumps(lines())


@pytest.mark.parametrize(
    "value",
    [
        "+263770000012",
        NUMBER,
        "077 000 0012",
        "077-000-0012",
        "tel 0770000012 x",
        263770000012,
        770000012.0,
        "two\nlines",
        "ndatenda, mazvita",
        "x" * 81,
        b"bytes",
        {"a": CANARY},
        [CANARY],
        RuntimeError(CANARY),
    ],
)
@pytest.mark.parametrize("key", ["reason", "where", "error", "status", "module"])
def test_of_a_value_that_might_be_private_only_its_presence_is_left(
    lines: Callable[[], list[dict[str, Any]]], key: str, value: object
) -> None:
    get_log("x").info("event", **{key: value})

    assert lines()[0][key] == "?"


def test_the_name_of_an_event_carries_nothing(lines: Callable[[], list[dict[str, Any]]]) -> None:
    get_log("x").info("a text from %s", CANARY)
    get_log("x").info(f"text from {CANARY}")

    assert [line["event"] for line in lines()] == ["?", "?"]


def test_a_date_is_no_number(lines: Callable[[], list[dict[str, Any]]]) -> None:
    get_log("x").info("period_closed", period="2026-11-24")

    assert lines()[0]["period"] == "2026-11-24"


def test_of_an_error_the_classes_and_places_are_left(lines: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ValueError(f"no {CANARY}") from error
    except ValueError:
        get_log("x").exception("failed", reason="bug")

    (line,) = lines()
    assert line["error"] == "ValueError from KeyError"
    assert line["where"].startswith("tests/config/test_logs.py:")
    assert line["where"].endswith("test_of_an_error_the_classes_and_places_are_left")
    assert CANARY not in json.dumps(line)


@pytest.mark.parametrize(
    "name",
    ["rq.worker", "twilio.http_client", "urllib3.connectionpool", "werkzeug", "sqlalchemy.engine", "apscheduler", "flask.app"],
)
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
def test_no_word_of_a_library_is_printed_not_even_when_it_debugs(
    lines: Callable[[], list[dict[str, Any]]], request: pytest.FixtureRequest, name: str, level: int
) -> None:
    logger = logging.getLogger(name)
    request.addfinalizer(partial(logger.setLevel, logger.level))
    logger.setLevel(logging.DEBUG)
    try:
        raise RuntimeError(CANARY)
    except RuntimeError:
        logger.log(level, f"{CANARY} %s", CANARY, exc_info=True, extra={"arguments": CANARY, "kwargs": {"text": CANARY}})

    assert CANARY not in json.dumps(lines())
    assert [line["error"] for line in lines()] == (["RuntimeError"] if level >= logging.WARNING else [])


def test_a_library_with_a_handler_of_its_own_is_brought_under_ours() -> None:
    program = (
        "import logging, sys; from rq.logutils import setup_loghandlers; setup_loghandlers('DEBUG');"
        "from config.logs import configure_logs; configure_logs('debug');"
        "logging.getLogger('rq.worker').error('canary %s', 'canary'); logging.getLogger('rq.worker').error('canary %d', 'canary')"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20)

    assert "canary" not in ended.stdout + ended.stderr
    assert [json.loads(line)["module"] for line in ended.stderr.splitlines()] == ["rq.worker", "rq.worker"]


def test_the_web_server_tells_of_its_life_by_event(lines: Callable[[], list[dict[str, Any]]]) -> None:
    log = logging.getLogger("gunicorn.error")

    log.info("Booting worker with pid: %s", 7)
    log.info(CANARY)
    log.error("Error handling request %s", f"/webhooks/africastalking/{CANARY}/message")

    assert [line["event"] for line in lines()] == ["web_process_started", "library"]
    assert CANARY not in json.dumps(lines())


def test_a_warning_is_not_quoted(lines: Callable[[], list[dict[str, Any]]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(CANARY, stacklevel=1)

    assert [line["module"] for line in lines()] == ["py.warnings"]
    assert CANARY not in json.dumps(lines())


@pytest.mark.parametrize(
    "crash",
    [
        "raise RuntimeError('canary')",
        "import threading; t = threading.Thread(target=lambda: {}['canary']); t.start(); t.join()",
        "class A:\n    def __del__(self): raise RuntimeError('canary')\nA()",
    ],
)
def test_a_crash_is_told_without_its_words(crash: str) -> None:
    program = f"from config.logs import configure_logs\nconfigure_logs()\n{crash}"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20)

    (line,) = [json.loads(line) for line in ended.stderr.splitlines()]
    assert line["event"] == "crashed"
    assert "canary" not in ended.stderr + ended.stdout


def test_what_is_logged_before_the_log_is_set_up_is_held_back_too() -> None:
    program = "from config.logs import get_log; get_log('x').info('early', text='canary', count=1)"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20)

    assert json.loads(ended.stderr)["event"] == "early"
    assert "canary" not in ended.stderr + ended.stdout


def test_a_level_hides_what_is_below_it() -> None:
    program = "from config.logs import *; configure_logs('warning'); get_log('x').info('low'); get_log('x').warning('high')"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20)

    assert [json.loads(line)["event"] for line in ended.stderr.splitlines()] == ["high"]


def test_a_full_disk_loses_a_line_and_breaks_nothing(lines: Callable[[], list[dict[str, Any]]]) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    configure_logs("info", stream=Full())

    get_log("test").error("webhook_not_kept")
    assert lines() == []
