"""A small library and answers from it, one for each way in which the page can look; all citations are made as the service makes them."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import date

from pc_assistant.answering.citing import render
from pc_assistant.answering.draft import Draft, Line, Support
from pc_assistant.domain.answers import Answer, Notice
from pc_assistant.domain.conversations import Question
from pc_assistant.domain.documents import Block, Chunk, Document, Section
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.holdings import HeldText
from pc_assistant.knowledge.chunking import chunk
from tests.fakes import FakeAssistant

GUIDE = Document(
    id="ferry-guide",
    title="Working together on the water: guidance for ferries",
    publisher="The Harbour Board",
    published=date(2021, 8, 1),
    kind="guidance",
    law_as_of=date(2021, 8, 1),
    url="https://harbour.example/guide",
    licence="Crown copyright",
    summary="What harbours are expected to do.",
)
STORIES = Document(
    id="lighthouse",
    title="Lighthouses of the coast",
    publisher="Keepers’ Union",
    published=date(2021, 6, 1),
    published_precision="year",
    kind="case_studies",
)
SLIDES = Document(
    id="event", title="The harbour event", publisher="Speakers", published=date(2023, 12, 5), kind="event", representation="original"
)
GUIDE_SECTIONS = (
    Section(
        path=("Sailings", "Mornings"),
        heading="Mornings",
        level=1,
        anchor="mornings",
        blocks=(
            Block(kind="paragraph", lines=("The ferry sails at nine in the morning.", "It waits for nobody.")),
            Block(kind="list", lead="Passengers should bring:", lines=("a ticket for the day", "a coat, even in summer")),
        ),
    ),
    Section(
        path=("Sailings", "Evenings"),
        heading="Evenings",
        level=2,
        anchor="evenings",
        blocks=(
            Block(
                kind="table",
                lead="Day | Evening sailings | Vessel | Remarks",
                lines=("Monday | 4 | Seagull | extraordinarily-long-unbroken-remark-on-the-vessel", "Tuesday | 5 | Puffin | none"),
            ),
        ),
    ),
)
STORIES_SECTIONS = (
    Section(
        path=("The keeper of Lundy",),
        heading="The keeper of Lundy",
        level=1,
        anchor="the-keeper-of-lundy",
        blocks=(Block(kind="paragraph", lines=("The keeper trims the lamp twice a night.", "The lamp is seen from 17 miles away.")),),
    ),
)
SLIDES_SECTIONS = (
    Section(
        path=("Sailing times",),
        heading="Sailing times",
        level=1,
        anchor="sailing-times",
        blocks=(Block(kind="paragraph", lines=("Since October the ferry has sailed at ten.",), page=3),),
    ),
)
SCRIPT = "<script>document.title='hacked'</script><img src=x onerror=alert(1)>"


def held(document: Document, sections: tuple[Section, ...]) -> HeldText:
    chunks = chunk(document.id, document.title, sections, lambda words: len(words.split()), 60)
    return HeldText(document=document, root="corpus", digest="0", sections=sections, chunks=chunks)


HELD = tuple(held(*pair) for pair in ((GUIDE, GUIDE_SECTIONS), (STORIES, STORIES_SECTIONS), (SLIDES, SLIDES_SECTIONS)))


class HarbourLibrary:
    """Holds the three documents."""

    def version(self) -> str:
        return "harbour-1"

    def documents(self) -> list[HeldText]:
        return list(HELD)

    def document(self, document_id: str) -> HeldText:
        for text in HELD:
            if text.document.id == document_id:
                return text
        raise NotFound("There is no document with this id.")

    def passage(self, passage_id: str) -> Chunk:
        for text in HELD:
            for passage in text.chunks:
                if passage.id == passage_id:
                    return passage
        raise NotFound("There is no passage with this id.")


def line(words: str, group: int = 0) -> Line:
    """The line that states the unit with these words."""
    for text in HELD:
        for passage in text.chunks:
            for unit, quote in passage.quotes():
                if quote == words:
                    support = Support(chunk=passage, document=text.document, unit=unit)
                    return Line(text=words, kind=unit.kind, supports=(support,), group=group)
    raise LookupError(words)


def said(number: int, lines: Sequence[Line], **more: object) -> Answer:
    """An answer of these lines."""
    text, citations = render(Draft(lines=tuple(lines)))
    given = {"id": f"answer-{number}", "status": "answered", "answer": text, "citations": citations, "corpus_version": "harbour-1"}
    return Answer.model_validate({**given, "timings_ms": {"total": 12.0}, **more})


NINE = line("The ferry sails at nine in the morning.")
LISTED = [line(words, 1) for words in ("Passengers should bring:", "a ticket for the day", "a coat, even in summer")]
LAMP = line("The keeper trims the lamp twice a night.", 2)
TABLE = [
    line(words, 3)
    for words in (
        "Day | Evening sailings | Vessel | Remarks",
        "Monday | 4 | Seagull | extraordinarily-long-unbroken-remark-on-the-vessel",
        "Tuesday | 5 | Puffin | none",
    )
]
TEN = line("Since October the ferry has sailed at ten.", 4)
MISSING = Line(text="The documents that I hold do not say anything about fares.", kind="fixed", group=9)
NEAR = [{"passage_id": passage.id, "document_id": GUIDE.id, "score": 0.4} for passage in HELD[0].chunks]
SUGGESTIONS = ("Who trims the lamp?", "What do passengers bring?")


class Harbour(FakeAssistant):
    """Answers by a word of the question. While `gate` is closed, a question that says `slow` waits."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        asked, number = question.text.lower(), len(self.asked)
        if "slow" in asked:
            await asyncio.to_thread(self.gate.wait)
        follows = f"{question.text} (the ferry)" if question.history else None
        if "broken" in asked:
            raise RuntimeError("insides")
        if "fare" in asked:
            return said(number, [NINE, MISSING], status="partial", standalone_question=follows)
        if "dose" in asked:
            text = "I cannot help with clinical matters. Please ask a clinician."
            return said(number, [], status="refused", reason="personal_matter", answer=text)
        if "parrot" in asked:
            text = "The documents that I hold do not answer this. The nearest sections are about: Mornings; Evenings."
            return said(number, [], status="refused", reason="not_covered", answer=text, suggestions=SUGGESTIONS, retrieved=NEAR)
        if "script" in asked:
            return said(number, [NINE], standalone_question=SCRIPT, suggestions=(SCRIPT,), notices=(Notice(code="x", message=SCRIPT),))
        if "law" in asked:
            notices = (
                Notice(code="predates_2022_act", message="Written before the powers of the Act came into force."),
                Notice(code="position_changed", message="The ferry sails at ten now."),
            )
            return said(number, [NINE, TEN], notices=notices, standalone_question=follows)
        return said(number, [NINE, *LISTED, LAMP, *TABLE, TEN], suggestions=SUGGESTIONS, standalone_question=follows)
