"""Examples for the OpenAPI document; a test holds each against its schema."""

from typing import Any

DOCUMENT_ID = "nhse-2021-working-together-at-scale"
PASSAGE_ID = "3f0c9a7be1d24c58"
CONVERSATION_ID = "5b0f3d3e1c5f4a0f8f0b6c7e9d2a1b34"
ANSWER_ID = "0c8e0b5a7f6e4d0c9a51c3f27e8d9b60"

_SECTION = ["Form and governance", "Provider collaborative models"]
_TITLE = "Working together at scale: guidance on provider collaboratives"
_ANCHOR = "existing-legislation-and-three-models"
_URL = f"/documents/{DOCUMENT_ID}#{_ANCHOR}"
_QUOTE = "The three provider collaborative models are not mutually exclusive."

_DOCUMENT: dict[str, Any] = {
    "id": DOCUMENT_ID,
    "title": _TITLE,
    "publisher": "NHS England and NHS Improvement",
    "published": "2021-08-01",
    "published_precision": "month",
    "kind": "guidance",
    "law_as_of": "2021-08-01",
    "url": "https://www.england.nhs.uk/publication/integrated-care-systems-guidance/",
    "licence": "Crown copyright; no licence stated in the document",
    "summary": "National guidance on what trusts are expected to do in provider collaboratives.",
    "representation": "notes",
    "section_count": 1,
    "passage_count": 1,
}

