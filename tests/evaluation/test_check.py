"""A dataset is held against the originals. The original here is made up."""

import pytest

from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.check import check
from pc_assistant.evaluation.originals import Original

MARKDOWN = """
# The report

## **2. Getting there**

### Results

Visits fell from [73 miles](#) to **seven**
in the *first* year.

## Barriers

### Results

Costs rose by 12%.
"""

PLAIN = """
Contents

Results for patients	4
Lessons	5

Results for patients

- over 550 people came home
- admissions fell

Lessons

Trust grew slowly.
"""

ORIGINALS = {"m": Original(MARKDOWN), "p": Original(PLAIN)}


@pytest.mark.parametrize(
    ("doc", "section", "holds", "lacks"),
    [
        ("m", "Getting there", "73 miles to seven in", "12%"),
        ("m", "Results", "12%", "Barriers"),
        ("m", "Barriers > Results", "12%", "seven"),
        ("m", "2. Getting there > Results", "seven", "12%"),
        ("m", "The report", "12%", "nothing"),
        ("p", "RESULTS FOR PATIENTS", "over 550 people came home", "slowly"),
        ("p", "Lessons", "Trust grew slowly.", "550"),
    ],
)
def test_a_section_is_what_stands_beneath_its_heading(doc: str, section: str, holds: str, lacks: str) -> None:
    text = ORIGINALS[doc].section(section)
    assert text is not None
    assert holds in text
    assert lacks not in text


@pytest.mark.parametrize("section", ["Visits", "Costs rose", "Results > Barriers > Getting there", "Barriers > The report"])
def test_what_is_no_heading_line_is_no_section(section: str) -> None:
    assert ORIGINALS["m"].section(section) is None


def case(**changes: object) -> Case:
    given = {"id": "a", "category": "c", "question": "How far?", "expect": "answer", "key_facts": [["73 miles"]]}
    return Case.model_validate(given | {"sources": [{"doc": "m", "section": "Getting there"}]} | changes)


TWO = [{"doc": "m", "section": "Results"}, {"doc": "p", "section": "Results for patients"}]
ELSEWHERE = "warning: a: fact 1 (73 miles) stands elsewhere in the document"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (case(), []),
        (case(key_facts=[["by foot", "73 MILES"]], figure="73 miles to seven"), []),
        (case(expect="refuse", key_facts=[], sources=[]), []),
        (case(key_facts=[["12%"]]), ["warning: a: fact 1 (12%) stands elsewhere in the document"]),
        (case(key_facts=[["550"]]), ["error: a: fact 1 (550) is not there"]),
        (case(key_facts=[["550"], ["73"]], sources=TWO), []),
        (case(figure="75 to seven"), ["warning: a: figure '75 to seven': 75 does not stand in the section as digits"]),
        (case(sources=[{"doc": "m", "section": "Gains"}]), ["error: a: m has no heading line 'Gains'", ELSEWHERE]),
        (case(sources=[{"doc": "x", "section": "S"}]), ["error: a: there is no original of x"]),
        (case(sources=[]), ["warning: a: names no source"]),
        (case(key_facts=[["73 miles", "x*"]]), ["error: a: fact 1: 'x*' matches a text that has nothing to do with the question"]),
        (case(key_facts=[["73 miles", "rain"]]), ["error: a: fact 1: 'rain' matches a text that has nothing to do with the question"]),
        (case(key_facts=[["73 miles", "partners"]]), ["warning: a: fact 1: 'partners' matches what anybody would say"]),
        (case(question="Was it 73 miles?"), ["warning: a: fact 1: '73 miles' matches the question itself"]),
    ],
)
def test_every_fault_is_named(given: Case, expected: list[str]) -> None:
    assert [str(fault) for fault in check([given], ORIGINALS)] == expected
