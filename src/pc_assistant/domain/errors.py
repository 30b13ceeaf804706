"""The errors of pc-assistant; each says in one sentence what is wrong and what to do.

PcAssistantError
├── UsageError            the caller asked for something that cannot be (exit status 2)
├── SetupError            something that must be prepared is not (exit status 1)
│   ├── ModelMissing      the embedding model is not installed or not exported
│   ├── IndexMissing      there is no index in the data directory
│   └── IndexMismatch     the index was built with another model or chunker, or is damaged
├── Busy                  another process holds the lock, or too much is asked at once
├── TooOften              the one who asks has asked too often for now
├── TooSlow               an answer took longer than it may
├── NotSignedIn           it is not known who asks
├── NotAllowed            the one who asks may not do this
├── LanguageModelFailed   a language model gave no reply that can be used; the extractive answer stands in
├── DocumentUnreadable    one file cannot be read; the others go on
├── Undelivered           a chat platform did not take a message
├── ServiceFault          a service at a URL failed, cannot be reached, or does not keep the contract
└── NotFound              no document, passage, conversation or answer has this id
"""

from collections.abc import Callable, Mapping
from typing import Any


class PcAssistantError(Exception):
    """Any error that is ours to explain. `problem` is the problem document (RFC 9457) where a service told of it by one."""

    problem: Mapping[str, Any] | None = None


class UsageError(PcAssistantError):
    """The caller asked for something that cannot be."""


class SetupError(PcAssistantError):
    """Something that must be prepared is not."""


class ModelMissing(SetupError):
    """The embedding model is not installed or not exported."""


class IndexMissing(SetupError):
    """There is no index in the data directory."""


class IndexMismatch(SetupError):
    """The index was built with another model or chunker, or is damaged."""


class Busy(PcAssistantError):
    """Another process holds the lock, or too much is asked at once: try again."""


class TooOften(PcAssistantError):
    """The one who asks has asked too often; after `seconds` they may again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class TooSlow(PcAssistantError):
    """An answer took longer than it may."""


class NotSignedIn(PcAssistantError):
    """It is not known who asks."""


class NotAllowed(PcAssistantError):
    """The one who asks is known, and may not do this."""


class LanguageModelFailed(PcAssistantError):
    """A language model gave no reply that can be used; the extractive answer stands in. Its message is a clause, without keys or questions."""


class DocumentUnreadable(PcAssistantError):
    """One file cannot be read; the others go on."""


class Undelivered(PcAssistantError):
    """A chat platform did not take a message."""


class ServiceFault(PcAssistantError):
    """A service at a URL failed, cannot be reached, or does not keep the contract."""


class NotFound(PcAssistantError):
    """No document, passage, conversation or answer has this id."""


def fault_of(check: Callable[[], object]) -> str | None:
    """One sentence on what is wrong with what a check looks at; None where it raises nothing of ours."""
    try:
        check()
    except PcAssistantError as error:
        return str(error)
    return None
