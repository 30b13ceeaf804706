"""`pc-assistant feedback export`: from the database of the service to lines that `eval promote` reads."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.domain.conversations import Feedback
from tests.conftest import CommandLine
from tests.fakes import answer

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def keep(database: Path) -> None:
    store = open_conversations(database)
    await store.save_answer("When does the ferry sail?", answer())
    await store.save_feedback(Feedback(answer_id="answer-1", rating="down", comment="At ten – “late”.", reasons=("wrong",)), NOON)
    await store.close()


def test_feedback_is_exported_to_a_file_or_printed(pc: CommandLine) -> None:
    nothing = pc("feedback", "export")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    pc.data.mkdir()
    asyncio.run(keep(pc.data / "conversations.sqlite3"))
    printed = pc("feedback", "export")
    assert printed.returncode == 0, printed.stderr
    line = json.loads(printed.stdout)
    assert (line["question"], line["rating"], line["comment"]) == ("When does the ferry sail?", "down", "At ten – “late”.")
    written = pc("feedback", "export", "feedback.jsonl")
    assert "1 line of feedback in feedback.jsonl." in written.stderr
    assert (pc.folder / "feedback.jsonl").read_text(encoding="utf-8") == printed.stdout
    refused = pc("feedback", "export", "nowhere/feedback.jsonl")
    assert (refused.returncode, refused.stderr) == (2, "nowhere/feedback.jsonl cannot be written: No such file or directory.\n")
