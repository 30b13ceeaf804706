"""Datasets are read strictly, and every fault is named by file and line."""

import json
from pathlib import Path
from typing import Any

import pytest

from pc_assistant.domain.errors import UsageError
from pc_assistant.evaluation.case import load_cases

GOOD: dict[str, Any] = {"id": "a", "category": "c", "question": "Why?", "expect": "answer", "key_facts": [["because"]]}


def _write(path: Path, *rows: dict[str, Any] | str) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_case_holds_what_its_line_says(tmp_path: Path) -> None:
    row = GOOD | {
        "history": [{"role": "user", "content": "Hello"}],
        "key_facts": [["73 miles", "seventy-three"], [r"\bseven\b"]],
        "min_facts": 1,
        "sources": [{"doc": "d", "section": "S"}],
        "note": "n",
        "notices": [],
        "figure": "73 miles to seven",
    }
    [item] = load_cases([_write(tmp_path / "facts.jsonl", row, "")])
    assert item.dataset == "facts"
    assert item.case.model_dump(mode="json", exclude_unset=True) == row
    assert item.case.needed == 1
    assert item.case.stated("It fell from Seventy-Three miles") == (True, False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key_facts": []}, "at least one key fact"),
        ({"key_facts": [["("]]}, "not a regular expression"),
        ({"key_facts": [[]]}, "fact 1 has no pattern"),
        ({"min_facts": 2}, "there are 1 key facts"),
        ({"min_facts": 0}, "min_facts"),
        ({"reason": "out_of_scope"}, "only a case that expects a refusal"),
        ({"expect": "refuse", "reason": "bored"}, "reason"),
        ({"expect": "maybe"}, "expect"),
        ({"question": ""}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({"history": [{"role": "system", "content": ""}]}, "history.0.role"),
        ({"id": "has space"}, "id"),
        ({"colour": "red"}, "colour"),
        ({"sources": [{"doc": "d"}]}, "sources.0.section"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    path = _write(tmp_path / "facts.jsonl", GOOD, GOOD | {"id": "b"} | change)
    with pytest.raises(UsageError) as error:
        load_cases([path])
    assert f"{path}:2: " in str(error.value)
    assert words in str(error.value)
    assert f"{path}:1: " not in str(error.value)


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    first = _write(tmp_path / "one.jsonl", "{not json", GOOD | {"expect": "perhaps"})
    second = _write(tmp_path / "two.jsonl", GOOD)
    third = _write(tmp_path / "three.jsonl", GOOD)
    with pytest.raises(UsageError) as error:
        load_cases([first, second, third])
    message = str(error.value)
    assert f"{first}:1: " in message
    assert f"{first}:2: " in message
    assert f"{third}:1: id: 'a' is used already at {second}:1" in message


def test_no_cases_and_no_file_are_used_wrongly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no case"):
        load_cases([_write(tmp_path / "empty.jsonl", "")])
    with pytest.raises(UsageError, match="cannot be read"):
        load_cases([tmp_path / "absent.jsonl"])
