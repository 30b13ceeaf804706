"""Fakes that keep the ports: an assistant with a queue of replies and a record of what it was asked, and a library of one document."""

from collections import deque
from datetime import date

from pc_assistant.domain.answers import Answer, Citation
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Block, Chunk, Document, Passage, Section, Unit
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.holdings import HeldText
from pc_assistant.domain.ports import SearchMode

WORDS = "The ferry sails at nine."
DOCUMENT = Document(id="ferry-guide", title="Ferry guide", publisher="The harbour", published=date(2024, 2, 1), kind="guidance")
SECTION = Section(
    path=("Sailings", "Mornings"),
    heading="Mornings",
    level=2,
    anchor="mornings",
    blocks=(
        Block(kind="paragraph", lines=(WORDS, "It carries twelve cars.")),
        Block(kind="list", lead="Bring:", lines=("a ticket", "a coat")),
        Block(kind="list", lines=("queue", "board"), ordered=True),
        Block(kind="table", lead="Day | Sailings", lines=("Monday | 4",)),
    ),
)
CHUNK = Chunk(
    id="0123456789abcdef",
    document_id=DOCUMENT.id,
    ordinal=0,
    section=SECTION.path,
    heading=SECTION.heading,
    anchor=SECTION.anchor,
    text=WORDS,
    units=(Unit(kind="sentence", start=0, end=len(WORDS), block=0),),
)
HELD = HeldText(document=DOCUMENT, root="corpus", digest="0", sections=(SECTION,), chunks=(CHUNK,))
CITATION = Citation(
    marker=1,
    document_id=DOCUMENT.id,
    title=DOCUMENT.title,
    publisher=DOCUMENT.publisher,
    published=DOCUMENT.published,
    kind=DOCUMENT.kind,
    representation=DOCUMENT.representation,
    section=CHUNK.section,
    passage_id=CHUNK.id,
    quote=WORDS,
    url=f"/documents/{DOCUMENT.id}#{CHUNK.anchor}",
)


def answer(number: int = 1, text: str = f"{WORDS} [1]") -> Answer:
    """An answer with one citation."""
    return Answer(id=f"answer-{number}", status="answered", answer=text, citations=(CITATION,), confidence=0.5, corpus_version="1")


class FakeAssistant:
    """Gives the replies enqueued, then answers that are all alike but for their id; an enqueued error is raised."""

    def __init__(self) -> None:
        self.replies: deque[Answer | Exception] = deque()
        self.asked: list[Question] = []
        self.searched: list[tuple[str, int, SearchMode, Filters]] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        reply = self.replies.popleft() if self.replies else answer(len(self.asked))
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        self.searched.append((query, k, mode, filters))
        return [Passage(chunk=CHUNK, document=DOCUMENT, score=0.75, rank=1)][:k]


class FakeLibrary:
    """Holds one document."""

    def __init__(self, held: HeldText = HELD) -> None:
        self._held = held

    def version(self) -> str:
        return "1"

    def documents(self) -> list[HeldText]:
        return [self._held]

    def document(self, document_id: str) -> HeldText:
        if document_id != self._held.document.id:
            raise NotFound("There is no document with this id.")
        return self._held

    def passage(self, passage_id: str) -> Chunk:
        for chunk in self._held.chunks:
            if chunk.id == passage_id:
                return chunk
        raise NotFound("There is no passage with this id.")
