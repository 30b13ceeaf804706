from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.answering.answerers.extractive import Budget, budget_for, compose
from pc_assistant.answering.asking import analyse
from pc_assistant.answering.citing import render
from pc_assistant.answering.draft import Draft
from pc_assistant.answering.evidence import gather
from pc_assistant.answering.grounding import supported
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.retrieve import make_query, search
from pc_assistant.domain.conversations import Filters
from pc_assistant.retrieval.facets import facets
from tests.retrieval import tiny
from tests.retrieval.tiny import EMBEDDER

GUIDANCE = "The guidance had its annexes, lamps and buoys revised in August 2021."
TOOLKIT = "The toolkit was revised in May 2022."


def draft(corpus: Corpus, question: str, budget: Budget | None = None) -> Draft:
    ask, query = analyse(question), make_query(question, corpus, EMBEDDER, Filters())
    evidence = gather(ask, query, search(query, corpus, 12, "hybrid"), corpus.snapshot)
    return compose(ask, query, evidence, corpus.snapshot, facets(query, corpus.snapshot, corpus.entities), budget)


def texts(found: Draft, kind: str) -> list[str]:
    return [line.text for line in found.lines if line.kind == kind]


@pytest.mark.parametrize(
    ("question", "lead", "items"),
    [
        (
            "What are the three models of harbour collaborative?",
            "Three models of harbour collaborative:",
            [
                "lead harbour, which holds the contract",
                "quay board, on which the chief pilots sit",
                "shared leadership, with one harbour master for all",
            ],
        ),
        (
            "List the four steps for setting up",
            "Set up a collaborative in four steps:",
            ["Agree a vision with the crews", "Map the moorings", "Choose a model", "Measure the results"],
        ),
    ],
)
def test_a_list_is_given_whole_in_order_beneath_its_lead_in(corpus: Corpus, question: str, lead: str, items: list[str]) -> None:
    lines = [(line.kind, line.text) for line in draft(corpus, question).lines]
    begin = lines.index(("lead", lead))
    assert lines[begin + 1 : begin + 1 + len(items)] == [("item", item) for item in items]


def test_a_short_list_of_which_one_item_answers_is_given_whole(corpus: Corpus) -> None:
    question = "Does the lead harbour hold the contract?"
    assert len(texts(draft(corpus, question, Budget(words=5, together=60)), "item")) == 3
    assert texts(draft(corpus, question, Budget(words=5, together=5)), "item") == ["lead harbour, which holds the contract"]


def test_a_row_stands_beneath_its_header(corpus: Corpus) -> None:
    lines = [(line.kind, line.text) for line in draft(corpus, "What was saved by dredging in £?").lines]
    assert ("header", "Measure | Result") in lines
    assert lines.index(("header", "Measure | Result")) < lines.index(("row", "Dredging | £2m saved"))


def test_the_figure_comes_with_its_owner_first(corpus: Corpus) -> None:
    first = draft(corpus, "How far did the wait for a pilot fall in North Bay?").lines[0].text
    assert first == "The average wait of ships in North Bay for a pilot fell from 73 minutes to seven minutes."


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many cranes has South Quay?", "The group has 12 cranes and 300 staff."),
        ("How many slipways do the lifeboat crews of North Bay share?", "The lifeboat crews of North Bay launch in five minutes."),
    ],
)
def test_the_sentence_with_the_figure_stands_first_unless_it_leans_on_the_one_before(corpus: Corpus, question: str, first: str) -> None:
    said = [line.text for line in draft(corpus, question).lines]
    assert said[0] == first
    assert "They share three slipways." not in said or said.index("They share three slipways.") > 0


DRILLS = """---
document: harbour-toolkit
title: More
---
# Storm drills
<!--
source:
  - Drills
-->
Every crew of the west jetty rehearses storm drills in spring. Rope is inspected beforehand. Storm drills on the west jetty are not paid by the harbours.

# Jetty crews
<!--
source:
  - Crews
-->
Storm crews of the east jetty drill in the lee of the lighthouse. The east jetty has three storm crews:

- Heron
- Gannet

# Charts
<!--
source:
  - Charts
-->
The tide chart of the west jetty need not be used, the keeper said in December 2022. It shows depths.

# Papers
<!--
source:
  - Papers
-->
The tide chart of each jetty, with soundings, wrecks and anchorages, was published by the keeper.

| Paper | Published |
| --- | --- |
| Tide chart of the north jetty | May 2019 |
| Tide chart of the west jetty | April 2021 |
"""


def with_drills(folder: Path) -> Corpus:
    corpus = tiny.write(folder / "corpus")
    (corpus / "harbour-toolkit" / "02.md").write_text(DRILLS, encoding="utf-8")
    return tiny.corpus(corpus, tiny.snapshot(corpus, folder / "index"))


