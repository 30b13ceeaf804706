"""Answers as Teams activities: golden files, and limits that hold for whatever an answer contains."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from microsoft_teams.api import MessageActivityInput

from pc_assistant.bots.teams import message as messages
from pc_assistant.bots.teams.message import CUT, LARGEST, message, said, size
from pc_assistant.channels import words
from pc_assistant.domain.answers import Answer, Citation, Notice, RefusalReason
from pc_assistant.domain.documents import Kind
from tests.bots.teams import cases
from tests.bots.teams.cases import BASE, GOLDEN, address
from tests.channels.script import ANSWERS

TEXT = st.text(st.characters(codec="utf-8"), max_size=400)
TITLES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    return Citation(
        marker=0,
        document_id="ferry-guide",
        title=draw(TITLES),
        publisher=draw(TEXT),
        published=draw(st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))),
        kind=draw(st.sampled_from(get_args(Kind))),
        representation=draw(st.sampled_from(["notes", "original"])),
        section=tuple(draw(st.lists(TEXT, max_size=4))),
        page=draw(st.none() | st.integers(1, 999)),
        passage_id="0123456789abcdef",
        quote=draw(TEXT) * draw(st.sampled_from([1, 20])),
        url="/documents/ferry-guide#mornings",
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    kinds = draw(st.lists(citations(), min_size=1, max_size=3))
    sources = tuple(kinds[marker % len(kinds)].model_copy(update={"marker": marker}) for marker in range(1, draw(st.integers(0, 30)) + 1))
    forms = draw(st.lists(st.sampled_from(["It sails. [{}]", "Boats 🚢 [{}]", "- item [{}]", "| a | b [{}] |"]), min_size=1, max_size=4))
    sentences = [forms[source.marker % len(forms)].format(source.marker) for source in sources]
    text = "\n\n".join([*sentences, draw(TEXT) * draw(st.sampled_from([1, 1, 1, 200]))])
    status = draw(st.sampled_from(["answered", "partial", "refused"]))
    return Answer(
        id="answer-1",
        conversation_id=draw(st.none() | st.just("teams-1")),
        status=status,
        answer=text,
        citations=sources,
        notices=tuple(Notice(code="predates_2022_act", message=m) for m in draw(st.lists(TEXT, max_size=2))),
        suggestions=tuple(draw(st.lists(TEXT, max_size=6))),
        reason=draw(st.sampled_from(get_args(RefusalReason))) if status == "refused" else None,
        standalone_question=draw(st.none() | TEXT),
    )


def claims(activity: dict[str, Any]) -> list[dict[str, Any]]:
    return [claim for entity in activity.get("entities", ()) for claim in entity.get("citation", ())]


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in an activity."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part)


@pytest.mark.parametrize("name", sorted(cases.messages()))
def test_the_messages_are_those_of_the_golden_files(name: str) -> None:
    assert cases.messages()[name] == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


@settings(max_examples=60, deadline=None)
@given(answers())
def test_every_limit_is_kept_whatever_the_answer_holds(answer: Answer) -> None:
    activity = message(answer, address)
    assert size(activity) <= LARGEST
    assert len(claims(activity)) <= 20
    for claim in claims(activity):
        shown = claim["appearance"]
        assert 0 < len(shown["name"].encode("utf-16-le")) <= 2 * 80
        assert 0 < len(shown["abstract"].encode("utf-16-le")) <= 2 * 160
        assert len(shown["keywords"]) == 3
        assert all(len(word) <= 28 for word in shown["keywords"])
        assert f"[{claim['position']}]" in activity["text"]
    sent = MessageActivityInput.model_validate(activity).model_dump(by_alias=True, exclude_none=True)
    assert sent == activity


@settings(max_examples=60, deadline=None)
@given(answers())
def test_every_link_opens_the_service_and_a_refusal_cites_nothing(answer: Answer) -> None:
    activity = message(answer, address)
    urls = [part["url"] for part in parts(activity) if "url" in part]
    assert all(url.startswith(f"{BASE}/") for url in urls)
    if answer.status == "refused":
        assert not urls
        assert not claims(activity)
    elif CUT not in activity["text"]:
        assert len(claims(activity)) == min(len(answer.citations), 20)


def test_what_an_answer_rests_on_and_what_it_leaves_open_is_told_in_words() -> None:
    first = {name: message(answer, address)["text"].split("\n")[0] for name, answer in ANSWERS.items()}
    assert first["answered"] == f"**Answer.** {words.rests_on(ANSWERS['answered'].citations)}"
    assert first["partial"] == f"**Part of an answer.** {words.PARTIAL_LEAD}"
    assert first["refused"] == "**Not in the documents.**"
    assert first["out_of_scope"] == "**Outside the documents.**"
    assert "**Check the law since July 2022.** " in message(ANSWERS["answered"], address)["text"]
    assert "**Personal details removed.** " in message(ANSWERS["personal_data"], address)["text"]
    assert "*Understood as:* " in message(ANSWERS["follow_up"], address)["text"]


def test_an_answer_that_does_not_fit_says_so_and_where_it_is_whole() -> None:
    long = ANSWERS["answered"].model_copy(update={"answer": "\n\n".join(["It sails. [1]"] * 4000), "conversation_id": "teams-1"})
    activity = message(long, address)
    assert size(activity) <= LARGEST
    end = f"{CUT} [{messages.WHOLE}]({BASE}/conversations/teams-1)\n\n**Check the law since July 2022.**"
    assert end in activity["text"]
    assert [claim["position"] for claim in claims(activity)] == [1]
    one = long.model_copy(update={"answer": "It sails. " * 4000})
    assert message(one, address)["text"].startswith("**Answer.**")
    assert CUT in message(one, address)["text"]


def test_quotes_go_before_the_list_of_sources_and_that_before_the_words() -> None:
    whole = ANSWERS["answered"]
    more = [whole.citations[0].model_copy(update={"marker": number, "quote": "nine " * 60}) for number in range(1, 12)]
    said = " ".join(f"It sails. [{number}]" for number in range(1, 12))
    activity = message(whole.model_copy(update={"citations": tuple(more), "answer": said}), address)
    assert said in activity["text"]
    assert "“nine" not in json.dumps(activity, ensure_ascii=False)
    assert len([part for part in parts(activity) if part.get("type") == "Action.OpenUrl"]) == 11


def test_notifications_and_screen_readers_get_words() -> None:
    activity = message(ANSWERS["answered"], address)
    assert activity["summary"].startswith("Answer: ")
    assert len(activity["summary"]) <= 200
    assert not re.search(r"\[\d\]", activity["summary"])
    fallback = activity["attachments"][0]["content"]["fallbackText"]
    assert fallback.startswith(f"Source 1: {words.reference(ANSWERS['answered'].citations[0])}")
    titles = [part["title"] for part in parts(activity) if part.get("type") == "Action.OpenUrl"]
    assert titles == [f"Open source {number} in the reader" for number in range(1, len(ANSWERS["answered"].citations) + 1)]


def test_a_sentence_of_the_service_is_no_markup() -> None:
    assert said("Enter *a* question.")["text"] == "Enter \\*a\\* question."
