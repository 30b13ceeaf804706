"""One command, one run, one machine: measures every part, writes `bench/results.json` and prints Markdown tables."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.answers import measure_answers
from bench.beir import measure_beir, measure_generated
from bench.cold import measure_cold_start
from bench.figures import Part
from bench.ingesting import measure_ingest
from bench.load import measure_service
from bench.machine import describe, waiting
from bench.page import measure_page
from bench.retrieving import measure_retrieval
from bench.scale import measure_scale
from bench.setting import SIZES, Setting, read_setting
from bench.table import markdown
from pc_assistant.domain.errors import PcAssistantError
from pc_assistant.settings import read_settings

RESULTS = Path(__file__).parent / "results.json"
LONG = ("scale",)  # only by name
PARTS: dict[str, Callable[[Setting], list[Part]]] = {
    "answers": measure_answers,
    "retrieval": measure_retrieval,
    "generated": measure_generated,
    "ingest": measure_ingest,
    "cold": measure_cold_start,
    "service": measure_service,
    "page": measure_page,
    "scale": measure_scale,
}


def main(given: Sequence[str] | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Measures what is asked for, by default everything. Exit status 1 where there is nothing to measure yet."""
    words = sys.argv[1:] if given is None else list(given)
    if words[:1] == ["beir"]:
        score_set(words[1:])
        return
    if words[:1] == ["report"]:
        from bench.report import main as report  # matplotlib takes a second

        report(words[1:])
        return
    options = _parser().parse_args(words)
    begun = now()
    before = waiting()
    try:
        setting = read_setting(options.data_dir, options.rounds, options.seconds, tuple(options.sizes))
        parts: list[Part] = []
        for name in options.part or [name for name in PARTS if name not in LONG]:
            print(f"Measuring: {name}", file=sys.stderr)
            parts += PARTS[name](setting)
    except PcAssistantError as error:
        sys.exit(str(error))
    machine, after = describe(), waiting()
    result = {
        "begun": begun.isoformat(timespec="seconds"),
        "ended": now().isoformat(timespec="seconds"),
        "machine": machine,
        "waiting": {"before": before, "after": after},
        "rounds": setting.rounds,
        "questions": len(setting.cases),
        "parts": [part.model_dump() for part in parts],
    }
    options.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(
        f"{machine['cores']} cores ({machine['processor']}), {machine['system']}, Python {machine['python']}; "
        f"load {before} before and {after} after; {len(setting.cases)} questions, {setting.rounds} rounds. "
        "Figures are medians of the rounds, in brackets the lowest and the highest.\n"
    )
    print(markdown(parts))


def score_set(given: Sequence[str]) -> None:
    """Scores a retrieval set in the layout of BEIR. Exit status 1 where it cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m bench beir", description="nDCG@10 on a retrieval set, beside the usual recipe.")
    parser.add_argument("folder", type=Path, help="with corpus.jsonl, queries.jsonl and qrels/test.tsv or qrels.tsv")
    try:
        print(markdown(measure_beir(read_settings(), parser.parse_args(given).folder)))
    except PcAssistantError as error:
        sys.exit(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What answering costs, as ratios, in one run.")
    parser.add_argument(
        "part",
        nargs="*",
        choices=[[], *PARTS],
        help=f"what to measure: {', '.join(PARTS)}; all but {', '.join(LONG)} by default; or: beir FOLDER, or: report RESULTS",
    )
    parser.add_argument("--data-dir", type=Path, help="the data directory to measure (PC_DATA_DIR)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each part is measured; medians are shown")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each level of load lasts")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="sections of the generated corpora of the part `scale`")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go as JSON")
    return parser