@pytest.mark.parametrize(
    ("question", "denial_first"),
    [
        ("Why are storm drills on the west jetty paid by the harbours?", True),
        ("Why are storm drills on the west jetty not paid by the harbours?", False),
        ("Why are storm drills on the west jetty rehearsed in spring by every crew?", False),
    ],
)
def test_what_denies_the_premise_of_a_question_stands_first(tmp_path: Path, question: str, denial_first: bool) -> None:
    said = [line.text for line in draft(with_drills(tmp_path), question).lines]
    denial = "Storm drills on the west jetty are not paid by the harbours."
    assert denial in said
    assert (said[0] == denial) is denial_first


def test_a_row_that_holds_the_date_asked_for_stands_first_where_it_is_the_best_of_all(tmp_path: Path) -> None:
    said = [line.text for line in draft(with_drills(tmp_path), "When was the west jetty's tide chart published?").lines]
    assert said[:2] == ["Paper | Published", "Tide chart of the west jetty | April 2021"]
    assert "The tide chart of the west jetty need not be used, the keeper said in December 2022." in said


def test_the_rows_of_a_table_stay_together_when_one_of_them_comes_first(tmp_path: Path) -> None:
    lines = draft(with_drills(tmp_path), "When was the west jetty's tide chart published?").lines
    kinds = [line.kind for line in lines]
    assert "The tide chart of each jetty, with soundings, wrecks and anchorages, was published by the keeper." in [
        line.text for line in lines
    ]
    assert kinds[:3] == ["header", "row", "row"]
    assert kinds.count("row") == 2


def test_a_count_that_a_lead_in_tells_stands_first_with_its_list(tmp_path: Path) -> None:
    said = [line.text for line in draft(with_drills(tmp_path), "How many storm crews drill on the east jetty?").lines]
    assert said[:3] == ["The east jetty has three storm crews:", "Heron", "Gannet"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("When were the annexes, lamps and buoys of the toolkit revised?", TOOLKIT),
        ("When were the annexes, lamps and buoys of the guidance revised?", GUIDANCE),
    ],
)
def test_the_date_asked_for_is_not_that_of_another_document(tmp_path: Path, question: str, first: str) -> None:
    folder = tiny.write(tmp_path / "corpus")
    text = f"---\ndocument: harbour-toolkit\ntitle: More\n---\n# Annexes\n<!--\nsource:\n  - Annexes\n-->\n{GUIDANCE} {TOOLKIT}\n"
    (folder / "harbour-toolkit" / "02.md").write_text(text, encoding="utf-8")
    assert draft(tiny.corpus(folder, tiny.snapshot(folder, tmp_path / "index")), question).lines[0].text == first


def test_a_list_that_is_cut_says_so(corpus: Corpus) -> None:
    question = "Does the lead harbour hold the contract?"
    whole, cut = (draft(corpus, question, Budget(words=5, together=together)) for together in (60, 5))
    assert texts(whole, "fixed_item") == []
    assert [line.kind for line in cut.lines[-3:]] == ["lead", "item", "fixed_item"]
    assert render(cut)[0].endswith("\n- lead harbour, which holds the contract [1]\n- …")


@pytest.mark.parametrize(("heading", "shown"), [("Storm drill", ["Storm drill:"]), ("Crews should rehearse the storm drill. Often.", [])])
def test_a_heading_stands_over_items_without_a_lead_in_unless_it_states_something(tmp_path: Path, heading: str, shown: list[str]) -> None:
    folder = tiny.write(tmp_path / "corpus")
    text = f"---\ndocument: harbour-toolkit\ntitle: More\n---\n# {heading}\n<!--\nsource:\n  - Drill\n-->\n- storm ropes are coiled\n- storm hooks are counted\n"
    (folder / "harbour-toolkit" / "02.md").write_text(text, encoding="utf-8")
    found = draft(
        tiny.corpus(folder, tiny.snapshot(folder, tmp_path / "index")), "Which storm ropes and storm hooks are counted in a drill?"
    )
    assert texts(found, "fixed") == shown
    assert "storm ropes are coiled" in texts(found, "item")


def test_the_less_sure_an_answer_and_the_more_it_is_about_the_more_of_what_was_found_is_shown() -> None:
    for question in ("How many trusts?", "What are the models?", "Why?"):
        assert budget_for(analyse(question), 0.5).words > budget_for(analyse(question), 0.9).words
        assert budget_for(analyse(question), 0.9, several=True).words > budget_for(analyse(question), 0.9).words
    assert budget_for(analyse("Briefly, why?"), 0.5) == budget_for(analyse("Briefly, why?"), 0.9)


