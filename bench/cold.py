"""Cold start: fresh processes, timed from outside until their first answer."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from time import perf_counter

from bench.figures import Budget, Part, Row, columns_over_rounds
from bench.service import serving
from bench.setting import Setting, copy_of_the_state

TIMES = 5
ANSWER = "a process with its first answer"
ENCODER = "the same with the encoder alone and its first embedding"
SERVICE = "`pc-assistant serve`, until it says that it answers"
ALL = "all, s"


def measure_cold_start(setting: Setting) -> list[Part]:
    """Seconds from the start of a process to its first answer, and as a multiple of a process that only opens the encoder."""
    found: dict[str, list[dict[str, float]]] = {ANSWER: [], ENCODER: [], SERVICE: []}
    with copy_of_the_state(setting.settings) as environment:
        for number in range(TIMES):
            question = setting.shuffled(number)[0]
            whole, bare = _fresh("answer", question, environment), _fresh("encoder", question, environment)
            with serving(environment) as service:
                up = {ALL: service.seconds}
            for name, times in ((ANSWER, whole), (ENCODER, bare), (SERVICE, up)):
                found[name].append({"×": times[ALL] / bare[ALL], **times})
    rows = [
        Row(
            what=name,
            figures=columns_over_rounds(times),
            n=len(times),
            budget=None if name == ENCODER else Budget(column=ALL, most=3),
        )
        for name, times in found.items()
    ]
    note = (
        "The files are in the system's cache. `all` counts from the start of the process, the interpreter's own included; × is the multiple of "
        "a process that imports and opens the encoder and embeds one question."
    )
    return [Part(title="Cold start", note=note, rows=tuple(rows))]


def _fresh(what: str, question: str, environment: Mapping[str, str]) -> dict[str, float]:
    begun = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "bench.fresh", what, question], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = perf_counter() - begun
    times: dict[str, float] = json.loads(line)
    return {ALL: seconds, **times}
