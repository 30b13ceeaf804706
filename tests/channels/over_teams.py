"""Microsoft Teams as a channel, through the stand-in."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pc_assistant.bots.teams.standin.connector import parts
from pc_assistant.bots.teams.standin.organisation import ALEX, CHANNEL, PEOPLE, Said
from pc_assistant.channels import words as fixed
from pc_assistant.domain.ports import Assistant, Library
from tests.bots.teams.service import PUBLIC, serving
from tests.channels.told import Told, words

TITLES = {fixed.NOTICE, *fixed.NOTICES.values()}
LABEL = re.compile(r"(?:^- |; )([^:;]+?): ")


@contextmanager
def channel(folder: Path, assistant: Assistant, library: Library) -> Iterator[Any]:
    """Mentions in a thread of a channel."""
    with serving(folder, assistant, library=library) as service:

        def ask(*questions: str) -> list[Told]:
            told, thread = [], ""
            for question in questions:
                said = service.people.say(ALEX, f"@Collaboratives {question}", CHANNEL, thread)
                thread = thread or said.id
                told.append(_told(service.replies(len(told) + 1, said.conversation)[-1]))
            return told

        yield ask


@contextmanager
def personal(folder: Path, assistant: Assistant, library: Library) -> Iterator[Any]:
    """A personal chat, where answers are streamed; each conversation is another person's, since a chat is one for a day."""
    with serving(folder, assistant, library=library) as service:
        numbers = iter(range(100))

        def ask(*questions: str) -> list[Told]:
            person = _somebody(next(numbers))
            told: list[Told] = []
            for question in questions:
                service.people.say(person, question)
                told.append(_told(service.replies(len(told) + 1, person.chat)[-1]))
            return told

        yield ask


def _somebody(number: int) -> Any:
    return type(PEOPLE["sam"])(f"person-{number}", f"Person {number}", f"44444444-4444-4444-8444-{number:012}")


def _told(said: Said) -> Told:
    status, *rest = said.text.split("\n\n")
    notices = [part for part in rest if part.startswith("**") and part[2:].partition(".**")[0] in TITLES]
    shown = [part for part in rest if part not in notices and not part.startswith(f"*{fixed.UNDERSTOOD_AS}:*")]
    claims = [claim for entity in said.activity["entities"] for claim in entity.get("citation", ())]
    sources = tuple(claim["appearance"]["url"].removeprefix(PUBLIC) for claim in claims)
    links = [part["url"] for part in parts((said.card or {}).get("body")) if part["type"] == "Action.OpenUrl"]
    assert [link.removeprefix(PUBLIC) for link in links] == list(sources)
    return Told(
        label=status.strip("*").partition(".")[0],
        text=words("\n".join(_read(part) for part in shown)),
        sources=sources,
        notices=tuple(words(_plain(notice.partition(".** ")[2])) for notice in notices),
    )


def _read(part: str) -> str:
    """A part of a message; where a list was a table, its columns' names stand once, above its rows."""
    lines = _plain(part).split("\n")
    labels = [label for label in LABEL.findall(lines[0]) if all(f"{label}: " in line for line in lines)]
    if len(labels) < 2:
        return "\n".join(lines)
    named = re.compile("|".join(rf"(?:; )?{re.escape(label)}: " for label in labels))
    return "\n".join([" ".join(labels), *(named.sub(" ", line) for line in lines)])


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"\\(.)", r"\1", text))
