"""The outside as the core sees it: small protocols, kept by adapters and by fakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Conversation, Feedback, Filters, KeptAnswer, KeptFeedback, Question, Turn
from pc_assistant.domain.documents import Chunk, Passage, Section
from pc_assistant.domain.receipts import Receipt
from pc_assistant.domain.retention import Exported, Removed
from pc_assistant.domain.writing import WritingRequest

if TYPE_CHECKING:  # holdings need Vectors from here
    from pc_assistant.domain.holdings import HeldText, PrintedFile

Vectors = NDArray[np.float32]
SearchMode = Literal["hybrid", "dense", "lexical"]
Show = Callable[[str], None]  # is handed each sentence of an answer as it passes
Speak = Callable[[Question, Show], Awaitable[Answer]]
Report = Callable[[str], None]


def unreported(sentence: str) -> None:
    """For those who do not ask what was left unread."""


class Embedder(Protocol):
    """Turns text into unit vectors."""

    @property
    def name(self) -> str:
        """Identifies model and precision; an index built under another name cannot be opened."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Word pieces that the model reads; what is longer is cut."""

    def count(self, text: str) -> int:
        """Word pieces of `text`, the two special ones included."""

    def knows(self, word: str) -> bool:
        """Whether the model reads a lower-case word as one piece, as it does with the common words of the language."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, shape (len(texts), dimension)."""


class VectorSearch(Protocol):
    """Finds the nearest of the chunk vectors that are kept."""

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """At most `k` ids with their cosine similarity, best first."""

    def count(self) -> int:
        """How many vectors are kept."""


class VectorStore(VectorSearch, Protocol):
    """Keeps chunk vectors under their ids, too."""

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Keeps the vectors; ids are new."""


class LanguageModel(Protocol):
    """Writes what it is asked to; whether that is true is for others to find out."""

    @property
    def name(self) -> str:
        """Provider and model, as in the settings."""

    def write(self, request: WritingRequest) -> Iterator[str]:
        """The reply in the pieces that it comes in. Raises LanguageModelFailed, before or between them."""


class Loader(Protocol):
    """Reads one file format into sections."""

    suffixes: tuple[str, ...]

    def load(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        """The sections of a file in reading order. Raises DocumentUnreadable.

        `outline` holds the heading paths known beforehand; `report` is told, in a sentence each, what of the file could not be read.
        """


class PageImage(NamedTuple):
    """A page as a PNG picture, its width and height in points, and how many pages there are."""

    png: bytes
    width: float
    height: float
    pages: int


class PrintedPages(Protocol):
    """Draws pages of PDFs."""

    async def draw(self, file: PrintedFile, number: int) -> PageImage:
        """A page, from 1. Raises NotFound where it cannot be shown."""


class Assistant(Protocol):
    """Answers questions: in process, or a service at a URL."""

    async def ask(self, question: Question) -> Answer:
        """One answer; a refusal is an answer."""

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        """At most `k` passages, best first."""


class Library(Protocol):
    """What is held: the documents and passages that can be cited now."""

    def version(self) -> str:
        """Changes whenever what is held changes."""

    def documents(self) -> list[HeldText]:
        """Every document, in the order of authority."""

    def document(self, document_id: str) -> HeldText:
        """Raises NotFound."""

    def passage(self, passage_id: str) -> Chunk:
        """Raises NotFound."""


class ConversationStore(Protocol):
    """Keeps conversations, answers and feedback."""

    def of(self, owner: str) -> ConversationStore:
        """The same store as one owner sees it: what it is given is theirs, and what is another's is not there."""

    def by(self, person: str) -> ConversationStore:
        """The same store; what it is given is this person's, and what is another's is there, too: for threads that several share."""

    async def create(self, conversation_id: str, created: datetime) -> None:
        """Begins an empty conversation."""

    async def read(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""

    async def append(self, conversation_id: str, turns: Sequence[Turn]) -> None:
        """Adds turns at the end, all or none. Raises NotFound."""

    async def forget(self, conversation_id: str) -> None:
        """Deletes the conversation with its turns and answers. Raises NotFound."""

    async def save_answer(self, question: str, answer: Answer) -> None:
        """Keeps an answer with its trace, so that feedback and receipts can refer to it."""

    async def save_exchange(self, question: str, answer: Answer, begun: datetime | None = None) -> None:
        """Keeps an answer and, where it has a conversation, both turns, all or nothing; with `begun` the conversation is new.

        Raises NotFound when it is not kept, UsageError where there is one with the id of a new one.
        """

    async def save_feedback(self, feedback: Feedback, created: datetime) -> None:
        """Keeps what a person said of an answer. Raises NotFound when there is no such answer."""

    async def read_answer(self, answer_id: str) -> KeptAnswer:
        """Raises NotFound."""

    async def read_receipt(self, answer_id: str) -> Receipt:
        """Raises NotFound."""

    async def read_answers(self, conversation_id: str) -> list[KeptAnswer]:
        """The answers of one conversation, oldest first. Raises NotFound."""

    async def read_feedback(self) -> list[KeptFeedback]:
        """All that was said of answers, oldest first."""


class People(Protocol):
    """What is kept of one person, wherever it is kept; `person` is what `ConversationStore.of` or `by` was told."""

    async def export(self, person: str, now: datetime) -> Exported:
        """All of it."""

    async def erase(self, person: str) -> Removed:
        """Deletes all of it; what was deleted."""


class SeenEvents(Protocol):
    """Remembers for a while what has come: events of chat platforms, which repeat what they think was lost, sign-ins, and ends of sessions."""

    async def first(self, event_id: str) -> bool:
        """Whether this id (of at most 200 characters) comes for the first time; it counts as seen from then on."""

    async def seen(self, event_id: str) -> bool:
        """Whether this id has come, and is kept still."""


class SentMessages(Protocol):
    """Remembers which message of a chat platform shows which answer, where the platform tells of the message alone."""

    async def remember(self, message_id: str, answer_id: str) -> None:
        """Keeps it as long as the answer; `message_id` has at most 200 characters and names a message of all platforms. Raises NotFound."""

    async def answer_of(self, message_id: str) -> str:
        """The id of the answer. Raises NotFound."""
