"""The dashboard and the alert rules: well formed, and about metrics that /metrics prints, under labels that they have."""

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from pc_assistant.observing import figures
from tests.observing.test_metrics import everything
from tests.test_run import ROOT

FOLDER = ROOT / "deploy" / "observability"
DURATION = {"type": "string", "pattern": r"^\d+[smhd]$"}
RULE = {
    "type": "object",
    "required": ["alert", "expr", "labels", "annotations"],
    "additionalProperties": False,
    "properties": {
        "alert": {"type": "string", "pattern": "^PcAssistant[A-Za-z]+$"},
        "expr": {"type": "string", "minLength": 5},
        "for": DURATION,
        "labels": {"type": "object", "properties": {"severity": {"enum": ["page", "ticket"]}}, "required": ["severity"]},
        "annotations": {"type": "object", "properties": {"summary": {"type": "string"}}, "required": ["summary"]},
    },
}
RULES = {
    "type": "object",
    "required": ["groups"],
    "properties": {
        "groups": {"type": "array", "items": {"type": "object", "required": ["name", "rules"], "properties": {"rules": {"items": RULE}}}}
    },
}
TARGET = {"type": "object", "required": ["refId", "expr", "datasource"]}
GRID = {
    "type": "object",
    "properties": {name: {"type": "integer", "minimum": 0, "maximum": 200} for name in "xywh"},
    "required": list("xywh"),
}
PANEL = {
    "type": "object",
    "required": ["id", "type", "title", "gridPos", "targets", "fieldConfig"],
    "properties": {"type": {"enum": ["timeseries", "stat"]}, "gridPos": GRID, "targets": {"type": "array", "minItems": 1, "items": TARGET}},
}
DASHBOARD = {
    "type": "object",
    "required": ["title", "uid", "schemaVersion", "panels", "templating", "time"],
    "properties": {"panels": {"type": "array", "items": PANEL}, "uid": {"type": "string", "maxLength": 40}},
}
NAME = re.compile(r"(?<![\w$])(?:pc|process)_\w+")
MATCHED = re.compile(r"((?:pc|process)_\w+)\{([^}]*)\}")


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    return found


def rules() -> list[dict[str, Any]]:
    found = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(found, RULES)
    return [rule for group in found["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    panels = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    return panels + [rule["expr"] for rule in rules()]


def printed() -> dict[str, set[str]]:
    """The labels of every sample that /metrics prints, by its name."""
    samples = [sample for family in text_string_to_metric_families(everything().decode()) for sample in family.samples]
    return {sample.name: {label for one in samples if one.name == sample.name for label in one.labels} for sample in samples}


def test_the_files_keep_their_schemas() -> None:
    jsonschema.validate(dashboard(), DASHBOARD)
    assert len({panel["id"] for panel in dashboard()["panels"]}) == len(dashboard()["panels"])
    assert len({rule["alert"] for rule in rules()}) == len(rules()) >= 10


def test_no_two_panels_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        grid = panel["gridPos"]
        cells = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_is_about_what_is_printed(expression: str) -> None:
    known = printed()
    names = set(NAME.findall(expression)) - {label for labels in known.values() for label in labels}
    assert names <= known.keys()
    assert names or expression.startswith("up{")
    for name, matchers in MATCHED.findall(expression):
        labels = {part.split("=")[0].rstrip("!~") for part in matchers.split(",") if part}
        assert labels <= known[name] | {"job"}, name
    for grouped in re.findall(r"by \(([^)]*)\)", expression):
        labels = {label.strip() for label in grouped.split(",")}
        assert any(labels <= known[name] for name in names), grouped
    assert all(expression.count(a) == expression.count(b) for a, b in ("()", "{}", "[]"))


def test_every_figure_has_a_panel() -> None:
    shown = " ".join(target["expr"] for panel in dashboard()["panels"] for target in panel["targets"])
    assert [figure.name for figure in figures.FIGURES if figure.name not in shown] == []
