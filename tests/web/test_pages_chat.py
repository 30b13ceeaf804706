"""The chat page without JavaScript: forms, redirects, and what stands on it."""

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from pc_assistant.channels import words
from pc_assistant.domain.answers import Answer, Notice, Retrieved
from pc_assistant.domain.conversations import MAX_QUESTION
from pc_assistant.domain.errors import IndexMissing
from tests.fakes import CHUNK, CITATION, WORDS, FakeAssistant, answer

PAGES = ["/", "/documents", "/documents/ferry-guide", "/about", "/privacy", "/accessibility", "/embed"]


def ask(client: TestClient, question: str = "When does it sail?", home: str = "/", **more: str) -> Response:
    return client.post(home, data={"question": question, **more})


def text(response: Response) -> str:
    """What a person reads, white space collapsed."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_strict_and_says_what_it_is_not(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert "unsafe" not in policy
    assert words.STANDING in text(response)
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", response.text)
    assert not re.search(r'(?:src|<link[^>]*href)="(?!/static/)', response.text)


def test_the_documents_are_counted(client: TestClient) -> None:
    assert "from 1 named document, and from nothing else" in text(client.get("/about"))


def test_a_question_is_answered_by_form_post(client: TestClient, assistant: FakeAssistant) -> None:
    response = ask(client)
    assert response.status_code == 200
    assert response.url.path == "/conversations/conversation-1"
    assert assistant.asked[0].text == "When does it sail?"
    shown = text(response)
    assert f"{WORDS} 1" in shown
    assert "guidance: what is expected" in shown
    assert "The harbour, February 2024" in shown
    assert "Sailings › Mornings" in shown
    assert f"<mark>{WORDS}</mark>" in response.text
    assert '<a href="/documents/ferry-guide?passage=0123456789abcdef#mornings"' in response.text


def test_a_marker_leads_to_its_source(client: TestClient) -> None:
    page = ask(client).text
    (target,) = re.findall(r'class="pc-marker" href="#([^"]+)"', page)
    assert f'id="{target}"' in page


def test_a_conversation_goes_on_and_can_be_read_again(client: TestClient, assistant: FakeAssistant) -> None:
    ask(client)
    assistant.replies.append(
        answer(2, "On Sundays, too. [1]").model_copy(update={"standalone_question": "Does the ferry sail on Sundays?"})
    )
    page = ask(client, "And on Sundays?", conversation_id="conversation-1")
    assert [turn.content for turn in assistant.asked[1].history] == ["When does it sail?", f"{WORDS} [1]"]
    assert text(page).index(WORDS) < text(page).index("On Sundays, too.")
    assert "Understood as: Does the ferry sail on Sundays?" in text(page)
    assert text(client.get("/conversations/conversation-1")) == text(page)


def test_refusals_partial_answers_and_notices_are_told_apart_in_words(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies += [
        Answer(id="a", status="refused", reason="not_covered", answer="The documents do not answer this.", suggestions=("Who sails?",)),
        answer(2).model_copy(update={"status": "partial"}),
        answer(3).model_copy(update={"notices": (Notice(code="predates_2022_act", message="Written before."),)}),
        answer(4).model_copy(update={"notices": (Notice(code="unheard_of", message="Look out."),)}),
    ]
    refused, partial, old, other = (ask(client) for _ in range(4))
    assert words.REFUSED["not_covered"] in text(refused)
    assert "You could ask instead Who sails?" in text(refused)
    assert words.PARTIAL_LEAD in text(partial)
    assert "Check the law since July 2022 Written before." in text(old)
    assert "Please note Look out." in text(other)
    families = [re.search(r"pc-answer--(\w+)", page.text) for page in (refused, partial, old)]
    assert [family and family[1] for family in families] == ["refused", "partial", "answered"]


def test_what_a_partial_answer_leaves_open_stands_by_itself(client: TestClient, assistant: FakeAssistant) -> None:
    said = f"{WORDS} [1]\n\nThe documents do not say anything about fares."
    assistant.replies += [
        answer(1, said).model_copy(update={"status": "partial"}),
        answer(2, said),
        answer(3, f"{WORDS} [1]").model_copy(update={"status": "partial"}),
    ]
    partial, whole, unsaid = (ask(client) for _ in range(3))
    assert f"{WORDS} 1 Left open The documents do not say anything about fares." in text(partial)
    assert "The documents do not say anything about fares." in client.get("/answers/answer-1.txt").text
    assert "about fares." in client.get("/answers/answer-1/card").json()["announced"]
    for page in (whole, unsaid):
        assert "Left open" not in text(page)
        assert f"{WORDS} 1" in text(page)


def test_a_refusal_links_the_sections_that_it_names_as_near(client: TestClient, assistant: FakeAssistant) -> None:
    found = tuple(Retrieved(passage_id=passage, document_id="ferry-guide", score=0.5) for passage in (CHUNK.id, "gone", CHUNK.id))
    named, silent = "The nearest sections are about: Mornings.", "The documents that I hold do not answer this."
    for words_ in (named, silent):
        assistant.replies.append(Answer(id=words_[:5], status="refused", reason="not_covered", answer=words_, retrieved=found))
    page = ask(client)
    assert "Nearest sections Mornings Ferry guide" in text(page)
    assert page.text.count('<a href="/documents/ferry-guide#mornings">') == 1
    assert "Nearest sections" not in text(ask(client))


def test_a_refusal_without_suggestions_shows_what_can_be_asked(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.append(Answer(id="a", status="refused", reason="greeting", answer="Hello."))
    page = text(ask(client))
    assert f"You could ask instead {' '.join(words.FIRST_EXAMPLES)}" in page
    assert "Nothing was answered: the words above are fixed." in page


def test_sources_never_stand_under_a_refusal(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.append(
        Answer(id="a", status="refused", reason="out_of_scope", answer="Outside. [1]", citations=(CITATION,))
    )  # a fault elsewhere
    page = ask(client)
    assert "Sources" not in text(page)
    assert "pc-marker" not in page.text
    assert "Outside. [1]" in text(page)


@pytest.mark.parametrize(
    ("question", "mistake"),
    [
        ("  \r\n ", "Enter a question"),
        ("x" * (MAX_QUESTION + 1), "Shorten your question to 2,000 characters or fewer"),
        ("a\x00b", "Type your question again: it holds characters that cannot be read"),
    ],
)
def test_a_wrong_question_is_told_and_kept(client: TestClient, assistant: FakeAssistant, question: str, mistake: str) -> None:
    response = ask(client, question)
    assert response.status_code == 422
    assert mistake in text(response)
    assert "Error: " in text(response)
    assert question.strip()[:50] in response.text
    assert assistant.asked == []


def test_a_long_question_with_line_ends_of_a_form_is_not_too_long(client: TestClient, assistant: FakeAssistant) -> None:
    assert ask(client, "x\r\n" * 999 + "y").status_code == 200
    assert len(assistant.asked[0].text) == 1999


def test_markup_in_a_question_and_an_answer_is_text(client: TestClient, assistant: FakeAssistant) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    assistant.replies.append(answer(1, f"{evil} [1]").model_copy(update={"suggestions": (evil,), "standalone_question": evil}))
    page = ask(client, evil)
    assert evil not in page.text
    assert "<img" not in page.text
    assert text(page).count("<script>alert(1)</script>") >= 4
    tree = client.get("/answers/answer-1/card").text
    assert '["script"' not in tree
    assert '["img"' not in tree


def test_a_question_may_come_with_the_address(client: TestClient, assistant: FakeAssistant) -> None:
    page = client.get("/", params={"question": "Who sails <b>?"})
    assert re.search(r"<textarea[^>]*>Who sails &lt;b&gt;\?</textarea>", page.text)
    assert assistant.asked == []


def test_a_fault_keeps_the_question(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.append(IndexMissing("There is no index yet: run `pc-assistant ingest`."))
    response = ask(client)
    assert response.status_code == 503
    assert "There is no index yet" in text(response)
    assert "When does it sail?</textarea>" in response.text


def test_a_fault_that_nobody_foresaw_is_told_with_its_number_only(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.replies.append(RuntimeError("insides"))
    response = ask(client)
    assert response.status_code == 500
    assert "Something went wrong" in text(response)
    assert response.headers["x-request-id"] in text(response)
    assert "X-Request-ID" not in response.text
    assert "insides" not in response.text


def test_a_conversation_can_be_deleted(client: TestClient) -> None:
    ask(client)
    gone = client.post("/conversations/conversation-1/forget")
    assert gone.url.path == "/"
    assert "The conversation is deleted." in text(gone)
    for address in ("/conversations/conversation-1", "/answers/answer-1/card", "/answers/answer-1.md", "/v1/conversations/conversation-1"):
        assert client.get(address).status_code == 404
    again = ask(client, "And then?", conversation_id="conversation-1")
    assert again.status_code == 404
    assert "not kept any more" in text(again)
    assert "And then?</textarea>" in again.text


async def test_feedback_is_kept_and_thanked_for(client: TestClient) -> None:
    ask(client)
    given = {"answer_id": "answer-1", "rating": "down", "comment": "At ten.", "reasons": ["wrong", "out_of_date"]}
    page = client.post("/feedback", data=given)
    assert page.url.path == "/conversations/conversation-1"
    assert "Thank you. What you said is kept with this answer." in text(page)
    assert client.post("/feedback", data={**given, "answer_id": "nothing"}).status_code == 404
    assert client.post("/feedback", data={**given, "rating": "sideways"}).status_code == 422
    assert client.post("/feedback", data={**given, "comment": "x" * 2001}).status_code == 422


def test_addresses_with_nothing_there_are_told_to_people_and_programs(client: TestClient) -> None:
    for path in ("/nothing", "/documents/nothing", "/answers/nothing.md"):
        page = client.get(path, headers={"Accept": "text/html,*/*"})
        assert page.status_code == 404
        assert "<h1" in page.text
        assert "Page not found" in text(page)
    assert client.get("/nothing").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("home", ["", "/embed"])
def test_a_conversation_that_is_not_kept_any_more_can_be_begun_anew(client: TestClient, home: str) -> None:
    page = client.get(f"{home}/conversations/nothing", params={"question": "And then?"})
    assert page.status_code == 404
    assert "This conversation is not kept any more. Ask again to begin a new one." in text(page)
    assert "And then?</textarea>" in page.text
    assert 'name="conversation_id" value=""' in page.text


def test_sources_from_one_document_are_told_apart(client: TestClient, assistant: FakeAssistant) -> None:
    other = CITATION.model_copy(update={"marker": 2, "passage_id": "gone", "page": 7, "section": ("Sailings", "Evenings")})
    assistant.replies.append(answer(1, f"{WORDS} [1] It waits. [2]").model_copy(update={"citations": (CITATION, other)}))
    page = text(ask(client))
    assert "1 Ferry guide Mornings The harbour" in page
    assert "2 Ferry guide Evenings, page 7 The harbour" in page


def test_an_answer_tells_how_it_was_made_and_links_its_receipt(client: TestClient) -> None:
    page = ask(client)
    assert "no language model wrote them. Every quote was found, character for character, in its passage." in text(page)
    (receipt,) = re.findall(r'href="(/v1/answers/[^"]+)"', page.text)
    assert client.get(receipt).json()["answer"] == f"{WORDS} [1]"


def test_the_title_names_what_was_asked_last(client: TestClient) -> None:
    ask(client)
    page = ask(client, "And what about " + "very " * 30 + "late sailings?", conversation_id="conversation-1")
    (title,) = re.findall("<title>(.*)</title>", page.text)
    assert title.startswith("And what about very very") and title.endswith(f" … – {words.SERVICE}") and len(title) < 120
    assert client.get("/answers/answer-1/card").json()["title"] == f"When does it sail? – {words.SERVICE}"


@pytest.mark.parametrize("embed_origins", [("https://intranet.example.org", "https://*.teams.example")])
def test_only_the_embedded_page_may_be_framed_and_only_by_the_origins_set(client: TestClient) -> None:
    ancestors = "frame-ancestors https://*.teams.example https://intranet.example.org;"
    page = ask(client, home="/embed")
    assert page.url.path == "/embed/conversations/conversation-1"
    for path in ("/embed", page.url.path):
        assert ancestors in client.get(path).headers["content-security-policy"]
    assert 'action="/embed"' in page.text
    assert 'href="/documents/ferry-guide?passage=0123456789abcdef#mornings" target="_blank"' in page.text
    for path in ("/", "/documents", "/conversations/conversation-1"):
        assert "frame-ancestors 'none';" in client.get(path).headers["content-security-policy"]


def test_without_origins_nothing_may_be_framed(client: TestClient) -> None:
    assert "frame-ancestors 'none';" in client.get("/embed").headers["content-security-policy"]


def test_static_files_are_kept_for_ever_under_their_hash_and_packed(client: TestClient) -> None:
    paths = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text)
    assert len(paths) > 8
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        old = client.get(re.sub(r"/static/\w+", "/static/0", path))
        assert old.content == response.content
        assert "immutable" not in old.headers["cache-control"]
    plain = client.get(paths[1], headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text.startswith("html{")
    assert client.get("/static/0/../../bodies.py").status_code == 404
    assert client.get("/static/0/nothing.css").status_code == 404


def test_first_visit_and_answer_weigh_little(client: TestClient) -> None:
    first = client.get("/")
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', first.text))
    weight = sum(int(client.get(path).headers["content-length"]) for path in paths)
    assert weight + int(first.headers["content-length"]) < 40_000
