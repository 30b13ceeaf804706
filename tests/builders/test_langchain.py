"""The LangChain parts against the served service: LangChain's own standard tests, and what these do not look at."""

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langchain_tests.integration_tests import RetrieversIntegrationTests, ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from pc_assistant.client import Client
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.errors import ServiceFault, UsageError
from pc_assistant.langchain import PcAssistantRetriever, PcAssistantTool

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

QUESTION = "Which of WYAAT's decisions are mandatory?"
TOOLKIT = Filters(kinds=("toolkit",))


class OverTheWire:
    """Gives the standard tests, whose parameters are properties, the address of the service."""

    url = ""

    @pytest.fixture(autouse=True)
    def _served(self, service: str) -> None:
        self.url = service


class TestRetriever(OverTheWire, RetrieversIntegrationTests):
    @property
    def retriever_constructor(self) -> type[PcAssistantRetriever]:
        return PcAssistantRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"url": self.url}

    @property
    def retriever_query_example(self) -> str:
        return "risk and gain share"


class ToolParameters(OverTheWire):
    @property
    def tool_constructor(self) -> type[PcAssistantTool]:
        return PcAssistantTool

    @property
    def tool_constructor_params(self) -> dict[str, Any]:
        return {"url": self.url}

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": QUESTION}


class TestToolUnit(ToolParameters, ToolsUnitTests):
    pass


class TestTool(ToolParameters, ToolsIntegrationTests):
    pass


async def test_the_retriever_finds_what_the_service_finds(service: str) -> None:
    retriever = PcAssistantRetriever(url=f"{service}/", k=4, mode="lexical", filters=TOOLKIT)
    found = retriever.invoke("risk and gain share")
    with Client(service) as client:
        wanted = client.search("risk and gain share", k=4, mode="lexical", filters=TOOLKIT)
    assert [(one.id, one.page_content) for one in found] == [(one.passage_id, one.text) for one in wanted]
    assert found[0].metadata["source"] == service + wanted[0].url
    assert found[0].metadata["section"] == list(wanted[0].section)
    assert await retriever.ainvoke("risk and gain share") == found


async def test_the_tool_gives_the_answer_of_the_service(service: str) -> None:
    tool = PcAssistantTool(url=service)
    call: Any = {"name": tool.name, "args": {"question": QUESTION}, "id": "1", "type": "tool_call"}
    message = tool.invoke(call)
    with Client(service) as client:
        wanted = client.ask(QUESTION)
        assert client.receipt(message.artifact.id).question == QUESTION
    assert isinstance(message, ToolMessage) and isinstance(message.artifact, Answer)
    assert (message.artifact.answer, message.artifact.citations) == (wanted.answer, wanted.citations)
    assert str(message.content).startswith(wanted.answer)
    assert all(service + citation.url in str(message.content) for citation in wanted.citations)
    assert (await tool.ainvoke(call)).content == message.content


def test_an_agent_uses_the_tool(service: str) -> None:
    class Scripted(GenericFakeChatModel):
        """A model that says what it is told to, whatever tools it is given."""

        def bind_tools(self, tools: Any, **_: Any) -> "Scripted":
            return self

    tool = PcAssistantTool(url=service)
    call = {"name": tool.name, "args": {"question": QUESTION}, "id": "1"}
    model = Scripted(messages=iter([AIMessage(content="", tool_calls=[call]), AIMessage(content="As the guidance says.")]))
    said = create_agent(model, [tool]).invoke({"messages": [("user", QUESTION)]})["messages"]
    (used,) = (message for message in said if isinstance(message, ToolMessage))
    assert "mandatory participation" in str(used.content)


def test_faults_are_those_of_the_client(service: str) -> None:
    with pytest.raises(ServiceFault, match="Nothing answers"):
        PcAssistantRetriever(url="http://127.0.0.1:9").invoke("risk")
    with pytest.raises(UsageError, match="query: Must not be empty"):
        PcAssistantRetriever(url=service).invoke("  ")