CHAT_REQUEST: dict[str, Any] = {"question": "Can a provider collaborative combine two of the three models?"}
CHAT_FOLLOW_UP: dict[str, Any] = {
    "question": "And what should its board look at?",
    "history": [
        {"role": "user", "content": "What is a provider leadership board?"},
        {"role": "assistant", "content": "One of three models: chief executives or other directors of the trusts come together. [1]"},
    ],
    "filters": {"documents": [], "kinds": ["guidance", "toolkit"]},
    "answerer": "auto",
    "stream": False,
}
ANSWER: dict[str, Any] = {
    "id": ANSWER_ID,
    "conversation_id": CONVERSATION_ID,
    "status": "answered",
    "answer": f"{_QUOTE} [1]",
    "citations": [
        {
            "marker": 1,
            "document_id": DOCUMENT_ID,
            "title": _TITLE,
            "publisher": "NHS England and NHS Improvement",
            "published": "2021-08-01",
            "published_precision": "month",
            "kind": "guidance",
            "representation": "notes",
            "section": _SECTION,
            "page": None,
            "passage_id": PASSAGE_ID,
            "quote": _QUOTE,
            "url": _URL,
        }
    ],
    "notices": [{"code": "predates_2022_act", "message": "This rests on a text from before the Health and Care Act 2022."}],
    "suggestions": ["What is a provider leadership board?"],
    "confidence": 0.91,
    "answerer": "extractive",
    "reason": None,
    "standalone_question": None,
    "retrieved": [{"passage_id": PASSAGE_ID, "document_id": DOCUMENT_ID, "score": 0.94}],
    "timings_ms": {"retrieve": 6.1, "answer": 3.4, "total": 9.5},
    "corpus_version": "8d1f0c44a2b7",
    "prompt_version": None,
}
STREAM = (
    'event: status\ndata: {"status": "searching"}\n\n'
    f'event: delta\ndata: {{"text": "{_QUOTE} [1]"}}\n\n'
    'event: citation\ndata: {"marker": 1, …}\n\n'
    'event: done\ndata: {"id": "…", "status": "answered", …}\n\n'
)
SEARCH_REQUEST: dict[str, Any] = {"query": "three models of provider collaborative", "k": 5, "mode": "hybrid"}
PASSAGE_LIST: dict[str, Any] = {
    "passages": [
        {
            "passage_id": PASSAGE_ID,
            "document_id": DOCUMENT_ID,
            "title": _TITLE,
            "section": _SECTION,
            "page": None,
            "text": _QUOTE,
            "score": 0.94,
            "url": _URL,
        }
    ]
}
DOCUMENT_LIST: dict[str, Any] = {"corpus_version": "8d1f0c44a2b7", "documents": [_DOCUMENT]}
DOCUMENT: dict[str, Any] = _DOCUMENT | {
    "sections": [
        {
            "path": _SECTION,
            "heading": "Existing legislation and three models",
            "level": 2,
            "anchor": _ANCHOR,
            "text": _QUOTE,
            "passages": [PASSAGE_ID],
        }
    ]
}
PASSAGE: dict[str, Any] = {
    "passage_id": PASSAGE_ID,
    "document_id": DOCUMENT_ID,
    "title": _TITLE,
    "publisher": "NHS England and NHS Improvement",
    "published": "2021-08-01",
    "published_precision": "month",
    "kind": "guidance",
    "representation": "notes",
    "section": _SECTION,
    "heading": "Existing legislation and three models",
    "page": None,
    "text": _QUOTE,
    "url": _URL,
}
CONVERSATION: dict[str, Any] = {
    "id": CONVERSATION_ID,
    "created": "2026-11-21T09:30:00Z",
    "turns": [
        {"role": "user", "content": CHAT_REQUEST["question"]},
        {"role": "assistant", "content": ANSWER["answer"]},
    ],
}
EXPORTED: dict[str, Any] = {
    "person": "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592",
    "exported": "2026-11-22T09:00:00Z",
    "conversations": [{"id": ANSWER["conversation_id"], "created": "2026-11-22T08:59:00+00:00", "turns": []}],
    "answers": [],
    "feedback": [],
}
REMOVED: dict[str, Any] = {"conversations": 1, "answers": 2, "feedback": 1, "events": 0, "keys": 0, "asides": 0}
RECEIPT: dict[str, Any] = ANSWER | {
    "asked": CHAT_REQUEST["question"],
    "created": "2026-11-21T09:30:00Z",
    "question": CHAT_REQUEST["question"],
    "history": [],
    "filters": {"documents": [], "kinds": []},
    "wanted": "auto",
    "steps": [{"name": "retrieve", "ms": 6.1}, {"name": "answer", "ms": 3.4}, {"name": "verify", "ms": 0.2}],
    "passages": [
        {
            "passage_id": PASSAGE_ID,
            "document_id": DOCUMENT_ID,
            "sha256": "9f2b5a4e1d0c8b7a6f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0918",
            "score": 0.94,
            "cited": True,
        }
    ],
    "verification": [{"text": _QUOTE, "kept": True, "why": "verbatim", "passages": [PASSAGE_ID]}],
    "made_with": {"pc-assistant": "0.1.0", "embedder": "all-MiniLM-L6-v2"},
}
FEEDBACK_REQUEST: dict[str, Any] = {
    "answer_id": ANSWER_ID,
    "rating": "down",
    "comment": "The toolkit says more.",
    "reasons": ["incomplete"],
}
FEEDBACK: dict[str, Any] = FEEDBACK_REQUEST
ALIVE: dict[str, Any] = {"status": "ok"}
READY: dict[str, Any] = {"status": "ready", "checks": ["index", "model", "disk", "database"]}
METRICS = 'pc_answers_total{channel="api",reason="none",status="answered"} 41.0\npc_index_chunks 512.0\n'
OPERATIONS: dict[str, Any] = {
    "since": "2026-11-01",
    "outcomes": [{"day": "2026-11-21", "answered": 31, "partial": 4, "refused": 6, "reasons": {"not_covered": 5, "greeting": 1}}],
    "themes": [{"words": ["salary", "chair"], "number": 3, "questions": ["What is the salary of a chair?"]}],
    "documents": [{"document_id": "event-2023-provider-collaboratives", "title": "Event slides", "state": "cited", "answers": 0}],
    "feedback": [
        {
            "created": "2026-11-21T09:30:00Z",
            "rating": "down",
            "reasons": ["incomplete"],
            "comment": "",
            "answer_id": "0f8fad5bd9cb469fa16570867728950e",
            "question": "Who chairs the board?",
            "status": "answered",
            "answer": "The board is chaired by one of the members. [1]",
        }
    ],
    "index": {"version": "c02fcf1dab02", "published": "2026-11-20T08:00:00Z", "chunks": 512, "pending": []},
    "evaluations": [
        {
            "name": "test",
            "started": "2026-11-20T07:22:35Z",
            "on_this_corpus": True,
            "metrics": [{"name": "complete", "n": 355, "mean": 0.73, "low": 0.68, "high": 0.77}],
        }
    ],
    "spending": [{"day": "2026-11-21", "tokens_in": 41000, "tokens_out": 5200, "cost": 0.03}],
    "truncated": False,
}

UPLOADED: dict[str, Any] = {
    "corpus_version": "9d0c4a7be1d2",
    "documents": [
        {"document_id": "moorings-policy", "change": "added", "passages": 12, "reason": ""},
        {"document_id": "scan", "change": "failed", "passages": 0, "reason": "scan.pdf holds no text: it needs OCR."},
    ],
}
