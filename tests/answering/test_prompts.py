"""Prompts: their form, their version, and that they are rendered with exactly their inputs."""

import re
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pc_assistant.answering.prompts import SHIPPED, Prompt
from pc_assistant.domain.errors import SetupError

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in SHIPPED.glob("*.md"))
TEXT = """---
purpose: Greets.
inputs: [name]
output: {type: object}
changelog:
  - {date: 2026-11-22, change: First version., compared: With nothing.}
---

# System

Greet.

# User

Name: {{ name }}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "greet.md").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_keeps_the_form(name: str) -> None:
    prompt = Prompt.read(name)
    Draft202012Validator.check_schema(prompt.output)
    assert prompt.purpose and prompt.system and prompt.user
    assert [change.date for change in prompt.changelog] == sorted((change.date for change in prompt.changelog), reverse=True)


def test_prompts_go_into_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included[str(SHIPPED.relative_to(ROOT))] == "pc_assistant/prompts"
    assert NAMES


def test_what_is_given_stands_in_the_message_and_is_not_rendered_again(tmp_path: Path) -> None:
    request = Prompt.read("greet", write(tmp_path, TEXT)).render({"name": "{{ name }} <b> & {% if %}"})
    assert (request.system, request.user) == ("Greet.", "Name: {{ name }} <b> & {% if %}")
    assert request.output == {"type": "object"}


@pytest.mark.parametrize("given", [{}, {"name": "Ada", "age": 7}, {"nam": "Ada"}])
def test_other_inputs_than_those_of_the_header_are_refused(tmp_path: Path, given: dict[str, object]) -> None:
    prompt = Prompt.read("greet", write(tmp_path, TEXT))
    with pytest.raises(SetupError, match="with the inputs name was given"):
        prompt.render(given)


def test_the_version_is_that_of_what_the_model_is_shown(tmp_path: Path) -> None:
    first = Prompt.read("greet", write(tmp_path, TEXT)).version
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert Prompt.read("greet", write(tmp_path, TEXT.replace("With nothing", "With 0.7 against 0.6"))).version == first
    for changed in ("Greet.\n", "Name:", "object"):
        assert Prompt.read("greet", write(tmp_path, TEXT.replace(changed, f"{changed} ", 1).replace("object ", "array"))).version != first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no header",
        TEXT.replace("# System", "# Sister"),
        TEXT.replace("# User", "# Loser"),
        TEXT.replace("inputs: [name]\n", ""),
        TEXT.replace("inputs: [name]", "inputs: [name, age]"),
        TEXT.replace("inputs: [name]", "inputs: [names]"),
        TEXT.replace("{{ name }}", "{{ name"),
        TEXT.replace("First version.", ""),
        TEXT.replace(", compared: With nothing.", ""),
        TEXT.replace("Greets.", "Greets.\nbudget: 7"),
        TEXT.replace("2026-11-22", "soon"),
    ],
)
def test_a_prompt_that_breaks_the_form_is_refused_by_name(tmp_path: Path, text: str) -> None:
    text = text.replace("change: ,", "change: [],")
    with pytest.raises(SetupError, match=r"greet\.md"):
        Prompt.read("greet", write(tmp_path, text))


def test_a_prompt_that_is_not_there_is_missed_by_name(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"greet\.md cannot be read"):
        Prompt.read("greet", tmp_path)


def test_no_prompt_stands_in_python() -> None:
    shown = [line.strip() for name in NAMES for line in (SHIPPED / f"{name}.md").read_text(encoding="utf-8").splitlines()]
    lines = {line for line in shown if len(line) > 40 and "{" not in line}
    assert lines
    for path in (ROOT / "src").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        assert not [line for line in lines if line in code], path
