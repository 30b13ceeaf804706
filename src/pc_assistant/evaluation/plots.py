"""The plots of a report as SVG text that can stand inline, several on one page."""

import re
from collections.abc import Callable, Mapping
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.reliability import Reliability
from pc_assistant.evaluation.statistics import Estimate
from pc_assistant.evaluation.summary import Summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, GREY, RED = "#005eb8", "#768692", "#da291c"


class Plot(NamedTuple):
    """A plot with the data that it shows; `svg` is empty where matplotlib is not installed."""

    title: str
    svg: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plots(summary: Summary) -> list[Plot]:
    """Metrics with intervals, passes by category, reliability of the confidence, latency by step: those that have data."""
    labels = {metric.name: metric.name + (" ↓" if metric.better == "lower" else "") for metric in shelf() if metric.unit == "share"}
    shares = {labels[name]: found for name, found in summary.metrics.items() if name in labels}
    passed = {category: metrics["passed"] for category, metrics in summary.by_category.items()}
    drawn = [
        _intervals("Metrics with 95% intervals (↓: lower is better)", shares),
        _intervals("Passed by category, with 95% intervals", passed),
    ]
    if summary.reliability:
        drawn.append(_reliability(summary.reliability))
    if summary.latency_ms:
        drawn.append(_latency(summary.latency_ms))
    return drawn


def _intervals(title: str, estimates: Mapping[str, Estimate]) -> Plot:
    def draw(axes: "Axes") -> None:
        names = list(estimates)[::-1]
        for place, name in enumerate(names):
            found = estimates[name]
            axes.plot([found.low, found.high], [place, place], color=GREY, linewidth=3, solid_capstyle="round")
            axes.plot(found.mean, place, "o", color=BLUE)
        axes.set_yticks(range(len(names)), names)
        axes.set_xlim(-0.02, 1.02)
        axes.grid(axis="x", alpha=0.3)

    rows = tuple(
        (name, f"{found.mean:.3f}", f"{found.low:.3f}", f"{found.high:.3f}", str(found.n), f"{found.detectable:.3f}")
        for name, found in estimates.items()
    )
    return Plot(title, _svg(title, draw, 0.9 + 0.26 * len(estimates)), ("", "mean", "low", "high", "n", "detectable"), rows)


def _reliability(found: Reliability) -> Plot:
    title = f"Reliability of the confidence (expected calibration error {found.calibration_error:.3f})"

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
        axes.plot([one.confidence for one in found.bins], [one.passed for one in found.bins], "o-", color=BLUE)
        for one in found.bins:
            axes.annotate(f"n={one.n}", (one.confidence, one.passed), textcoords="offset points", xytext=(6, -10), fontsize=8)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.05), xlabel="mean confidence", ylabel="share passed")
        axes.grid(alpha=0.3)

    rows = tuple((f"{one.low:.1f} to {one.high:.1f}", f"{one.confidence:.3f}", f"{one.passed:.3f}", str(one.n)) for one in found.bins)
    return Plot(title, _svg(title, draw, 4.2), ("confidence", "mean confidence", "share passed", "n"), rows)


def _latency(steps: Mapping[str, Estimate]) -> Plot:
    title = "Latency by step, as the service timed it"

    def draw(axes: "Axes") -> None:
        places = range(len(steps))
        axes.barh([place - 0.2 for place in places], [found.p50 for found in steps.values()], height=0.38, color=BLUE, label="median")
        axes.barh(
            [place + 0.2 for place in places], [found.p95 for found in steps.values()], height=0.38, color=RED, label="95th percentile"
        )
        axes.set_yticks(places, list(steps))
        axes.invert_yaxis()
        axes.set_xlabel("milliseconds")
        axes.legend(frameon=False)

    rows = tuple((step, f"{found.p50:.1f}", f"{found.p95:.1f}", f"{found.mean:.1f}", str(found.n)) for step, found in steps.items())
    return Plot(title, _svg(title, draw, 1.4 + 0.5 * len(steps)), ("step", "median ms", "95th percentile ms", "mean ms", "n"), rows)


def _svg(title: str, draw: Callable[["Axes"], None], height: float) -> str:
    """The drawing with its ids made unique by the title, "" where matplotlib is missing."""
    try:  # matplotlib comes with the extra `eval` only, and takes a second to import
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        return ""
    with rc_context({"svg.hashsalt": title, "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}):
        figure = Figure(figsize=(8, height), layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        buffer = StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    drawing = buffer.getvalue()
    prefix = re.sub(r"\W+", "-", title.lower())
    drawing = re.sub(r"""(\bid="|href="#|url\(#)""", rf"\g<1>{prefix}-", drawing[drawing.index("<svg") :])
    return drawing.replace("<svg ", '<svg role="presentation" ', 1)
