"""Slack as a channel, through the stand-in."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pc_assistant.bots.slack.rendering import SOURCES
from pc_assistant.bots.slack.standin.workspace import ALEX, GENERAL, Said
from pc_assistant.channels import words as fixed
from pc_assistant.channels.blocks import block_text, of_answer
from pc_assistant.domain.ports import Assistant, Library
from tests.bots.slack.service import PUBLIC, Service, serving
from tests.channels.told import Told, words

LINK = re.compile(r"<([^|>]*)\|([^>]*)>")


@contextmanager
def mention(folder: Path, assistant: Assistant, library: Library) -> Iterator[Any]:
    """Mentions in the thread of a channel."""
    with serving(folder, assistant, library=library) as service:
        yield lambda *questions: _ask(service, GENERAL, [f"@assistant {question}" for question in questions])


@contextmanager
def direct(folder: Path, assistant: Assistant, library: Library) -> Iterator[Any]:
    """A thread of a direct message, where answers are streamed."""
    with serving(folder, assistant, library=library) as service:
        yield lambda *questions: _ask(service, service.standin.workspace.direct(ALEX), list(questions))


def _ask(service: Service, channel: str, messages: list[str]) -> list[Told]:
    told, thread = [], ""
    for message in messages:
        before = len(service.said())
        said = service.people.say(ALEX, channel, message, thread)
        thread = thread or said.ts
        told.append(_told(service, service.replies(before + 1)[-1]))
    return told


def _told(service: Service, said: Said) -> Told:
    sections = [block["text"]["text"] for block in said.blocks if block["type"] == "section"]
    notices = [_plain(text) for text in sections if text.startswith(f"*{fixed.NOTICE}: ")]
    if said.markdown:
        label, _, rest = said.markdown.partition("\n\n")
        rest = rest.partition("\n\n")[2] if rest.startswith(fixed.UNDERSTOOD_AS) else rest
        text = "\n".join(block_text(block) for block in of_answer(rest, range(100)))
    else:
        label, *sections = sections
        ends = next(number for number, text in enumerate([*sections, "*"]) if text.startswith("*"))
        text = _plain("\n".join(sections[:ends]))
    return Told(
        label=label.strip("*").partition(".")[0],
        text=words(text),
        sources=_sources(service, said),
        notices=tuple(words(notice.partition(".* ")[2]) for notice in notices),
    )


def _sources(service: Service, said: Said) -> tuple[str, ...]:
    """From the view that "Show more sources" opens; none where there is no such button."""
    buttons = [element for block in said.blocks if block["type"] == "actions" for element in block["elements"]]
    more = next((button for button in buttons if button["action_id"] == SOURCES), None)
    if more is None:
        return ()
    service.standin.workspace.modals.clear()
    service.people.click(ALEX, said, more)
    view = service.standin.workspace.wait(lambda: service.standin.workspace.modals.get(ALEX))
    texts = [block["text"]["text"] for block in view["blocks"]]
    return tuple(html.unescape(found[1]).removeprefix(PUBLIC) for text in texts if (found := LINK.match(text)))


def _plain(text: str) -> str:
    return html.unescape(LINK.sub(r"\2", text))
