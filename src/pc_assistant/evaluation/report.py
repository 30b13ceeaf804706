"""One self-contained page a run or a comparison: no script, nothing fetched, everything from outside escaped."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pc_assistant.evaluation.attribution import MEANINGS
from pc_assistant.evaluation.compare import Comparison, verdict
from pc_assistant.evaluation.metrics import shelf
from pc_assistant.evaluation.plots import plots
from pc_assistant.evaluation.score import CaseResult
from pc_assistant.evaluation.summary import Summary


def run_page(summary: Summary, results: Sequence[CaseResult]) -> str:
    """`report.html`: plots each with its data table, the failures, every case in full behind a disclosure."""
    drawn = [(plot, Markup(plot.svg)) for plot in plots(summary)]  # matplotlib escapes the text that it draws
    return _page("run.html", summary=summary, results=results, plots=drawn, causes=MEANINGS, metrics=shelf())


def comparison_page(comparison: Comparison, before: str, after: str) -> str:
    """Two runs side by side, question by question."""
    return _page("compare.html", comparison=comparison, before=before, after=after, verdict=verdict)


def _page(template: str, **values: object) -> str:
    environment = Environment(
        loader=PackageLoader("pc_assistant.evaluation"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(**values)
