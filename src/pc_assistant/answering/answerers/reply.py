"""The reply of a language model to the sentences that it holds, as they come."""

import json
import re
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pc_assistant.domain.errors import LanguageModelFailed

LONGEST = 50_000  # characters
LIST = re.compile(r'\{\s*"sentences"\s*:\s*\[')
_decoder = json.JSONDecoder()


class Cited(BaseModel):
    """What a sentence says it rests on."""

    model_config = ConfigDict(strict=True, frozen=True)

    marker: int
    quote: str = Field(min_length=1, max_length=2000)


class Sentence(BaseModel):
    """One sentence of a reply, with what it says it rests on."""

    model_config = ConfigDict(strict=True, frozen=True)

    text: str = Field(min_length=1, max_length=1000)
    citations: list[Cited] = Field(min_length=1, max_length=8)


def sentences(pieces: Iterable[str]) -> Iterator[Sentence | None]:
    """The sentences of a reply, each once it is whole; None for one that breaks the form.

    Raises LanguageModelFailed where the reply is no whole list: cut off, something else than was asked for, or far too long.
    """
    reply = ""
    place: int | None = None
    ended = False
    for piece in pieces:  # to the end, as the last of them tells what the reply has cost
        reply += piece
        if len(reply) > LONGEST:
            raise LanguageModelFailed("its reply is far too long")
        if place is None and (found := LIST.search(reply)):
            place = found.end()
        while place is not None and not ended:
            place, item, ended = _next(reply, place)
            if item is None:
                break
            yield _checked(item)
    if not ended:
        raise LanguageModelFailed("its reply broke off" if place is not None else "its reply is not what was asked for")


def _next(reply: str, place: int) -> tuple[int, object | None, bool]:
    """The place after the next item, the item (None where it has not come whole), and whether the list has ended."""
    while place < len(reply) and reply[place] in " \t\r\n,":
        place += 1
    if reply.startswith("]", place):
        return place, None, True
    if "}" not in reply[place:]:
        return place, None, False
    try:
        item, end = _decoder.raw_decode(reply, place)
    except (ValueError, RecursionError):
        return place, None, False
    return end, {} if item is None else item, False


def _checked(item: object) -> Sentence | None:
    try:
        return Sentence.model_validate(item)
    except ValidationError:
        return None
