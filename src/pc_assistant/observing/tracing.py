"""OpenTelemetry: a span a question and a span a step, beside those that FastAPI makes of requests; timings and counts, no text.

Needs the extra `otel`. Whatever a library puts into a span, only what is named here leaves the process: the path of a request may name a
conversation, its query may hold a question, and an exception may repeat either.
"""

from collections.abc import Sequence
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import SpanContext, Status, StatusCode, get_current_span, set_span_in_context

from pc_assistant.domain.answers import Answer
from pc_assistant.observing.noting import Asked

ALLOWED = frozenset(
    (
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "network.protocol.version",
        "server.port",
        "url.scheme",
        "pc.answer_id",
        "pc.answerer",
        "pc.channel",
        "pc.citations",
        "pc.corpus_version",
        "pc.error",
        "pc.lines_dropped",
        "pc.lines_kept",
        "pc.passages",
        "pc.reason",
        "pc.status",
    )
)
NANO = 1_000_000


class Traces:
    """Spans to a collector that takes OTLP over HTTP at `endpoint`, such as http://localhost:4318/v1/traces. `share` of the traces, 0 to 1."""

    def __init__(self, endpoint: str, share: float = 1.0, exporter: SpanExporter | None = None) -> None:
        resource = Resource({"service.name": "pc-assistant", "service.version": version("pc-assistant")})
        self.provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(share)), resource=resource)
        self.provider.add_span_processor(BatchSpanProcessor(Discreet(exporter or OTLPSpanExporter(endpoint))))
        self._tracer = self.provider.get_tracer("pc_assistant")

    def asked(self, asked: Asked) -> None:
        """The spans of a question, made when it has been answered: its steps have told what time each took."""
        end = asked.begun + int(asked.seconds * 1e9)
        span = self._tracer.start_span("ask", start_time=asked.begun, attributes={"pc.channel": asked.channel})
        if asked.answer is None:
            span.set_attribute("pc.error", type(asked.error).__name__)
            span.set_status(Status(StatusCode.ERROR))
        else:
            answer = asked.answer
            span.set_attributes(_facts(answer))
            within = set_span_in_context(span)
            begun = max(asked.begun, end - int(sum(_times(answer)) * NANO))  # it may have waited for its turn before the first
            for step, ms in zip(answer.trace.steps if answer.trace else (), _times(answer), strict=True):
                following = begun + int(ms * NANO)
                self._tracer.start_span(step, within, start_time=begun, attributes=_counts(step, answer)).end(following)
                begun = following
        span.end(end)

    def close(self) -> None:
        """Sends what has not been sent; waits for the collector some seconds at most."""
        self.provider.shutdown()


def trace_id() -> str | None:
    """The id of the trace in hand, for log lines."""
    context = get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def _times(answer: Answer) -> list[float]:
    """Milliseconds of each step that ran."""
    return [answer.timings_ms.get(step, 0.0) for step in (answer.trace.steps if answer.trace else ())]


def _facts(answer: Answer) -> dict[str, str | int]:
    return {
        "pc.answer_id": answer.id,
        "pc.status": answer.status,
        "pc.reason": answer.reason or "none",
        "pc.answerer": answer.answerer,
        "pc.corpus_version": answer.corpus_version,
        "pc.citations": len(answer.citations),
    }


def _counts(step: str, answer: Answer) -> dict[str, int]:
    checks = answer.trace.checks if answer.trace else ()
    kept = sum(check.kept for check in checks)
    match step:
        case "retrieve":
            return {"pc.passages": len(answer.retrieved)}
        case "verify":
            return {"pc.lines_kept": kept, "pc.lines_dropped": len(checks) - kept}
        case _:
            return {}


class Discreet(SpanExporter):
    """Hands spans on to another exporter with nothing but what is allowed: no other attributes, no events, no words of errors."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """As the other exporter does."""
        return self._exporter.export([_bare(span) for span in spans])

    def shutdown(self) -> None:
        """Ends the other exporter."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """As the other exporter does."""
        return self._exporter.force_flush(timeout_millis)


def _bare(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=_untold(span.context),
        parent=_untold(span.parent),
        resource=span.resource,
        attributes={name: value for name, value in (span.attributes or {}).items() if name in ALLOWED},
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _untold(context: SpanContext | None) -> SpanContext | None:
    """The ids alone: what the caller sent along with them is not ours to pass on."""
    return context and SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)
