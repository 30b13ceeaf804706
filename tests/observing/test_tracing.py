"""Traces: a span a question and a step, within that of the request, as a collector really gets them."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from pc_assistant.observing.assistant import WatchedAssistant
from pc_assistant.observing.noting import Asked
from pc_assistant.observing.tracing import Traces
from pc_assistant.web.app import create_app
from tests.conftest import CommandLine
from tests.fakes import FakeAssistant, FakeLibrary, answer
from tests.observing.test_metrics import TRACE
from tests.test_serving import QUESTION, ask, serving

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
PARENT = {"traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-01"}


class Collector:
    """Takes OTLP over HTTP."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.bodies: list[bytes] = []
        spans, bodies = self.spans, self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                sent = ExportTraceServiceRequest.FromString(body)
                bodies.append(body)
                spans.extend(span for resource in sent.resource_spans for scope in resource.scope_spans for span in scope.spans)
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def named(self, name: str) -> Span:
        return next(span for span in self.spans if span.name == name)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


def attributes(span: Span) -> dict[str, object]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "") for pair in span.attributes}


def test_a_request_its_question_and_its_steps_are_one_trace(collector: Collector) -> None:
    assistant = FakeAssistant()
    assistant.replies.append(answer().model_copy(update={"trace": TRACE, "timings_ms": {"screen": 1.0, "retrieve": 8.0, "verify": 2.0}}))
    traces = Traces(collector.url)
    from pc_assistant.adapters.stores.memory import MemoryConversations

    app = create_app(WatchedAssistant(assistant, traces.asked), FakeLibrary(), MemoryConversations(), traces=traces.provider)
    with TestClient(app) as client:
        client.post("/v1/chat?x=secret", json={"question": "When does the ferry sail?"}, headers=PARENT)
    traces.close()
    served, asked = collector.named("POST /v1/chat"), collector.named("ask")
    assert {span.trace_id.hex() for span in collector.spans} == {TRACE_ID}
    assert served.parent_span_id.hex() == "b7ad6b7169203331"
    assert asked.parent_span_id == served.span_id
    assert attributes(served)["http.response.status_code"] == 200
    assert attributes(asked)["pc.status"] == "answered"
    steps = [collector.named(name) for name in TRACE.steps]
    assert {span.parent_span_id for span in steps} == {asked.span_id}
    assert [(span.end_time_unix_nano - span.start_time_unix_nano) / 1e6 for span in steps] == [1.0, 8.0, 2.0]
    assert [span.start_time_unix_nano for span in steps[1:]] == [span.end_time_unix_nano for span in steps[:-1]]
    assert attributes(steps[2]) == {"pc.lines_kept": 1, "pc.lines_dropped": 1}
    assert not any(word in body for body in collector.bodies for word in (b"secret", b"ferry", b"nine"))


def test_a_question_that_fails_is_a_span_with_the_class_of_its_error(collector: Collector) -> None:
    traces = Traces(collector.url)
    traces.asked(Asked("slack", 1, 0.1, error=ValueError("the question")))
    traces.close()
    asked = collector.named("ask")
    assert (asked.status.code, asked.status.message) == (2, "")
    assert attributes(asked) == {"pc.channel": "slack", "pc.error": "ValueError"}


def test_a_share_of_the_traces_is_kept_but_all_that_a_caller_keeps(collector: Collector) -> None:
    traces = Traces(collector.url, share=0.0)
    traces.asked(Asked("slack", 1, 0.1, answer()))
    traces.close()
    assert collector.spans == []


def test_a_service_sends_its_traces_where_the_setting_says_and_logs_their_id(indexed: CommandLine, collector: Collector) -> None:
    with serving(indexed.with_env(PC_OTEL_ENDPOINT=collector.url, PC_LOG_FORMAT="json")) as port:
        ask(port, QUESTION)
    lines = [json.loads(line) for line in indexed.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line["event"] == "request" and line["route"] == "/v1/chat"]
    assert collector.named("ask").trace_id.hex() == line["trace_id"]
    assert {"screen", "rewrite", "route", "retrieve", "answer", "verify", "annotate"} <= {span.name for span in collector.spans}
    assert not any(b"lighthouse" in body for body in collector.bodies)


def test_without_the_setting_nothing_of_it_is_imported(indexed: CommandLine, tmp_path: Path) -> None:
    with serving(indexed.with_env(PYTHONPROFILEIMPORTTIME="1")) as port:
        ask(port, QUESTION)
    imported = indexed.log.read_text(encoding="utf-8")
    assert "pc_assistant.observing.metrics" in imported
    assert "pc_assistant.observing.tracing" not in imported
    assert "opentelemetry.exporter.otlp.proto.http" not in imported
