"""An answer beside the embedding of its question: in process, one after the other, step by step."""

from collections import defaultdict
from collections.abc import Sequence
from time import perf_counter

from bench.figures import Budget, Part, Row, columns_over_rounds, quantile
from bench.setting import Setting
from bench.stopwatch import Stopwatch
from pc_assistant import bootstrap
from pc_assistant.domain.conversations import Question

BARE = "one query embedding"
WHOLE = "answer, end to end"
INNER = "in it: its own embedding"
REST = "in it: everything else"
STEPS = ("screen", "rewrite", "route", "retrieve", "answer", "verify", "annotate")
WARM_UP = 20

Times = dict[str, list[float]]


def measure_answers(setting: Setting) -> list[Part]:
    """End-to-end time and the time of each step, as multiples of the median bare embedding of the same round."""
    embedder = bootstrap.make_embedder(setting.settings)
    watch = Stopwatch(embedder)
    pipeline, corpus = bootstrap.make_assistant(setting.settings, watch)
    corpus()
    for question in setting.questions[:WARM_UP]:
        pipeline.answer(Question(text=question))

    def embed(question: str, times: Times) -> None:
        begun = perf_counter()
        embedder.embed([question])
        times[BARE].append(perf_counter() - begun)

    def answer(question: str, times: Times) -> None:
        watch.seconds = 0.0
        begun = perf_counter()
        found = pipeline.answer(Question(text=question))
        whole = perf_counter() - begun
        times[WHOLE].append(whole)
        times[REST].append(whole - watch.seconds)
        if watch.seconds:
            times[INNER].append(watch.seconds)
        for step in STEPS:
            if found.timings_ms.get(step):
                times[f"step {step}"].append(found.timings_ms[step] / 1000)

    rounds = []
    for number in range(setting.rounds):
        times: Times = defaultdict(list)
        for place, question in enumerate(setting.shuffled(number)):
            for act in (embed, answer) if place % 2 else (answer, embed):
                act(question, times)
        rounds.append(times)
    return [part(rounds)]


def part(rounds: Sequence[Times]) -> Part:
    """The table over the rounds' seconds."""
    rows = []
    for what in (BARE, WHOLE, INNER, REST, *(f"step {step}" for step in STEPS)):
        held = [times for times in rounds if times.get(what)]
        if held:
            figures = columns_over_rounds([_columns(times[what], quantile(times[BARE], 0.5)) for times in held])
            budget = Budget(column="p50, ×", most=3) if what == WHOLE else None
            rows.append(Row(what=what, figures=figures, n=sum(len(times[what]) for times in held), budget=budget))
    note = (
        "× is the multiple of the median query embedding (the model on one thread, nothing else) of the same round; embedding and answer take "
        "turns, question by question. A step counts where it ran: a question that is refused early passes the others by."
    )
    return Part(title="One answer", note=note, rows=tuple(rows))


def _columns(seconds: Sequence[float], bare: float) -> dict[str, float]:
    p50, p95 = quantile(seconds, 0.5), quantile(seconds, 0.95)
    return {"p50, ×": p50 / bare, "p95, ×": p95 / bare, "p50, ms": 1000 * p50, "p95, ms": 1000 * p95}