def test_a_comparison_is_a_table_of_both_sides(corpus: Corpus) -> None:
    found = draft(corpus, "Compare the North Bay Pilots Partnership with South Quay")
    assert texts(found, "fixed_header") == ["North Bay Pilots Partnership | South Quay"]
    rows = [line.cells for line in found.lines if line.kind == "cells"]
    assert rows and all(len(cells) == 2 for cells in rows)
    assert "North Bay" in rows[0][0].text and "South Quay" in rows[0][1].text
    assert all(cell.supports or cell.kind == "fixed" for cells in rows for cell in cells)


def words(lines: Sequence[str]) -> int:
    return sum(len(line.split()) for line in lines)


asked = st.lists(
    st.sampled_from("how what are the models pilots North Bay steps moorings £2m joint committee South Quay of list compare".split()),
    min_size=2,
    max_size=8,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(asked, st.integers(10, 120))
def test_every_line_repeats_its_source_once_and_within_the_words_allowed(corpus: Corpus, question: str, most: int) -> None:
    found = draft(corpus, question, Budget(words=most, together=30, list_words=most))
    stated = [line for line in found.lines if line.kind in {"sentence", "item", "row"}]
    assert all(line.text == line.supports[0].words for line in stated)
    assert all(supported(line)[0] for line in found.lines)
    places = [(line.supports[0].chunk.id, line.supports[0].unit) for line in stated]
    assert len(set(places)) == len(places)
    longest = max((len(line.text.split()) for line in stated), default=0)
    assert words([line.text for line in stated]) <= max(most, longest) + 60  # sides of a comparison and lists are rounded up


def test_no_evidence_gives_an_empty_draft(corpus: Corpus) -> None:
    query = make_query("zymurgy", corpus, EMBEDDER, Filters())
    assert compose(analyse("zymurgy"), query, [], corpus.snapshot) == Draft()


def test_the_document_that_is_likeliest_to_answer_is_cited_first(corpus: Corpus) -> None:
    question = "What may a joint committee do?"
    ask, query = analyse(question), make_query(question, corpus, EMBEDDER, Filters())
    evidence = gather(ask, query, search(query, corpus, 12, "hybrid"), corpus.snapshot)

    def cited(behind: dict[str, float]) -> list[str]:
        found = compose(ask, replace(query, behind=behind), evidence, corpus.snapshot, budget=Budget(words=400))
        return list(dict.fromkeys(support.document.id for line in found.lines for support in line.supports))

    documents = cited({})
    assert len(documents) > 1
    for likeliest in documents:
        assert cited({document: -12.0 * (document != likeliest) for document in documents})[0] == likeliest
    assert cited({piece.chunk.document_id: -3.0 for piece in evidence}) == documents


Section = tuple[str, str]


def sections_shown(corpus: Corpus, question: str, surest: Section | None, learned: bool) -> list[Section]:
    """The sections of an answer in their order, one of them being expected to answer for certain and the others not at all."""
    ask, query = analyse(question), make_query(question, corpus, EMBEDDER, Filters())
    evidence = gather(ask, query, search(query, corpus, 12, "hybrid"), corpus.snapshot)
    seen = []
    for piece in evidence:
        parts = {**piece.passage.parts, "expected": float((piece.chunk.document_id, piece.chunk.heading) == surest)}
        seen.append(replace(piece, passage=piece.passage.model_copy(update={"parts": parts})))
    behind = {piece.chunk.document_id: 0.0 for piece in evidence} if learned else {}
    found = compose(ask, replace(query, behind=behind), seen, corpus.snapshot, budget=Budget(words=400, least=0.0))
    return list(dict.fromkeys((support.document.id, support.chunk.heading) for line in found.lines for support in line.supports))


@pytest.mark.parametrize("question", ["What may a joint committee do?", "How do pilots set up a collaborative of harbours?"])
def test_the_section_that_is_surest_to_answer_stands_first_where_something_was_learned_of_its_document(
    corpus: Corpus, question: str
) -> None:
    ranked = sections_shown(corpus, question, None, learned=True)
    assert len(ranked) > 2
    for surest in ranked:
        assert sections_shown(corpus, question, surest, learned=True) == [surest, *(one for one in ranked if one != surest)]
        assert sections_shown(corpus, question, surest, learned=False) == ranked


@pytest.mark.parametrize("question", ["What are the three models of harbour collaborative?", "When was the toolkit revised?"])
def test_a_list_or_a_date_that_is_asked_for_stands_before_the_section_that_is_surest_to_answer(corpus: Corpus, question: str) -> None:
    ranked = sections_shown(corpus, question, None, learned=True)
    assert len(ranked) > 1
    for surest in ranked:
        assert sections_shown(corpus, question, surest, learned=True)[0] == ranked[0]
