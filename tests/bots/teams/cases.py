"""The answers whose messages are kept as golden files; `python -m tests.bots.teams.cases` writes them anew, to be looked at before a commit."""

import asyncio
import json
from pathlib import Path
from typing import Any

from pc_assistant.bots.teams import cards
from pc_assistant.bots.teams.message import message, welcome
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Question, Turn
from tests.browser.harbour import Harbour

GOLDEN = Path(__file__).parent / "golden"
BASE = "https://assistant.example"
ASKED = {
    "answered": "When does the ferry sail?",
    "partial": "What is the fare of the ferry?",
    "refused": "Which dose does the keeper take?",
    "not_covered": "Who owns the parrot?",
    "notices": "What does the law say of ferries?",
    "hostile": "What does the script say?",
}


def address(path: str) -> str:
    return BASE + path


def harbour(name: str) -> Answer:
    history = (Turn(role="user", content="Hello"),) if name == "notices" else ()
    return asyncio.run(Harbour().ask(Question(text=ASKED[name], history=history))).model_copy(update={"id": f"answer-{name}"})


def messages() -> dict[str, Any]:
    found = {name: message(harbour(name), address) for name in ASKED}
    return {**found, "welcome": welcome(), "feedback_down": cards.feedback_form(liked=False)}


def main() -> None:
    for name, activity in messages().items():
        (GOLDEN / f"{name}.json").write_text(json.dumps(activity, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
