"""Search, documents and passages."""

import pytest
from fastapi.testclient import TestClient

from pc_assistant.domain.conversations import Filters
from tests.fakes import CHUNK, WORDS, FakeAssistant
from tests.web.test_chat import wrong_fields


def test_search_gives_passages_with_scores(client: TestClient, assistant: FakeAssistant) -> None:
    body = {"query": " ferry ", "k": 3, "mode": "lexical", "filters": {"documents": ["ferry-guide"]}}
    assert client.post("/v1/search", json=body).json() == {
        "passages": [
            {
                "passage_id": CHUNK.id,
                "document_id": "ferry-guide",
                "title": "Ferry guide",
                "section": ["Sailings", "Mornings"],
                "page": None,
                "text": WORDS,
                "score": 0.75,
                "url": "/documents/ferry-guide#mornings",
            }
        ]
    }
    assert assistant.searched == [("ferry", 3, "lexical", Filters(documents=("ferry-guide",)))]


def test_search_takes_ten_hybrid_passages_by_default(client: TestClient, assistant: FakeAssistant) -> None:
    client.post("/v1/search", json={"query": "ferry"})
    assert assistant.searched == [("ferry", 10, "hybrid", Filters())]


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"query": "x", "k": 0}, "k", "Must be at least 1."),
        ({"query": "x", "k": 51}, "k", "Must be at most 50."),
        ({"query": "x", "k": "5"}, "k", "Must be a whole number."),
        ({"query": "x", "k": 1.5}, "k", "Must be a whole number."),
        ({"query": "x", "mode": "magic"}, "mode", "Must be one of 'hybrid', 'dense' or 'lexical'."),
        ({"query": "\x00"}, "query", "Holds the control character U+0000: take it out."),
        (
            {"query": "x", "filters": {"documents": ["no"]}},
            "filters.documents.0",
            "There is no such document: /v1/documents lists those there are.",
        ),
    ],
)
def test_a_wrong_search_is_told_what_is_wrong(client: TestClient, body: dict[str, object], field: str, message: str) -> None:
    assert wrong_fields(body, client, "/v1/search") == {field: message}


def test_documents_are_listed_with_what_is_held(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()
    assert listed["corpus_version"] == "1"
    (document,) = listed["documents"]
    assert document == {
        "id": "ferry-guide",
        "title": "Ferry guide",
        "publisher": "The harbour",
        "published": "2024-02-01",
        "published_precision": None,
        "kind": "guidance",
        "law_as_of": None,
        "url": None,
        "licence": "",
        "summary": "",
        "representation": "notes",
        "section_count": 1,
        "passage_count": 1,
    }
    whole = client.get("/v1/documents/ferry-guide").json()
    assert {key: whole[key] for key in document} == document


def test_a_document_has_its_sections_and_their_passages(client: TestClient) -> None:
    (section,) = client.get("/v1/documents/ferry-guide").json()["sections"]
    assert section == {
        "path": ["Sailings", "Mornings"],
        "heading": "Mornings",
        "level": 2,
        "anchor": "mornings",
        "text": f"{WORDS} It carries twelve cars.\n\nBring:\n- a ticket\n- a coat\n\n1. queue\n2. board\n\nDay | Sailings\nMonday | 4",
        "passages": [CHUNK.id],
    }


def test_a_passage_can_be_read_where_a_citation_names_it(client: TestClient) -> None:
    citation = client.post("/v1/chat", json={"question": "When?"}).json()["citations"][0]
    passage = client.get(f"/v1/passages/{citation['passage_id']}").json()
    assert citation["quote"] in passage["text"]
    shared = {
        "title",
        "publisher",
        "published",
        "published_precision",
        "kind",
        "representation",
        "section",
        "page",
        "url",
        "document_id",
        "passage_id",
    }
    assert {key: passage[key] for key in shared} == {key: citation[key] for key in shared}


@pytest.mark.parametrize(("path", "what"), [("/v1/documents/nothing", "document"), ("/v1/passages/nothing", "passage")])
def test_unknown_ids_are_not_found(client: TestClient, path: str, what: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["detail"]) == (404, f"There is no {what} with this id.")
