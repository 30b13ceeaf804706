"""The figures that are counted where they arise; docs/observability.md has their table."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]

STEPS = ("screen", "rewrite", "route", "retrieve", "answer", "verify", "annotate")
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True)
class Figure:
    """A metric: `name` as Prometheus shows it, without what a histogram adds."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


ANSWERS = Figure(
    "pc_answers_total", "counter", "Questions answered, refusals with their reason (none for others).", ("channel", "status", "reason")
)
FAILURES = Figure(
    "pc_ask_failures_total",
    "counter",
    "Questions that got no answer: busy (too many at once), too_slow, not_ready, or broken.",
    ("channel", "cause"),
)
ANSWER_SECONDS = Figure("pc_answer_seconds", "histogram", "How long a question took, from asked to answered.", ("answerer",))
STEP_SECONDS = Figure("pc_step_seconds", "histogram", "How long each step of a question's way took.", ("step",))
LINES = Figure(
    "pc_verified_lines_total", "counter", "Lines of drafts that verification looked at, and whether it kept or dropped them.", ("outcome",)
)
MODEL_CALLS = Figure(
    "pc_language_model_calls_total",
    "counter",
    "Questions put to the language model; every outcome but `answered` fell back on the extractive answer, in whole or from there on.",
    ("outcome",),
)
REQUESTS = Figure("pc_http_request_seconds", "histogram", "Requests, by the template of their path.", ("method", "route", "status"))
BOT_WORK = Figure("pc_bot_work", "gauge", "Messages of chat platforms that are being answered now.")
BOT_WORK_LIMIT = Figure("pc_bot_work_limit", "gauge", "The most that may be answered at the same time, over all workers.")

COUNTED = (ANSWERS, FAILURES, ANSWER_SECONDS, STEP_SECONDS, LINES, MODEL_CALLS, REQUESTS, BOT_WORK, BOT_WORK_LIMIT)

# Looked up when they are asked for.
BUILD = Figure("pc_build_info", "gauge", "Always 1; the version of the software.", ("version",))
WORKERS = Figure("pc_workers", "gauge", "Processes that answer.")
CHECKS = Figure("pc_check_ok", "gauge", "1 where a check of /readyz finds nothing wrong, else 0.", ("check",))
INDEX = Figure("pc_index_info", "gauge", "Always 1; the version of what is held.", ("version",))
INDEX_AGE = Figure("pc_index_age_seconds", "gauge", "How long ago the index was published.")
DOCUMENTS = Figure("pc_index_documents", "gauge", "Documents by state: cited, or withheld as held or removed.", ("state",))
CHUNKS = Figure("pc_index_chunks", "gauge", "Indexed pieces of the documents that can be cited.")
FEEDBACK = Figure("pc_feedback", "gauge", "What people said of answers, as far as it is kept.", ("rating",))
TOKENS = Figure(
    "pc_language_model_tokens_today", "gauge", "Tokens of the language model since midnight UTC, over all processes.", ("direction",)
)
TOKENS_LIMIT = Figure("pc_language_model_tokens_daily_limit", "gauge", "The most tokens that a day may have.")
COST = Figure("pc_language_model_cost_today", "gauge", "What the tokens since midnight UTC cost, where both prices are set.")
COST_LIMIT = Figure("pc_language_model_cost_daily_limit", "gauge", "The most money that a day may cost, where a limit is set.")

LOOKED_UP = (BUILD, WORKERS, CHECKS, INDEX, INDEX_AGE, DOCUMENTS, CHUNKS, FEEDBACK, TOKENS, TOKENS_LIMIT, COST, COST_LIMIT)

# Of the operating system, summed over the workers; names as Prometheus's own clients have them.
PROCESS = (
    Figure("process_cpu_seconds_total", "counter", "Processor time of the workers, in seconds."),
    Figure("process_resident_memory_bytes", "gauge", "Memory of the workers, in bytes; what they share is counted for each."),
    Figure("process_virtual_memory_bytes", "gauge", "Address space of the workers, in bytes."),
    Figure("process_open_fds", "gauge", "Open files and connections of the workers."),
    Figure("process_max_fds", "gauge", "The most files and connections that the workers may open."),
    Figure("process_start_time_seconds", "gauge", "When the oldest worker was started, in seconds of the epoch."),
)

FIGURES = (*COUNTED, *LOOKED_UP, *PROCESS)

# What a language model's fallback says (answering and adapters/llms), and the outcome that it is counted as.
OUTCOMES = (
    ("the limit of the day", "day_limit"),
    ("as many calls as are allowed", "busy"),
    ("it has failed too often", "resting"),
    ("it took too long", "too_long"),
    ("it answered with the HTTP status", "http_status"),
    ("the connection to it", "connection"),
    ("nothing that it wrote is supported", "unsupported"),
    ("what is spent cannot be written", "ledger"),
)


def outcome(fallback: str | None) -> str:
    """The outcome of a call, by the reason of its fallback; one of a closed list."""
    if fallback is None:
        return "answered"
    return next((name for words, name in OUTCOMES if fallback.startswith(words)), "other")


def table() -> str:
    """All figures as a Markdown table, for docs/observability.md."""
    rows = [f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels)} | {one.help} |" for one in FIGURES]
    return "\n".join(["| metric | kind | labels | what |", "| --- | --- | --- | --- |", *rows])
