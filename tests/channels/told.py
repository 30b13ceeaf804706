"""What a channel told a person, read back from what it showed, so that channels can be compared."""

import re
from dataclasses import dataclass
from typing import Any

from pc_assistant.channels.blocks import block_text
from pc_assistant.channels.presenting import in_context, present
from pc_assistant.domain.answers import Answer


@dataclass(frozen=True)
class Told:
    """One answer as it reached a person.

    `label` is the status in words, `text` the words with their markers as [1], `sources` the reader's path of each citation (None where a
    channel hands over less than that), `notices` their messages.
    """

    label: str
    text: str
    sources: tuple[str, ...]
    notices: tuple[str, ...]


def expected(answer: Answer) -> Told:
    """What every channel is to tell."""
    presented = present(answer)
    return Told(
        label=presented.label,
        text=words("\n".join(block_text(block) for block in presented.blocks)),
        sources=tuple(in_context(citation) for citation in presented.citations),
        notices=tuple(words(message) for _, message in presented.notices),
    )


def of_body(body: dict[str, Any]) -> Told:
    """What a body of `POST /v1/chat` tells: whoever shows it has what `present` needs."""
    return expected(Answer.model_validate(body))


def words(text: str) -> str:
    """Words and markers alone: bullets, bars between cells and white space differ from channel to channel."""
    text = re.sub(r"^\s*[-•]\s", " ", text, flags=re.M).replace(" | ", " ").replace("\xa0", " ")
    return " ".join(re.sub(r"\s*(\[\d+\])", r" \1", text).split())
