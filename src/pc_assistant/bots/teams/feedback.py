"""What Teams says of a press of the thumbs under a message, and of the form behind them."""

import json
from typing import Any

from pydantic_core import PydanticCustomError

from pc_assistant.channels import words
from pc_assistant.channels.cleaning import clean
from pc_assistant.domain.conversations import Feedback

LONGEST_COMMENT = 2000


def is_liked(value: Any) -> bool:
    """Which thumb was pressed, in the value of an invoke that asks for the form, or of one that brings it."""
    return _part(_part(value, "data") or value, "actionValue").get("reaction") == "like"


def read_feedback(value: Any, answer_id: str) -> Feedback:
    """What the value of an invoke says of an answer: in our form, or in the one that Teams has of its own."""
    given = _part(value, "actionValue")
    try:
        form = json.loads(given.get("feedback") or "{}")
    except (TypeError, ValueError, RecursionError):
        form = {}
    form = form if isinstance(form, dict) else {}
    reasons = str(form.get("reasons") or "").split(",")
    return Feedback(
        answer_id=answer_id,
        rating="up" if is_liked(value) else "down",
        comment=_comment(form.get("comment") or form.get("feedbackText")),
        reasons=tuple(reason for reason in words.REASONS if reason in reasons),
    )


def _comment(said: Any) -> str:
    try:
        return clean(said[:LONGEST_COMMENT], 0, LONGEST_COMMENT) if isinstance(said, str) else ""
    except PydanticCustomError:  # what cannot be read is no comment; the thumb counts all the same
        return ""


def _part(value: Any, name: str) -> dict[str, Any]:
    part = value.get(name) if isinstance(value, dict) else None
    return part if isinstance(part, dict) else {}
