"""`./run load`: so many people use a served instance for so many minutes, and what they met with is told as a table.

The service is of its own, over a copy of the index, on a free port of the loopback address; locust plays the people (`bench/locustfile.py`).
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.figures import Part, Row, exact, quantile
from bench.machine import describe, waiting
from bench.service import Service, serving
from bench.setting import copy_of_the_state
from bench.table import markdown
from pc_assistant.domain.errors import PcAssistantError, SetupError
from pc_assistant.settings import read_settings

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
OUT = Path("runs/load")
PROFILES = {"usual": (10, 2.0), "soak": (20, 30.0)}  # people, minutes
SHOWN = 12
LONG = 600.0  # seconds from which on memory is worth a table
END = 30  # seconds that what is under way may take when the time is over


@dataclass(frozen=True)
class Sample:
    """The service's resident memory, so many seconds after the start."""

    seconds: float
    mb: float


@dataclass(frozen=True)
class Load:
    """What was met with: each request as the locustfile writes it, and the memory over time."""

    users: int
    seconds: float
    think: float
    rows: Sequence[Mapping[str, Any]]
    memory: Sequence[Sample]

    def parts(self) -> list[Part]:
        """A row a kind of request, then all together; and the memory over time, where that is long."""
        kinds = list(dict.fromkeys(row["what"] for row in sorted(self.rows, key=lambda row: str(row["what"]))))
        rows = [self._row(kind, [row for row in self.rows if row["what"] == kind]) for kind in kinds]
        note = (
            f"{self.think:g} s to think on average, {self.seconds / 60:.1f} minutes; one worker process; locust on the same cores. Times are of "
            "responses that were given (2xx, 3xx)."
        )
        found = [Part(title=f"{self.users} people", note=note, rows=(*rows, self._row("all", self.rows)))]
        if self.seconds >= LONG:
            shown = [
                Row(what=f"{sample.seconds / 60:.1f} minutes", figures={"resident, MB": exact(sample.mb)}, n=1) for sample in self.shown()
            ]
            found.append(Part(title=f"Memory while {self.users} people ask", note="Of the one worker.", rows=tuple(shown)))
        return found

    def _row(self, what: str, chosen: Sequence[Mapping[str, Any]]) -> Row:
        good = [row["ms"] for row in chosen if 200 <= row["status"] < 400]
        told = [row for row in chosen if row["status"] in (429, 503)]
        figures = {"a second": len(chosen) / self.seconds}
        figures |= {f"p{share}, ms": quantile(good, share / 100) for share in (50, 95, 99) if good}
        figures |= {"errors": len(chosen) - len(good) - len(told)}
        figures |= {str(status): sum(1 for row in told if row["status"] == status) for status in (429, 503)}
        figures |= {"with Retry-After": sum(1 for row in told if row["retry_after"] is not None)}
        return Row(what=what, figures={name: exact(value) for name, value in figures.items()}, n=len(chosen))

    def shown(self) -> list[Sample]:
        """At most a dozen samples of the memory, evenly spread, the first and the last among them."""
        last = len(self.memory) - 1
        return [self.memory[place] for place in sorted({round(step * last / (SHOWN - 1)) for step in range(SHOWN)})] if self.memory else []


def main(given: Sequence[str] | None = None) -> None:
    """Plays a load and tells it. Exit status 1 where there were errors, or nothing was asked."""
    options = _parser().parse_args(given)
    users, minutes = PROFILES[options.profile]
    users, minutes = options.users or users, options.minutes or minutes
    before = waiting()
    try:
        settings = read_settings(data_dir=options.data_dir)
        with copy_of_the_state(settings) as environment, serving({**environment, "PC_LOG_LEVEL": "warning"}) as service:
            load = play(service, users, minutes * 60, options.think)
    except PcAssistantError as error:
        sys.exit(str(error))
    except FileNotFoundError:
        sys.exit("There is no index yet: run `./run setup`.")
    parts, machine = load.parts(), describe()
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.json").write_text(json.dumps({"parts": [part.model_dump() for part in parts]}), encoding="utf-8")
    (options.out / "requests.jsonl").write_text("".join(json.dumps(row) + "\n" for row in load.rows), encoding="utf-8")
    print(
        f"{machine['cores']} cores ({machine['processor']}), {machine['system']}, Python {machine['python']}; load {before} before and {waiting()} after.\n"
    )
    print(markdown(parts))
    print(f"Written to {options.out}: results.json (for ./run bench report), requests.jsonl.", file=sys.stderr)
    if not load.rows or any(not 200 <= row["status"] < 400 and row["status"] not in (429, 503) for row in load.rows):
        sys.exit("There were errors.")


def play(service: Service, users: int, seconds: float, think: float, every: float = 5.0) -> Load:
    """So many people at a service; its memory is looked at every so many seconds. Raises SetupError where locust fails."""
    with TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl"
        words = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--host", service.url, "--only-summary"]
        words += ["--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds:g}s", "--stop-timeout", str(END)]
        environment = {**os.environ, "LOAD_ROWS": str(rows), "LOAD_THINK": str(think)}
        memory: list[Sample] = []
        begun = time.monotonic()
        with subprocess.Popen(
            [*words, "--exit-code-on-error", "0"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as locust:
            while True:
                memory.append(Sample(time.monotonic() - begun, service.resident_mb()))
                try:
                    said, _ = locust.communicate(timeout=every)
                    break
                except subprocess.TimeoutExpired:
                    continue
        if locust.returncode:
            raise SetupError(f"locust ended with status {locust.returncode}:\n{said.decode(errors='replace')}")
        memory.append(Sample(time.monotonic() - begun, service.resident_mb()))
        found = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    return Load(users, seconds, think, found, memory)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run load", description="What people meet with when many use the service.")
    profiles = ", ".join(f"{name}: {users} people, {minutes:g} minutes" for name, (users, minutes) in PROFILES.items())
    parser.add_argument("profile", nargs="?", choices=PROFILES, default="usual", help=profiles)
    parser.add_argument("--users", type=int, help="how many people")
    parser.add_argument("--minutes", type=float, help="for how long")
    parser.add_argument("--think", type=float, default=5.0, help="seconds between a response and the next request, on average")
    parser.add_argument("--data-dir", type=Path, help="the data directory whose index is served (PC_DATA_DIR)")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder for results.json and requests.jsonl")
    return parser


if __name__ == "__main__":
    main()
