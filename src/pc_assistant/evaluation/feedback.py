"""Feedback as JSON Lines, as `promote` reads it: what went wrong once can become a case."""

import json
from typing import TextIO

from pc_assistant.domain.ports import ConversationStore


async def export_feedback(store: ConversationStore, out: TextIO) -> int:
    """Writes a line each time that somebody said something of an answer, oldest first; returns how many.

    A line holds `question`, `history`, `answer` (whole, as it was given), `rating`, `comment`, `reasons` and `created`.
    """
    said = await store.read_feedback()
    for item in said:
        about = item.about.model_dump(mode="json")
        feedback = item.feedback.model_dump(mode="json", exclude={"answer_id"})
        out.write(json.dumps({**about, **feedback, "created": item.created.isoformat()}, ensure_ascii=False) + "\n")
    return len(said)
