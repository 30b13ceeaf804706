"""The pages for people name all that they have to, and nothing that is not there."""

import json
import re
from pathlib import Path

import pytest

from pc_assistant.channels import words
from tests.docs.markdown import ROOT, anchors, links
from tests.observing.test_deployed import rules

DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_the_index_names_every_page() -> None:
    there = {(DOCS / target.partition("#")[0]).resolve() for target in links(page("README.md"))}
    pages = [path for path in sorted(DOCS.glob("*.md")) + sorted(DOCS.glob("reference/*.md")) if path.name != "README.md"]
    assert [path.name for path in pages if path not in there] == []


def test_whoever_reads_the_readme_is_two_clicks_from_every_page() -> None:
    first = {target.partition("#")[0] for target in links((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert {"docs/README.md", "docs/asking.md", "docs/runbook.md", "docs/architecture.md", "CONTRIBUTING.md"} <= first


@pytest.mark.parametrize(
    "label", [*words.REFUSED.values(), words.PARTIAL, words.NOTICES["predates_2022_act"], words.NOTICES["personal_data_removed"]]
)
def test_whoever_asks_is_told_what_it_means(label: str) -> None:
    assert f"| {label} |" in page("asking.md") or f"“{label}”" in page("asking.md")


def test_the_runbook_says_of_every_alert_what_to_do_and_how_urgent_it_is() -> None:
    told = dict(re.findall(r"^### (PcAssistant\w+)\n\n\*(Page|Ticket)\.\*", page("runbook.md"), re.M))
    assert told == {rule["alert"]: rule["labels"]["severity"].capitalize() for rule in rules()}
    assert {rule["alert"].lower() for rule in rules()} <= anchors(page("runbook.md"))


def test_the_sentences_of_common_faults_are_said() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.py")))
    rows = re.findall(r"^\| ([A-Z…][^|]+) \|", page("runbook.md").partition("## Common faults")[2], re.M)
    parts = [part.strip() for row in rows for part in re.sub(r"\(\d+\)", "", row).split("…") if part.strip()]
    assert len(parts) > 25
    assert [part for part in parts if part not in code] == []


@pytest.mark.parametrize(
    ("row", "metric"),
    [
        ("right section among the first five passages", "hit@5"),
        ("complete answers", "complete"),
        ("follow-ups complete", "follow_ups_complete"),
        ("first citation from the document that the case names", "first_citation_document"),
        ("answerable questions wrongly refused", "false_refusals"),
        ("questions to refuse that are refused", "refusal_recall"),
    ],
)
def test_the_figures_of_the_readme_are_those_of_the_accepted_run(row: str, metric: str) -> None:
    baseline = json.loads((ROOT / "eval" / "baselines" / "test.json").read_text(encoding="utf-8"))["metrics"][metric]
    told = re.search(
        rf"^\| {re.escape(row)}[^|]*\| ([\d.]+) \(([\d.]+) to ([\d.]+)\) \|$", Path("README.md").read_text(encoding="utf-8"), re.M
    )
    assert told, f"README.md has no row {row}"
    assert [float(figure) for figure in told.groups()] == pytest.approx([baseline[key] for key in ("mean", "low", "high")], abs=0.0051)
