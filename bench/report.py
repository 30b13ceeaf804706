"""The page of figures: `./run bench report RESULTS.json ...` writes tables and plots of one run into docs/performance.md and docs/img.

A part that stands in several files is taken from the last. Plots are SVG on a white ground, to be read on light and dark pages alike.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from bench.figures import Part, Row
from bench.scaled import WORK
from bench.table import markdown

PAGE = Path("docs/performance.md")
IMAGES = Path("docs/img")
BEGIN, END = "<!-- figures: written by ./run bench report -->", "<!-- end of figures -->"
STYLE = {
    "svg.hashsalt": "pc-assistant",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
COLOURS = ("#005eb8", "#b35900", "#00703c")
MARKERS = ("o", "s", "^")
Line = tuple[str, list[float], list[float]]


def main(given: Sequence[str]) -> None:
    """Writes the page and its plots."""
    parser = argparse.ArgumentParser(prog="python -m bench report", description="Tables and plots for docs/performance.md.")
    parser.add_argument("results", nargs="+", type=Path, help="what `./run bench` has written")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--images", type=Path, default=IMAGES)
    options = parser.parse_args(given)
    try:
        runs = [json.loads(path.read_text(encoding="utf-8")) for path in options.results]
        page = options.page.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not end:
            sys.exit(f"{options.page} has no place for figures, between {BEGIN} and {END}.")
    except (OSError, ValueError) as error:
        sys.exit(f"The figures cannot be read: {error}")
    parts = {part.title: part for run in runs for part in map(Part.model_validate, run["parts"])}
    options.images.mkdir(parents=True, exist_ok=True)
    drawn = [words for draw in (growth_of_time, growth_of_cost, load, people, memory) if (words := draw(parts, options.images))]
    body = "\n\n".join([*drawn, markdown(parts.values())])
    options.page.write_text(f"{before}{BEGIN}\n\n{body}\n{END}{after}", encoding="utf-8")


def growth_of_time(parts: dict[str, Part], images: Path) -> str | None:
    """Milliseconds of an answer by the number of chunks."""
    part = parts.get("Growth: time of an answer")
    if part is None:
        return None
    lines = [
        (name, *_points([row for row in part.rows if row.what.endswith(step)], column))
        for name, step, column in (
            ("whole answer by the clock, p95", "end to end", "p95, ms"),
            ("whole answer by the clock, p50", "end to end", "p50, ms"),
            ("processor time of it, p50", WORK, "p50, ms"),
        )
    ]

    def dress(axes: Axes) -> None:
        axes.set(xlabel="chunks", ylabel="milliseconds", xscale="log", yscale="log")
        axes.axhline(50, color="#767676", linestyle=":")
        axes.text(lines[0][1][0], 53, "budget at 100,000 chunks: 50 ms", color="#595959", fontsize=8)

    _draw(images / "performance-time.svg", lines, dress)
    return "![Milliseconds of an answer by the number of chunks; the table “Growth: time of an answer” has the figures](img/performance-time.svg)"


def growth_of_cost(parts: dict[str, Part], images: Path) -> str | None:
    """Megabytes and seconds by the number of chunks."""
    part = parts.get("Growth: what a size costs")
    if part is None:
        return None
    lines = [
        (name, *_points(part.rows, column))
        for name, column in (("memory, MB", "memory, MB"), ("disk, MB", "disk, MB"), ("start and reload, s", "start and reload, s"))
    ]
    _draw(images / "performance-cost.svg", lines, lambda axes: axes.set(xlabel="chunks", ylabel="MB or s", xscale="log", yscale="log"))
    return (
        "![Memory, disk and start by the number of chunks; the table “Growth: what a size costs” has the figures](img/performance-cost.svg)"
    )


def load(parts: dict[str, Part], images: Path) -> str | None:
    """Milliseconds of a request by the number of clients."""
    part = parts.get("Service under load")
    if part is None:
        return None
    clients = [float(row.what.split()[0]) for row in part.rows]
    lines = [(f"p{share}", clients, [row.figures[f"p{share}, ms"].value for row in part.rows]) for share in (99, 95, 50)]
    _draw(
        images / "performance-load.svg", lines, lambda axes: axes.set(xlabel="clients", ylabel="milliseconds", xscale="log", yscale="log")
    )
    return "![Milliseconds of a request by the number of clients; the table “Service under load” has the figures](img/performance-load.svg)"


def people(parts: dict[str, Part], images: Path) -> str | None:
    """Milliseconds of a request by the number of people who use the service."""
    used = sorted((int(match[1]), part.rows[-1]) for title, part in parts.items() if (match := re.fullmatch(r"(\d+) people", title)))
    if not used:
        return None
    lines = [(f"p{share}", [float(n) for n, _ in used], [row.figures[f"p{share}, ms"].value for _, row in used]) for share in (99, 95, 50)]
    _draw(
        images / "performance-people.svg", lines, lambda axes: axes.set(xlabel="people", ylabel="milliseconds", xscale="log", yscale="log")
    )
    return "![Milliseconds of a request by the number of people; the tables “… people” have the figures](img/performance-people.svg)"


def memory(parts: dict[str, Part], images: Path) -> str | None:
    """Megabytes of the service while it is used."""
    soaked = [part for title, part in parts.items() if title.startswith("Memory while")]
    if not soaked:
        return None
    lines = [(part.title.removeprefix("Memory while "), *_points(part.rows, "resident, MB")) for part in soaked]
    _draw(images / "performance-memory.svg", lines, lambda axes: axes.set(xlabel="minutes", ylabel="MB", ylim=(0, None)))
    return "![Memory of the service over time; the table “Memory while …” has the figures](img/performance-memory.svg)"


def _points(rows: Sequence[Row], column: str) -> tuple[list[float], list[float]]:
    return [float(row.what.split()[0].replace(",", "")) for row in rows], [row.figures[column].value for row in rows]


def _draw(path: Path, lines: Sequence[Line], dress: Callable[[Axes], object]) -> None:
    with mpl.rc_context(STYLE):
        picture = Picture(figsize=(6.4, 3.6), layout="constrained", facecolor="white")
        axes = picture.add_subplot()
        for (name, xs, ys), colour, marker in zip(lines, COLOURS, MARKERS, strict=False):
            axes.plot(xs, ys, color=colour, marker=marker, label=name)
        dress(axes)
        axes.grid(color="#d8dde0", linewidth=0.6)
        axes.legend(frameon=False, fontsize=8)
        picture.savefig(path, format="svg", metadata={"Date": None})
