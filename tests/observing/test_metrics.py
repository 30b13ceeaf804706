"""Prometheus: figures that are right, under labels of closed lists, and a table that says what they are."""

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from pc_assistant.adapters.llms import breaker, chat, ledger
from pc_assistant.answering.pipeline import steps
from pc_assistant.answering.steps.verify import NOTHING_SUPPORTED
from pc_assistant.domain.answers import Answer, RefusalReason, Status
from pc_assistant.domain.errors import Busy, IndexMissing, TooSlow
from pc_assistant.domain.traces import Check, Trace
from pc_assistant.observing import figures
from pc_assistant.observing.looking import Holding, Looked, Processes, Spending
from pc_assistant.observing.metrics import Metrics
from pc_assistant.observing.noting import CHANNELS, Asked, Noted, Served, channel_of
from pc_assistant.observing.requests import METHODS
from tests.fakes import answer
from tests.observing.watched import Watched
from tests.test_run import ROOT

TRACE = Trace(
    steps=("screen", "retrieve", "verify"),
    checks=(Check(text="a", kept=True, why=""), Check(text="b", kept=False, why="")),
    made_with={"language model": "openai:x"},
    fallback="it took too long",
)
SPENT = Spending(3, 4, 100, 0.5, 9.0)
LOOKED = Looked(
    "1.0", {"index": None, "disk": "The disk is full."}, Holding("abc", 60, {"cited": 5, "held": 1}, 512), SPENT, {"up": 3, "down": 1}
)
REASONS = {*get_args(RefusalReason), "none", "other"}
# What a label may hold; of `route` and the versions the program alone decides.
ALLOWED = {
    "channel": set(CHANNELS),
    "status": {*get_args(Status), "other"} | {str(status) for status in range(100, 600)},
    "reason": REASONS,
    "answerer": {"extractive", "llm", "other"},
    "step": {*figures.STEPS, "other"},
    "outcome": {"kept", "dropped", "answered", "other", *(name for _, name in figures.OUTCOMES)},
    "rating": {"up", "down"},
    "method": {*METHODS, "other"},
    "direction": {"in", "out"},
    "state": {"cited", "held", "removed"},
    "cause": {"busy", "too_slow", "not_ready", "broken"},
    "check": {"index", "model", "disk", "database"},
}


