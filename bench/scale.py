"""What grows with the corpus: generated corpora of several sizes, each built and asked in processes of its own."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figures import Budget, Part, Row, exact
from bench.scaled import WORK
from bench.setting import Setting

BUDGET_AT = 100_000
BUDGET_MS = 50.0


def measure_scale(setting: Setting) -> list[Part]:
    """Ingest, start, memory and answers at each size."""
    found = []
    for sections in setting.sizes:
        with TemporaryDirectory() as folder:
            found.append(measured(Path(folder), sections))
    return scale_parts(found)


def measured(folder: Path, sections: int) -> dict[str, Any]:
    """The figures of one size: of the process that builds it, then of the one that answers."""
    figures: dict[str, Any] = {}
    for _ in ("build", "answer"):
        words = [sys.executable, "-m", "bench.scaled", str(folder), str(sections)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
        figures |= json.loads(done.stdout)
    return figures


def scale_parts(found: list[dict[str, Any]]) -> list[Part]:
    """The tables: what it costs, and what of an answer's time grows."""
    first = found[0]
    costs = [
        Row(
            what=f"{each['chunks']:,} chunks",
            n=each["questions"],
            figures={
                name: exact(value)
                for name, value in {
                    "ingest, chunks a second": each["chunks"] / each["ingest_s"],
                    "the same of processor time": each["chunks"] / each["ingest_cpu_s"],
                    "of it publishing, share": each["publish_s"] / each["ingest_s"],
                    "start and reload, s": each["start_s"],
                    "of it processor, s": each["start_cpu_s"],
                    "memory, MB": each["after_mb"],
                    "highest, MB": each["peak_mb"],
                    "kB a chunk": 1000 * (each["after_mb"] - each["before_mb"]) / each["chunks"],
                    "disk, MB": each["disk_mb"],
                    "hit@5": each["hit@5"],
                    "answered by the right sentence": each["answered"],
                }.items()
            },
        )
        for each in found
    ]
    whole = "end to end"
    times = [
        Row(
            what=f"{each['chunks']:,} chunks, {step}",
            n=each["questions"],
            figures={
                "p50, × smallest": exact(ms["p50"] / first["ms"][step]["p50"]),
                "p50, ms": exact(ms["p50"]),
                "p95, ms": exact(ms["p95"]),
            },
            budget=Budget(column="p95, ms", most=BUDGET_MS) if step == whole and each["chunks"] >= BUDGET_AT else None,
        )
        for each in found
        for step, ms in each["ms"].items()
        if step in {whole, WORK, "step retrieve", "step answer"}
    ]
    note = (
        "A corpus written by a grammar (bench/generated.py), with questions whose answer is known. Vectors are hashed directions of words of the real "
        "size: add a query embedding to each answer and the encoder's time to ingest. One process, one thread; processor time is what others on the machine change least."
    )
    return [
        Part(title="Growth: what a size costs", note=note, rows=tuple(costs)),
        Part(title="Growth: time of an answer", note="n counts questions.", rows=tuple(times)),
    ]
