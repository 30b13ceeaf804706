from pathlib import Path

import pytest

from pc_assistant.answering.state import Corpus
from pc_assistant.answering.statutes import unknown_statutes
from pc_assistant.answering.steps.retrieve import make_query
from pc_assistant.domain.conversations import Filters
from tests.retrieval import tiny
from tests.retrieval.tiny import EMBEDDER

ACTS = """---
document: harbour-toolkit
title: Acts
---
# Acts
<!--
source:
  - Acts
-->
## What the Lighthouse Act means
<!--
source:
  - Acts
-->
The Ports and Harbour Dues Act 2012 gave pilots a say. Following the Pilotage Act, harbours may lend each other crews. A Safety of Moorings Bill was planned.
"""


@pytest.fixture(scope="module")
def with_acts(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder: Path = tmp_path_factory.mktemp("acts")
    corpus = tiny.write(folder / "corpus")
    (corpus / "harbour-toolkit" / "02.md").write_text(ACTS, encoding="utf-8")
    manifest = corpus / "manifest.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("Harbour toolkit", "A guide to the wrecks act"), encoding="utf-8")
    return tiny.corpus(corpus, tiny.snapshot(corpus, folder / "index"))


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What did the Ports and Harbour Dues Act 2012 give pilots?", []),
        ("What did the Ports and Harbour Dues Act 2013 give pilots?", []),  # the whole title: the year may be a slip
        ("What did the Ports & Harbour Dues Act 2012 give pilots?", []),
        ("What did the Harbour Dues Act give pilots?", []),
        ("What did the Harbour Dues Act 2012 give pilots?", []),
        ("What did the Harbour Dues Act 2014 give pilots?", ["Harbour Dues Act 2014"]),  # another one, by its year
        ("Does the Lighthouse Act bind harbours?", []),  # in a heading
        ("Does the Lighthouse Dues Act bind harbours?", ["Lighthouse Dues Act"]),
        ("Does the Wrecks Act bind harbours?", []),  # in the title of a document
        ("Does the Scale Act 2014 bind harbours?", ["Scale Act 2014"]),  # a title that has its words and is of no statute
        ("Which Act lets harbours lend crews?", []),
        ("Under Pilotage Act 1987 may harbours lend crews?", []),
        ("Explain Pilotage Act 1987", []),
        ("When will the Safety of Moorings Bill be passed?", []),
        ("Does the Equality Act 2010 bind harbours?", ["Equality Act 2010"]),
        ("We at Dover: does the Freedom of Information Act bind harbours?", ["Freedom of Information Act"]),
        ("Does the Crews Bill matter, or the Dredging Act?", ["Crews Bill", "Dredging Act"]),
        ("What became of the Safety of Moorings Act 2023?", []),  # a Bill that has become an Act
        ("What will the Pilotage Bill change?", ["Pilotage Bill"]),  # of which only an Act is named
        ("What will the Quay Boards Bill change?", ["Quay Boards Bill"]),  # of which the glossary knows only an Act
        ("How do harbours act on a bill?", []),
        ("Does Bill chair the board?", []),
    ],
)
def test_acts_and_bills_that_no_document_names(with_acts: Corpus, question: str, unknown: list[str]) -> None:
    assert unknown_statutes(make_query(question, with_acts, EMBEDDER, Filters()), with_acts.snapshot) == unknown


def test_an_act_that_the_glossary_names_is_known(corpus: Corpus) -> None:
    query = make_query("Does the Quay Boards Act bind harbours?", corpus, EMBEDDER, Filters())
    assert unknown_statutes(query, corpus.snapshot) == []
