"""One size of the generated corpus in a process of its own, so that its memory is its own: `python -m bench.scaled FOLDER SECTIONS`.

Prints one line of JSON: sizes, seconds and megabytes, and milliseconds of answers by step.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from time import perf_counter, process_time

from bench.cheap import CheapEmbedder
from bench.figures import quantile
from bench.generated import write
from pc_assistant import bootstrap
from pc_assistant.adapters.loaders import SUFFIXES, load
from pc_assistant.domain.conversations import Question
from pc_assistant.knowledge.catalogue import scan
from pc_assistant.knowledge.indexing import SyncReport, sync
from pc_assistant.settings import Settings, read_settings

DIMENSION = 768  # of the two encoders together
QUESTIONS = 200
WARM_UP = 10
WORK = "processor time"  # what other processes of the machine change least
STATUS = Path("/proc/self/status")


def build(settings: Settings, embedder: CheapEmbedder) -> dict[str, float]:
    """Reads, cuts, embeds and publishes the corpus; seconds of each."""
    generations = bootstrap.generations(settings)
    begun, worked = perf_counter(), process_time()
    sources, _ = scan([settings.corpus_dir], None, SUFFIXES)
    with generations.lock():
        holdings = list(sync(sources, {}, [str(settings.corpus_dir)], load, embedder, SyncReport()))
        read = perf_counter()
        generations.publish(holdings, embedder)
    ended = perf_counter()
    chunks, units = sum(len(h.text.chunks) for h in holdings), sum(len(h.unit_vectors) for h in holdings)
    size = sum(path.stat().st_size for path in (settings.data_dir / "index").rglob("*") if path.is_file())
    return {
        "chunks": chunks,
        "units": units,
        "ingest_s": ended - begun,
        "read_s": read - begun,
        "publish_s": ended - read,
        "ingest_cpu_s": process_time() - worked,
        "disk_mb": size / 1e6,
    }


def answer(settings: Settings, embedder: CheapEmbedder, asked: list[tuple[str, str]]) -> dict[str, object]:
    """Opens the index, asks, and opens it again as after an ingest."""
    before = resident_mb()
    begun, worked = perf_counter(), process_time()
    pipeline, corpus = bootstrap.make_assistant(settings, embedder)
    corpus()
    opened, opened_cpu = perf_counter() - begun, process_time() - worked
    resident = resident_mb()
    for question, _ in asked[:WARM_UP]:
        pipeline.answer(Question(text=question))
    times: dict[str, list[float]] = defaultdict(list)
    found = right = 0
    for question, sentence in asked:
        begun, worked = perf_counter(), process_time()
        given = pipeline.answer(Question(text=question))
        times["end to end"].append(1000 * (perf_counter() - begun))
        times[WORK].append(1000 * (process_time() - worked))
        for step, ms in given.timings_ms.items():
            if ms and step != "total":
                times[f"step {step}"].append(ms)
        texts = [corpus.passage(passage.passage_id).text for passage in given.retrieved[:5]]
        found += any(sentence in text for text in texts)
        right += any(sentence in citation.quote for citation in given.citations)
    ms = {what: {"p50": quantile(each, 0.5), "p95": quantile(each, 0.95)} for what, each in times.items()}
    return {
        "start_s": opened,
        "start_cpu_s": opened_cpu,
        "resident_mb": resident,
        "before_mb": before,
        "peak_mb": peak_mb(),
        "after_mb": resident_mb(),
        "ms": ms,
        "hit@5": found / len(asked),
        "answered": right / len(asked),
        "questions": len(asked),
    }


def resident_mb() -> float:
    """Resident memory of this process now, in 10^6 bytes."""
    return _status("VmRSS")


def peak_mb() -> float:
    """The most that it ever was."""
    return _status("VmHWM")


def _status(name: str) -> float:
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024 / 1e6


def main(folder: Path, sections: int) -> None:
    """Builds where there is nothing yet (then ends), or answers."""
    settings = read_settings(data_dir=folder / "data", corpus_dir=folder / "corpus")
    embedder = CheapEmbedder(DIMENSION)
    if not (folder / "asked.json").exists():
        asked = [(told.question, told.answer) for told in write(folder / "corpus", sections, QUESTIONS)]
        print(json.dumps(build(settings, embedder)), flush=True)
        (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    else:
        print(json.dumps(answer(settings, embedder, json.loads((folder / "asked.json").read_text(encoding="utf-8")))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