def read(text: bytes) -> dict[str, float]:
    """The samples by name and labels."""
    return {
        f"{sample.name}{sorted(sample.labels.items())}" if sample.labels else sample.name: sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_an_answer_is_counted_in_every_way() -> None:
    metrics = Metrics()
    told = answer().model_copy(update={"trace": TRACE, "timings_ms": {"screen": 1.0, "retrieve": 8.0, "verify": 2.0}})
    metrics.asked(Asked("slack", 0, 0.02, told))
    refused = answer().model_copy(update={"status": "refused", "reason": "not_covered"})
    metrics.asked(Asked("web", 0, 0.02, refused))
    for error in (ValueError(), Busy("x"), TooSlow("x"), IndexMissing("x")):
        metrics.asked(Asked("web", 0, 0.02, error=error))
    found = read(metrics.text())
    assert found["pc_answers_total[('channel', 'slack'), ('reason', 'none'), ('status', 'answered')]"] == 1
    assert found["pc_answers_total[('channel', 'web'), ('reason', 'not_covered'), ('status', 'refused')]"] == 1
    assert found["pc_ask_failures_total[('cause', 'broken'), ('channel', 'web')]"] == 1
    assert found["pc_ask_failures_total[('cause', 'too_slow'), ('channel', 'web')]"] == 1
    assert found["pc_step_seconds_sum[('step', 'retrieve')]"] == pytest.approx(0.008)
    assert found["pc_answer_seconds_count[('answerer', 'extractive')]"] == 2
    assert found["pc_verified_lines_total[('outcome', 'dropped')]"] == found["pc_verified_lines_total[('outcome', 'kept')]"] == 1
    assert found["pc_language_model_calls_total[('outcome', 'too_long')]"] == 1


@settings(max_examples=50, deadline=None)
@given(st.text(), st.text(), st.text(), st.text(), st.integers(100, 599))
def test_labels_are_of_closed_lists(one: str, two: str, three: str, fallback: str, status: int) -> None:
    metrics = Metrics()
    wild = Answer.model_construct(
        id="1",
        status=one,
        reason=two or None,
        answerer=three,
        timings_ms={one: 1.0},
        trace=Trace(steps=(one, two), made_with={"language model": one}, fallback=fallback),
    )
    metrics.asked(Asked(channel_of("/" + one, from_browser=bool(two)), 0, 0.1, wild))
    metrics.served(Served("GET", "/v1/chat", status, 0.1, Noted("api")))
    families = text_string_to_metric_families(metrics.text((LOOKED,)).decode())
    for sample in (sample for family in families for sample in family.samples):
        for label, value in sample.labels.items():
            assert label in ("le", "route", "version") or value in ALLOWED[label], (label, value)


def test_a_path_is_counted_under_its_template_and_a_method_nobody_knows_under_other(tmp_path: Path) -> None:
    watched = Watched()
    with watched.client(tmp_path) as client:
        for path in ("/v1/documents/a", "/v1/documents/b", "/wp-admin", "/x/y", "/static/0/none.css"):
            client.get(path)
        client.request("BREW", "/v1/chat")
        client.get("/healthz")
    found = {line for line in watched.counted().splitlines() if line.startswith("pc_http_request_seconds_count")}
    assert found == {
        'pc_http_request_seconds_count{method="GET",route="/v1/documents/{document_id}",status="404"} 2.0',
        'pc_http_request_seconds_count{method="GET",route="(none)",status="404"} 2.0',
        'pc_http_request_seconds_count{method="GET",route="/static/{version}/{path}",status="404"} 1.0',
        'pc_http_request_seconds_count{method="GET",route="/healthz",status="200"} 1.0',
        'pc_http_request_seconds_count{method="other",route="/v1/chat",status="405"} 1.0',
    }


@pytest.mark.parametrize(
    ("path", "from_browser", "channel"),
    [
        ("/", False, "web"),
        ("/v1/chat", False, "api"),
        ("/v1/chat", True, "web"),
        ("/v1/chat/completions", False, "openai"),
        ("/v1/chat/completions", True, "openai"),
        ("/integrations/teams/messages", False, "teams"),
        ("/integrations/slack/events", False, "slack"),
        ("/mcp/", False, "mcp"),
    ],
)
def test_every_way_to_ask_is_a_channel(path: str, from_browser: bool, channel: str) -> None:
    assert channel_of(path, from_browser) == channel


def test_the_steps_are_those_of_the_pipeline() -> None:
    assert tuple(name for name, _ in steps(None)) == figures.STEPS


def test_every_reason_to_fall_back_has_an_outcome_of_its_own() -> None:
    said = [NOTHING_SUPPORTED, chat.TOO_LONG]
    for module in (chat, breaker, ledger):
        source = Path(module.__file__).read_text(encoding="utf-8")
        said += re.findall(r'LanguageModelFailed\(f?"([^"]+)"', source) + re.findall(r'    return f?"([^"]+)"\n', source)
    assert len(said) >= 8
    assert "other" not in {figures.outcome(words) for words in said}
    assert figures.outcome(None) == "answered"


def everything() -> bytes:
    metrics = Metrics()
    metrics.asked(Asked("api", 0, 0.1, answer().model_copy(update={"trace": TRACE})))
    metrics.asked(Asked("api", 0, 0.1, error=ValueError()))
    metrics.served(Served("GET", "/", 200, 0.1, Noted("web")))
    metrics.working(1, 64)
    return metrics.text((LOOKED, Processes()))


def test_what_is_printed_is_what_is_described() -> None:
    families = text_string_to_metric_families(everything().decode())
    printed = {family.name: family for family in families if not family.name.endswith("_created")}
    described = {figure.name.removesuffix("_total"): figure for figure in figures.FIGURES}
    assert printed.keys() == described.keys()
    for name, family in printed.items():
        figure = described[name]
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert (family.type, family.documentation, labels) == (figure.kind, figure.help, set(figure.labels)), name


def test_the_table_in_the_docs_is_the_one_of_the_program() -> None:
    assert figures.table() in (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")


def test_what_cannot_be_looked_up_is_left_out() -> None:
    found = read(Metrics().text((Looked("1.0", {"index": "There is none."}),)))
    assert found["pc_check_ok[('check', 'index')]"] == 0
    assert not any(name.startswith(("pc_index", "pc_language_model_tokens")) for name in found)
