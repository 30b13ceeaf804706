"""The log: one line a record, without the words of others, whoever logs."""

import json
import logging
import threading
import warnings

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pc_assistant.adapters.stores.pseudonyms import pseudonyms
from pc_assistant.observing.logs import Log, visible
from pc_assistant.observing.noting import Asked, Noted, Served
from tests.fakes import answer
from tests.observing.conftest import Written

ours = logging.getLogger("pc_assistant.web.problems")
theirs = logging.getLogger("openai._base_client")
PER_TEST = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
ANY_TEXT = st.text(st.characters(), max_size=50) | st.sampled_from(
    ["a\nINFO forged", "\r\n{}", "\x1b[2J", "\u2028x", "\x85", '"}', "\ud800"]
)


@PER_TEST
@given(ANY_TEXT)
def test_a_record_is_one_line_whatever_is_in_it(log: Written, text: str) -> None:
    log.seek(0)
    log.truncate()
    ours.warning("a %s b", text, extra={"fields": {"route": text}})
    assert log.getvalue().count("\n") == 1
    assert len(log.getvalue().splitlines()) == 1
    assert log.lines()[0]["event"] == f"a {text} b"


@PER_TEST
@given(ANY_TEXT)
def test_a_line_for_people_is_one_line_too(console: Written, text: str) -> None:
    console.seek(0)
    console.truncate()
    ours.warning("a %s b", text, extra={"fields": {"route": text}})
    line = console.getvalue()
    assert len(line.splitlines()) == 1
    assert line.endswith("\n")
    assert line[:-1].isprintable()


@given(ANY_TEXT)
def test_what_is_visible_is_printable_and_words_stay(text: str) -> None:
    assert visible(text).isprintable()
    assert visible("Café – “x”") == "Café – “x”"


def test_packages_are_heard_from_warnings_on_and_without_their_words(log: Written) -> None:
    theirs.setLevel(logging.DEBUG)
    theirs.debug("Request options: %s", "the question")
    theirs.info("HTTP Request: %s", "the question")
    theirs.warning("Retrying: %s", "the question")
    theirs.setLevel(logging.NOTSET)
    (line,) = log.lines()
    assert (line["logger"], line["level"]) == ("openai._base_client", "warning")
    assert line["place"].startswith("test_logs:")
    assert "the question" not in log.getvalue()


def test_an_exception_is_told_by_class_and_place(log: Written) -> None:
    try:
        try:
            raise ValueError("the question")
        except ValueError as error:
            raise RuntimeError("the answer") from error
    except RuntimeError:
        ours.exception("it failed")
    (line,) = log.lines()
    assert line["exception"] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert line["at"][0].endswith("test_an_exception_is_told_by_class_and_place")
    assert "the question" not in log.getvalue()
    assert "the answer" not in log.getvalue()


def test_what_python_itself_would_print_is_logged_without_words(log: Written) -> None:
    def fail() -> None:
        raise ValueError("the question")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("the question: it is long", UserWarning, stacklevel=1)
    uncaught, warned = log.lines()
    assert uncaught["exception"] == ["builtins.ValueError"]
    assert warned["event"].endswith("UserWarning")
    assert "the question" not in log.getvalue()


def test_a_record_that_cannot_be_written_shows_nothing_of_itself(log: Written, capsys: object) -> None:
    ours.warning("%d answers", "the question")
    assert "the question" not in log.getvalue()


def test_the_line_of_a_request(log: Written) -> None:
    noted = Noted("api", {"request_id": "abc"}, Asked("api", 0, 0.2, answer()))
    Log(pseudonyms(b"key")).served(Served("POST", "/v1/chat", 200, 0.25, noted, "jo@example.org"))
    (line,) = log.requests()
    told = {name: line[name] for name in ("method", "route", "status", "ms", "channel", "request_id", "answer_id", "answer_status")}
    assert told == {
        "method": "POST",
        "route": "/v1/chat",
        "status": 200,
        "ms": 250.0,
        "channel": "api",
        "request_id": "abc",
        "answer_id": "answer-1",
        "answer_status": "answered",
    }
    assert "reason" not in line
    assert len(line["caller"]) == 16
    assert "jo@" not in log.getvalue()


def test_a_caller_has_one_hash_under_one_key() -> None:
    one, same, other = (Log(pseudonyms(secret)).hashed("jo") for secret in (b"a", b"a", b"b"))
    assert one == same != other
    assert Log(str).hashed(None) is None


def test_probes_are_logged_for_those_who_debug(log: Written) -> None:
    noted = Noted("web")
    Log(str).served(Served("GET", "/healthz", 200, 0.0, noted))
    Log(str).served(Served("GET", "/readyz", 503, 0.0, noted))
    assert [line["level"] for line in log.requests()] == ["debug", "info"]


def test_a_failure_is_told_by_the_class_of_its_error(log: Written) -> None:
    Log(str).asked(Asked("slack", 0, 0.2, error=ValueError("the question")))
    (line,) = log.lines()
    assert (line["event"], line["channel"], line["answer_status"], line["error"]) == ("answer", "slack", "failed", "ValueError")
    assert "the question" not in json.dumps(line)
