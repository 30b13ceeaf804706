"""An answer as a Slack message; pure, and within Slack's limits whatever the answer is.

The limits (50 blocks a message, 3,000 characters a text, 10 elements a context) hold by construction: text is packed, lists are counted.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pc_assistant.answering import citing
from pc_assistant.bots.slack.mrkdwn import escape, fit, link, packed, pieces
from pc_assistant.channels import words
from pc_assistant.channels.blocks import BAR, Block, Runs
from pc_assistant.channels.presenting import Presented, in_context, plain_text, present
from pc_assistant.domain.answers import Answer, Citation

Address = Callable[[str], str]
Json = dict[str, Any]

TEXT = 3000
FALLBACK = 4000  # Slack's advice for the text beside blocks
BODY_TEXTS = 4
NOTICES = 10
NOTICE_TITLE = 200
SHOWN_SOURCES = 3
SHOWN_SUGGESTIONS = 4
REFERENCE = 600
SUGGESTION = 200
MARKDOWN = 12_000  # the most that a streamed message takes

HELPFUL, NOT_HELPFUL, SOURCES = "pc_helpful", "pc_not_helpful", "pc_sources"
TOO_LONG = "This answer is longer than a message can be."


@dataclass(frozen=True)
class Message:
    """What is posted: blocks for the eye, and the same as text for notifications, screen readers and whatever shows no blocks."""

    text: str
    blocks: tuple[Json, ...] = ()


def message(answer: Answer, address: Address) -> Message:
    """The whole answer. `address` makes a path of the service an address that people reach."""
    presented = present(answer)
    return Message(text_of(presented), (*_opening(presented), *_body(presented, answer, address), *closing(answer, address)))


def closing(answer: Answer, address: Address) -> tuple[Json, ...]:
    """What stands beneath the words of an answer: notices, the first sources, what else to ask, and the buttons."""
    presented = present(answer)
    return (
        *_notices(presented),
        *_sources(presented, address),
        *_suggestions(presented),
        _buttons(presented, answer.id),
        context(words.STANDING),
    )


def streamed(answer: Answer) -> Iterator[str]:
    """The words of an answer as Markdown, piece by piece, for a message that grows; `closing` ends it."""
    presented = present(answer)
    yield f"**{presented.label}.** {presented.lead}".strip() + "\n\n"
    if presented.understood_as:
        yield f"{words.UNDERSTOOD_AS}: {citing.escape(presented.understood_as)}\n\n"
    yield from answer.answer.splitlines(keepends=True)


def said(text: str) -> Message:
    """A sentence of the service itself."""
    return Message(fit(text, FALLBACK), (section(fit(text, TEXT)),))


def text_of(presented: Presented) -> str:
    """The text equivalent of an answer, cut where it would be longer than Slack advises."""
    return fit(plain_text(presented), FALLBACK)


def section(text: str) -> Json:
    """A section of markup of at most 3,000 characters."""
    return {"type": "section", "text": mrkdwn(text)}


def context(*texts: str) -> Json:
    """Small print: at most ten texts."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def mrkdwn(text: str) -> Json:
    """A text object in which Slack looks for no names or addresses of its own accord."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str) -> Json:
    """A text object without markup."""
    return {"type": "plain_text", "text": text, "emoji": False}


def button(action: str, text: str, value: str, spoken: str) -> Json:
    """A button; `spoken` is what a screen reader says instead of its text."""
    return {"type": "button", "action_id": action, "text": plain(text), "value": value, "accessibility_label": spoken}


def source(citation: Citation, address: Address) -> str:
    """One source in a line: its marker, which opens the reader at the passage, and its reference in full."""
    return f"{link(address(in_context(citation)), f'[{citation.marker}]')} {fit(words.reference(citation), REFERENCE)}"


def _opening(presented: Presented) -> Iterator[Json]:
    yield section(f"*{escape(presented.label)}.* {escape(presented.lead)}".strip())
    if presented.understood_as:
        yield context(fit(f"{words.UNDERSTOOD_AS}: {presented.understood_as}", TEXT))


def _body(presented: Presented, answer: Answer, address: Address) -> Iterator[Json]:
    opened = {citation.marker: address(in_context(citation)) for citation in presented.citations}
    texts = packed(_lines(presented.blocks, opened), TEXT)
    yield from map(section, texts[:BODY_TEXTS])
    if len(texts) > BODY_TEXTS:
        yield section(f"{TOO_LONG} {link(address(f'/answers/{answer.id}.txt'), 'Read the whole answer')}.")


def _lines(blocks: Iterable[Block], opened: dict[int, str]) -> Iterator[list[str]]:
    """The lines of blocks in pieces, an empty one between two blocks."""
    for number, block in enumerate(blocks):
        if number:
            yield []
        if block.kind == "table":
            if block.header:
                yield _row(block.header, opened)
            for row in block.rows:
                yield ["• ", *_row(row, opened)]
        else:
            for item in block.items:
                yield ["• "] * (block.kind == "list") + _pieces(item, opened)


def _row(cells: tuple[Runs, ...], opened: dict[int, str]) -> list[str]:
    return [piece for number, cell in enumerate(cells) for piece in ([BAR] * bool(number) + _pieces(cell, opened))]


def _pieces(runs: Runs, opened: dict[int, str]) -> list[str]:
    found: list[str] = []
    for run in runs:
        if run.marker is not None:
            found.append(" " + link(opened[run.marker], f"[{run.marker}]"))
        else:
            found += pieces(run.text)
    return found


def _notices(presented: Presented) -> Iterator[Json]:
    for title, text in presented.notices[:NOTICES]:
        yield section(f"*{escape(words.NOTICE)}: {fit(title, NOTICE_TITLE)}.* {fit(text, TEXT - NOTICE_TITLE - 100)}")


def _sources(presented: Presented, address: Address) -> Iterator[Json]:
    if presented.citations:
        yield section(f"*{words.SOURCES}*")
        yield context(*(source(citation, address) for citation in presented.citations[:SHOWN_SOURCES]))


def _suggestions(presented: Presented) -> Iterator[Json]:
    if presented.suggestions:
        lines = [f"• {fit(suggestion, SUGGESTION)}" for suggestion in presented.suggestions[:SHOWN_SUGGESTIONS]]
        yield section("\n".join([f"*{words.ASK_NEXT}*", *lines]))


def _buttons(presented: Presented, answer_id: str) -> Json:
    buttons = [
        button(HELPFUL, "Helpful", answer_id, "This answer is helpful"),
        button(NOT_HELPFUL, "Not helpful", answer_id, "This answer is not helpful: say why"),
    ]
    if presented.citations:
        more = len(presented.citations) > SHOWN_SOURCES
        text = f"Show more sources ({len(presented.citations)})" if more else "Show quotes"
        buttons.append(button(SOURCES, text, answer_id, "Show all sources of this answer with their quotes"))
    return {"type": "actions", "elements": buttons}
