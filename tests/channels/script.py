"""An assistant that gives answers once given by the real one, by question, and the library that they cite."""

import json
from itertools import count
from pathlib import Path

from pc_assistant.domain.answers import Answer, Citation
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Chunk, Document, Passage, Unit
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.holdings import HeldText
from pc_assistant.domain.ports import SearchMode

ANSWERS = {
    path.stem: Answer.model_validate(json.loads(path.read_text(encoding="utf-8"))) for path in Path(__file__).parent.glob("answers/*.json")
}
QUESTIONS = {
    "answered": "What are the three models of provider collaborative?",
    "follow_up": "Which of them suits many providers?",
    "table": "Compare the three models in a table",
    "partial": "What are the three models of provider collaborative, and what does each cost?",
    "refused": "How is the South London Partnership governed, and what does it pay its chief executive?",
    "out_of_scope": "What is the capital of France?",
    "personal_data": "I am jane.roe@example.org: who is accountable for decisions taken by a provider collaborative?",
}


class ScriptedAssistant:
    """Knows the questions above word for word, and the follow-up only where it follows: what else is asked is refused."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        name = next((name for name, text in QUESTIONS.items() if text == question.text), "refused")
        if name == "follow_up" and [turn.content for turn in question.history[-2:]] != [QUESTIONS["answered"], ANSWERS["answered"].answer]:
            name = "refused"
        return ANSWERS[name].model_copy(update={"id": f"{name}-{next(self._numbers)}"})

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        return []


class CitedLibrary:
    """Holds what the answers cite."""

    def __init__(self) -> None:
        self._citations = [citation for answer in ANSWERS.values() for citation in answer.citations]

    def version(self) -> str:
        return "1"

    def documents(self) -> list[HeldText]:
        return [self.document(name) for name in dict.fromkeys(citation.document_id for citation in self._citations)]

    def document(self, document_id: str) -> HeldText:
        cited = self._first(document_id, "document_id")
        document = Document(id=cited.document_id, title=cited.title, publisher=cited.publisher, published=cited.published, kind=cited.kind)
        return HeldText(document=document, root="corpus", digest="0", sections=(), chunks=())

    def passage(self, passage_id: str) -> Chunk:
        cited = self._first(passage_id, "passage_id")
        return Chunk(
            id=passage_id,
            document_id=cited.document_id,
            ordinal=0,
            section=cited.section,
            heading=cited.section[-1],
            anchor=cited.url.partition("#")[2],
            text=cited.quote,
            units=(Unit(kind="sentence", start=0, end=len(cited.quote), block=0),),
        )

    def _first(self, value: str, field: str) -> Citation:
        for citation in self._citations:
            if getattr(citation, field) == value:
                return citation
        raise NotFound("There is nothing with this id.")
