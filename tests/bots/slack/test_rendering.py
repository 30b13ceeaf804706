"""Answers as messages and views: golden files, and Slack's limits whatever the answer is.

`UPDATE_GOLDEN=1 ./run test tests/bots/slack/test_rendering.py` writes the golden files anew; look at what changed.
"""

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.bots.slack.rendering import SHOWN_SOURCES, closing, message, said, streamed
from pc_assistant.bots.slack.standin.limits import message_faults, view_faults
from pc_assistant.bots.slack.standin.preview import blocks_html, still
from pc_assistant.bots.slack.views import home_view, reasons_view, sources_view, told_view
from pc_assistant.channels import words
from pc_assistant.domain.answers import Answer, Citation, Notice
from pc_assistant.domain.documents import Document
from tests.channels.script import ANSWERS, CitedLibrary

GOLDEN = Path(__file__).parent / "golden"


def address(path: str) -> str:
    return f"https://assistant.example{path}"


def rendered() -> dict[str, Any]:
    """Everything that is rendered, by the name of its golden file."""
    messages = {name: asdict(message(answer, address)) for name, answer in ANSWERS.items()}
    documents = [held.document for held in CitedLibrary().documents()]
    return messages | {
        "sources_view": sources_view(ANSWERS["answered"], address),
        "reasons_view": reasons_view("answer-answered"),
        "home_view": home_view(documents, address),
        "streamed": {"markdown": "".join(streamed(ANSWERS["follow_up"])), "blocks": closing(ANSWERS["follow_up"], address)},
    }


@pytest.mark.parametrize("name", sorted(rendered()))
def test_what_is_rendered_is_what_was_looked_at(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    made = json.dumps(rendered()[name], indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


def texts(name: str) -> str:
    return json.dumps(rendered()[name]["blocks"], ensure_ascii=False)


def test_kinds_of_answers_differ_in_words() -> None:
    begins = {name: rendered()[name]["blocks"][0]["text"]["text"] for name in ("answered", "partial", "refused", "out_of_scope")}
    assert begins == {
        "answered": "*Answer.* From 5 passages in 2 documents.",
        "partial": f"*Part of an answer.* {words.PARTIAL_LEAD}",
        "refused": "*Not in the documents.*",
        "out_of_scope": "*Outside the documents.*",
    }
    assert "*Please note: Check the law since July 2022.*" in texts("answered")
    assert "*Please note: Personal details removed.*" in texts("personal_data")
    assert words.SOURCES not in texts("refused")
    assert "Show quotes" not in texts("refused")


def test_the_text_beside_the_blocks_says_all_that_is_seen() -> None:
    for name, answer in ANSWERS.items():
        text = rendered()[name]["text"]
        assert text.startswith(f"{words.ANSWERED}." if answer.status == "answered" else "")
        assert all(notice.message.split(".")[0] in text for notice in answer.notices)
        assert all(f"[{citation.marker}]" in text for citation in answer.citations)


def test_a_marker_opens_the_reader_at_the_passage() -> None:
    first = ANSWERS["answered"].citations[0]
    path, _, anchor = first.url.partition("#")
    assert f"<https://assistant.example{path}?passage={first.passage_id}#{anchor}|[1]>" in texts("answered")


def test_more_sources_are_counted_on_their_button() -> None:
    assert f"Show more sources ({len(ANSWERS['answered'].citations)})" in texts("answered")
    assert len(ANSWERS["answered"].citations) > SHOWN_SOURCES
    assert "Show quotes" in texts("table")


def test_an_answer_too_long_for_a_message_says_so_and_where_it_stands() -> None:
    whole = ANSWERS["answered"].model_copy(update={"answer": "\n\n".join(f"Sentence {number} of many. [1]" for number in range(2000))})
    made = json.dumps(message(whole, address).blocks)
    assert "longer than a message can be. <https://assistant.example/answers/answer-answered.txt|Read the whole answer>" in made
    assert message_faults({"text": "x", "blocks": list(message(whole, address).blocks)}) == []


def test_everything_rendered_can_be_shown_in_the_preview() -> None:
    for made in rendered().values():
        assert blocks_html(made["blocks"], still)


WORDS = st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from("&<>|*_`~[]\\1 \n😀"), max_size=80)
LONG = st.builds(lambda text, times: text * times, WORDS, st.sampled_from([1, 1, 1, 3, 200]))
CITATIONS = st.builds(
    Citation,
    marker=st.integers(1, 99),
    document_id=WORDS,
    title=LONG,
    publisher=LONG,
    published=st.none() | st.dates(date(1990, 1, 1)),
    kind=st.sampled_from(sorted(words.KINDS)),
    representation=st.sampled_from(["notes", "original"]),
    section=st.lists(LONG, max_size=4).map(tuple),
    page=st.none() | st.integers(1, 9999),
    passage_id=WORDS,
    quote=LONG,
    url=LONG,
)
MARKDOWN = st.lists(LONG | st.sampled_from(["", "- an item [1]", "| a | b |", "| --- | --- |", "Said. [1] [2]"]), max_size=30).map(
    "\n".join
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    given_citations = draw(st.lists(CITATIONS, max_size=6, unique_by=lambda citation: citation.marker))
    citations = [
        citation.model_copy(update={"marker": number}) for number, citation in enumerate(given_citations * draw(st.integers(0, 10)), 1)
    ]
    return Answer(
        id=draw(st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=100)),
        status=draw(st.sampled_from(["answered", "partial", "refused"])),
        answer=draw(MARKDOWN) * draw(st.sampled_from([1, 1, 20])),
        citations=tuple(citations),
        notices=tuple(draw(st.lists(st.builds(Notice, code=WORDS, message=LONG), max_size=12))),
        suggestions=tuple(draw(st.lists(LONG, max_size=6))),
        standalone_question=draw(st.none() | LONG),
    )


@settings(deadline=None, max_examples=40)
@given(answers())
def test_no_answer_breaks_a_limit(answer: Answer) -> None:
    made = message(answer, address)
    assert message_faults({"text": made.text, "blocks": list(made.blocks)}) == []
    assert message_faults({"text": "streamed", "blocks": list(closing(answer, address))}) == []
    assert view_faults(sources_view(answer, address)) == []
    assert view_faults(reasons_view(answer.id)) == []


@settings(deadline=None, max_examples=30)
@given(st.lists(st.builds(Document, id=st.just("a"), title=LONG, publisher=LONG), max_size=40), LONG)
def test_no_library_and_no_sentence_breaks_a_limit(documents: list[Document], text: str) -> None:
    assert view_faults(home_view(documents, address)) == []
    assert view_faults(told_view(f"So: {text}")) == []
    told = said(f"So: {text}")
    assert message_faults({"text": told.text, "blocks": list(told.blocks)}) == []


def test_the_limits_are_checked_at_all() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    assert message_faults({"text": "x", "blocks": [section] * 51}) == [
        "51 blocks: at most 50",
        *["section: 3001 characters, at most 3000"] * 51,
    ]
    assert message_faults({}) == ["no_text"]
    assert message_faults({"blocks": [{"type": "context", "elements": [section["text"]] * 11}]})[0] == "context: 11 elements"
