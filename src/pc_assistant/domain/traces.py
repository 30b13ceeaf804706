"""Trace: how an answer came about, beyond what it says itself."""

from pc_assistant.domain.documents import Kind
from pc_assistant.domain.values import Value


class Check(Value):
    """What verification said of one line of a draft: whether it may be shown, why, and the passages that it cites."""

    text: str
    kept: bool
    why: str
    passages: tuple[str, ...] = ()


class Trace(Value):
    """Kept with an answer for its receipt, and never sent with it.

    `documents`, `kinds` and `wanted` are the filters and the answerer that were asked for; `steps` are those that ran, in order
    (`Answer.timings_ms` has their times); `hashes` has the SHA-256 of the text of every passage that was found or cited, by its id;
    `made_with` the versions of what made the answer; `fallback` says why a language model that was asked did not give the answer, or not
    the whole of it.
    """

    documents: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    wanted: str = "auto"
    steps: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    hashes: dict[str, str] = {}
    made_with: dict[str, str] = {}
    fallback: str | None = None
