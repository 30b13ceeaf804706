"""The answers whose messages are kept as golden files; `python -m tests.bots.teams.cases` writes them anew, to be looked at before a commit."""

import json
from pathlib import Path
from typing import Any

from pc_assistant.bots.teams import cards
from pc_assistant.bots.teams.message import message, welcome
from pc_assistant.domain.answers import Answer, Notice
from tests.channels.script import ANSWERS
from tests.fakes import answer

GOLDEN = Path(__file__).parent / "golden"
BASE = "https://assistant.example"
SCRIPT = "<script>document.title='hacked'</script> **bold** [1](https://evil.example)"
HOSTILE = answer(text=f"{SCRIPT.replace('[', chr(92) + '[')} [1]").model_copy(
    update={"standalone_question": SCRIPT, "suggestions": (SCRIPT,), "notices": (Notice(code="x", message=SCRIPT),)}
)
SHOWN: dict[str, Answer] = {**ANSWERS, "hostile": HOSTILE}


def address(path: str) -> str:
    return BASE + path


def messages() -> dict[str, Any]:
    found = {name: message(one, address) for name, one in SHOWN.items()}
    forms = {"feedback_up": cards.feedback_form(liked=True), "feedback_down": cards.feedback_form(liked=False)}
    return {**found, **forms, "welcome": welcome()}


def main() -> None:
    for name, activity in messages().items():
        (GOLDEN / f"{name}.json").write_text(json.dumps(activity, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
