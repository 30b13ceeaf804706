"""Bad feedback becomes draft cases: what went wrong once is asked for ever after."""

import hashlib
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Turn


class FeedbackLine(BaseModel):
    """One line of a feedback export: the question, the answer as given, and what a person said of it. Other fields are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    history: tuple[Turn, ...] = ()
    answer: Answer
    rating: Literal["up", "down"]
    comment: str = ""
    reasons: tuple[str, ...] = ()


def drafts(feedback: Iterable[FeedbackLine]) -> list[dict[str, Any]]:
    """A draft for each question that was rated down, once, in order of first appearance.

    A draft is not a case yet: `key_facts` is empty, so loading it fails until a person has read the sources and written what a right answer
    states (or set `expect` to "refuse").
    """
    found: dict[str, dict[str, Any]] = {}
    for line in feedback:
        if line.rating == "down":
            draft = _draft(line)
            found.setdefault(draft["id"], draft)
    return list(found.values())


def _draft(line: FeedbackLine) -> dict[str, Any]:
    asked = "\n".join([*(turn.content for turn in line.history), " ".join(line.question.split())]).casefold()
    cited = dict.fromkeys((citation.document_id, " > ".join(citation.section)) for citation in line.answer.citations)
    said = "; ".join([*line.reasons, *([line.comment] if line.comment else [])]) or "no comment"
    return {
        "id": f"feedback-{hashlib.sha256(asked.encode()).hexdigest()[:10]}",
        "category": "feedback",
        "question": line.question,
        "history": [turn.model_dump() for turn in line.history],
        "expect": "answer",
        "key_facts": [],
        "min_facts": None,
        "sources": [{"doc": doc, "section": section} for doc, section in cited if section],
        "note": f"DRAFT, rated down ({said}). It was {line.answer.status}: {line.answer.answer}",
    }
