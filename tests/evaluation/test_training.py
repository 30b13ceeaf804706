"""What is fitted on is not what is measured on."""

import json
from pathlib import Path

from pc_assistant.evaluation.case import load_cases
from pc_assistant.retrieval.terms import terms

ALIKE = 0.8  # of the terms of both


def asked(path: Path) -> dict[str, frozenset[str]]:
    """The terms of each question of a file of `training/`."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {f"{path.stem}: {line['id']}": frozenset(terms(line["question"])) for line in lines}


def test_no_question_to_fit_on_is_one_to_measure_on_nor_nearly() -> None:
    measured = {frozenset(terms(item.case.question)) for item in load_cases(sorted(Path("eval/datasets").glob("*.jsonl")))}
    fitted = {name: found for path in Path("eval/training").glob("*.jsonl") for name, found in asked(path).items()}
    assert len(fitted) > 5000
    alike = [
        name
        for name, found in fitted.items()
        if found and any(len(found & one) >= ALIKE * len(found | one) for one in measured if len(one) > 1)
    ]
    assert alike == []


def test_no_question_that_nothing_was_fitted_on_is_fitted_on_or_nearly() -> None:
    kept = asked(Path("eval/unfitted.jsonl"))
    fitted = {found for path in Path("eval/training").glob("*.jsonl") for found in asked(path).values()}
    measured = {frozenset(terms(item.case.question)) for item in load_cases(sorted(Path("eval/datasets").glob("*.jsonl")))}
    assert len(kept) > 900
    assert [name for name, found in kept.items() if len(found) > 2 and found in fitted] == []
    assert [
        name for name, found in kept.items() if any(len(found & one) >= ALIKE * len(found | one) for one in measured if len(one) > 1)
    ] == []
