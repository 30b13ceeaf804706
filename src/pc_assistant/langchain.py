"""A LangChain retriever and tool over a served pc-assistant."""

from collections.abc import Mapping
from typing import Literal

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    AsyncCallbackManagerForToolRun,
    CallbackManagerForRetrieverRun,
    CallbackManagerForToolRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from pc_assistant.channels.markdown import with_sources
from pc_assistant.client import AsyncClient, Client
from pc_assistant.client.calls import Mode
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import MAX_QUESTION, AnswererName, Filters
from pc_assistant.domain.library import FoundPassage

URL = "http://127.0.0.1:8000"
TIMEOUT = 60.0


class PcAssistantRetriever(BaseRetriever):
    """Passages of the documents, best first, as LangChain documents. Raises what `pc_assistant.client.Client` raises.

    The page content is a passage's text, its id the passage's; the metadata hold document, title, section, page, score and `source`, the
    address of the passage in the reader.
    """

    url: str = URL
    k: int = Field(default=10, ge=1, le=50)
    mode: Mode = "hybrid"
    filters: Filters = Filters()
    timeout: float = TIMEOUT
    headers: Mapping[str, str] = {}

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None) -> list[Document]:
        with Client(self.url, self.timeout, self.headers) as client:
            return self._documents(client.search(query, k=k or self.k, mode=self.mode, filters=self.filters))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        async with AsyncClient(self.url, self.timeout, self.headers) as client:
            return self._documents(await client.search(query, k=k or self.k, mode=self.mode, filters=self.filters))

    def _documents(self, found: tuple[FoundPassage, ...]) -> list[Document]:
        return [_document(passage, self.url.rstrip("/") + passage.url) for passage in found]


def _document(passage: FoundPassage, source: str) -> Document:
    metadata = passage.model_dump(mode="json", exclude={"text", "url"})
    return Document(id=passage.passage_id, page_content=passage.text, metadata=metadata | {"source": source})


class ToolInput(BaseModel):
    """What a model gives the tool."""

    question: str = Field(
        min_length=1, max_length=MAX_QUESTION, description="One whole question that stands alone, such as: What is a lead provider?"
    )


class PcAssistantTool(BaseTool):
    """Asks one question. What a model gets is the answer with notices and sources; the artifact is the whole `Answer`.

    A refusal is an answer, too: it says that the documents do not know. Raises what `pc_assistant.client.Client` raises.
    """

    name: str = "ask_provider_collaboratives"
    description: str = (
        "Answers a question on NHS provider collaboratives from national guidance, a toolkit, case studies, a briefing and event slides. "
        "Every sentence of the answer is followed by the number of its source; keep these numbers and the sources with whatever you quote. "
        "Says so where the documents do not answer; do not fill that in from elsewhere."
    )
    args_schema: type[BaseModel] = ToolInput
    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"
    url: str = URL
    filters: Filters = Filters()
    answerer: AnswererName = "auto"
    timeout: float = TIMEOUT
    headers: Mapping[str, str] = {}

    def _run(self, question: str, run_manager: CallbackManagerForToolRun | None = None) -> tuple[str, Answer]:
        with Client(self.url, self.timeout, self.headers) as client:
            return self._told(client.ask(question, history=(), filters=self.filters, answerer=self.answerer))

    async def _arun(self, question: str, run_manager: AsyncCallbackManagerForToolRun | None = None) -> tuple[str, Answer]:
        async with AsyncClient(self.url, self.timeout, self.headers) as client:
            return self._told(await client.ask(question, history=(), filters=self.filters, answerer=self.answerer))

    def _told(self, answer: Answer) -> tuple[str, Answer]:
        return with_sources(answer, lambda path: self.url.rstrip("/") + path), answer
