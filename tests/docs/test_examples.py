"""The answers that the pages show are those of the assistant, shortened where `[…]` says so."""

import re
from pathlib import Path

import pytest

from pc_assistant import bootstrap
from pc_assistant.answering.pipeline import Pipeline
from pc_assistant.domain.conversations import Question
from tests.answering import shipped
from tests.docs.markdown import ROOT, files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SHOWN = re.compile(r"^```answer\n(?P<question>[^\n]+)\n\n(?P<lines>.*?)^```$", re.S | re.M)
EXAMPLES = [
    (f"{file.relative_to(ROOT)}: {found['question']}", found["question"], found["lines"])
    for file in files()
    for found in SHOWN.finditer(file.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Pipeline:
    return bootstrap.make_assistant(shipped.index(tmp_path_factory.mktemp("shipped"), model_dir))[0]


@pytest.mark.parametrize(("question", "lines"), [example[1:] for example in EXAMPLES], ids=[example[0] for example in EXAMPLES])
async def test_an_answer_that_is_shown_is_given(assistant: Pipeline, question: str, lines: str) -> None:
    answer = await assistant.ask(Question(text=question))
    sources = [f"[{citation.marker}] {citation.title}" for citation in answer.citations]
    given = "\n".join([answer.answer, *sources, *(f"Note: {notice.message}" for notice in answer.notices)])
    place = 0
    for line in filter(None, (line.strip() for line in lines.splitlines() if line.strip() != "[…]")):
        note = line.removeprefix("Note: ")
        found = given.find(note, place)
        assert found >= 0, f"“{line}” is not in the answer, or not there: bring the example up to date.\n\n{given}"
        place = found + len(note)


def test_there_are_examples() -> None:
    assert {name.partition(":")[0] for name, *_ in EXAMPLES} == {"README.md", "docs/asking.md"}
