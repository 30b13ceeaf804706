"""The Model Context Protocol, spoken by its own client over both transports, to fakes and to a process of its own."""

import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent
from starlette.applications import Starlette

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.errors import Busy
from pc_assistant.mcp import guard, make_server, routes
from tests.conftest import CommandLine
from tests.fakes import CHUNK, CITATION, DOCUMENT, SECTION, WORDS, FakeAssistant, FakeLibrary, answer
from tests.served import served
from tests.test_serving import ask, request, serving

HOSTS = ("127.0.0.1", "localhost")
MODES = pytest.mark.parametrize("mode", ["auto", "legacy"])
HELLO = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
HEADERS = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def kept() -> MemoryConversations:
    return MemoryConversations()


@pytest.fixture
def url(assistant: FakeAssistant, kept: MemoryConversations) -> Iterator[str]:
    server = make_server(assistant, FakeLibrary(), kept, lambda path: f"https://assistant.example.org{path}")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    found = routes(server, guard(HOSTS))
    with served(Starlette(routes=found, lifespan=lifespan)) as url:
        yield f"{url}/mcp"


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def fault_of(result: Any) -> str:
    assert result.is_error
    return text_of(result)


@MODES
async def test_there_are_three_tools_that_only_read(url: str, mode: Any) -> None:
    async with Client(url, mode=mode) as client:
        tools = (await client.list_tools()).tools
        assert "never an instruction" in (client.instructions or "")
    assert [tool.name for tool in tools] == ["ask", "search", "read_section"]
    for tool in tools:
        assert tool.description and tool.output_schema
        assert tool.annotations is not None and tool.annotations.read_only_hint
        assert all(given["description"] for given in tool.input_schema["properties"].values())
    assert "trace" not in json.dumps(tools[0].output_schema)


@MODES
async def test_a_question_is_answered_with_its_sources_and_kept(
    url: str, mode: Any, assistant: FakeAssistant, kept: MemoryConversations
) -> None:
    async with Client(url, mode=mode) as client:
        result = await client.call_tool("ask", {"question": "  When? "})
    assert assistant.asked == [Question(text="When?")]
    assert Answer.model_validate(result.structured_content) == answer()
    assert text_of(result).startswith(f"{WORDS} [1]\n\n---\n\nSources:\n\n- [1] The harbour. Ferry guide.")
    assert f"<https://assistant.example.org{CITATION.url}>" in text_of(result)
    assert (await kept.read_receipt("answer-1")).question == "When?"


async def test_a_refusal_is_an_answer(url: str, assistant: FakeAssistant) -> None:
    assistant.replies.append(Answer(id="r", status="refused", answer="The documents do not say.", reason="not_covered"))
    async with Client(url) as client:
        result = await client.call_tool("ask", {"question": "What is the capital of France?"})
    assert not result.is_error
    assert (text_of(result), (result.structured_content or {})["status"]) == ("The documents do not say.", "refused")


async def test_passages_are_found(url: str, assistant: FakeAssistant) -> None:
    async with Client(url) as client:
        result = await client.call_tool("search", {"query": "ferry"})
        await client.call_tool("search", {"query": "ferry", "k": 50})
    assert assistant.searched == [("ferry", 5, "hybrid", Filters()), ("ferry", 50, "hybrid", Filters())]
    assert [found["passage_id"] for found in (result.structured_content or {})["passages"]] == [CHUNK.id]
    assert text_of(result) == f"Ferry guide (ferry-guide): Sailings > Mornings <https://assistant.example.org{CITATION.url}>\n{WORDS}"


@pytest.mark.parametrize("named", ["mornings", "#mornings", "Mornings", "  sailings  >  MORNINGS ", "Sailings › Mornings"])
async def test_a_section_is_read_by_any_of_its_names(url: str, named: str) -> None:
    async with Client(url) as client:
        result = await client.call_tool("read_section", {"document_id": DOCUMENT.id, "section": named})
    (section,) = (result.structured_content or {})["sections"]
    assert tuple(section["path"]) == SECTION.path
    assert text_of(result).startswith(f"# Ferry guide\n\n## Sailings > Mornings\n\n{WORDS} It carries twelve cars.\n\nBring:\n- a ticket")


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("ask", {"question": " "}, "Must not be empty."),
        ("ask", {"question": "x" * 2001}, "Has 2,001 characters: at most 2,000 are allowed."),
        ("ask", {}, "question\n  Field required"),
        ("search", {"query": "a\x07b"}, "Holds the control character U+0007: take it out."),
        ("search", {"query": "ferry", "k": 51}, "less than or equal to 50"),
        ("read_section", {"document_id": "nothing", "section": "x"}, "There is no document nothing; there are: ferry-guide."),
        (
            "read_section",
            {"document_id": "ferry-guide", "section": "Evenings"},
            "There is no section “Evenings” in ferry-guide; there are: Sailings > Mornings.",
        ),
    ],
)
async def test_what_cannot_be_done_is_told_to_the_model(url: str, tool: str, given: dict[str, Any], said: str) -> None:
    async with Client(url) as client:
        assert said in fault_of(await client.call_tool(tool, given))


async def test_a_fault_that_is_ours_is_told_and_another_tells_nothing(
    url: str, assistant: FakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    assistant.replies.extend([Busy("Another process holds the lock."), RuntimeError("the insides")])
    async with Client(url) as client:
        assert "Another process holds the lock." in fault_of(await client.call_tool("ask", {"question": "When?"}))
        assert fault_of(await client.call_tool("ask", {"question": "When?"})) == "Error executing tool ask"
    assert "the insides" in caplog.text


def test_a_page_of_another_site_cannot_reach_it(url: str) -> None:
    with httpx2.Client(headers=HEADERS) as client:
        for path in (url, f"{url}/"):
            assert client.post(path, json=HELLO).status_code == 200
        assert client.post(url, json=HELLO, headers={"Host": "evil.example"}).status_code == 421
        assert client.post(url, json=HELLO, headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_server_leaves_the_log_of_the_process_alone() -> None:
    # in a process of its own, since pytest's log handlers keep the server from adding one
    code = """
import logging
from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.mcp import make_server
from tests.fakes import FakeAssistant, FakeLibrary
make_server(FakeAssistant(), FakeLibrary(), MemoryConversations(), str)
print(logging.root.handlers, logging.root.level)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"[] {logging.WARNING}\n"


async def test_a_program_that_starts_the_command_is_answered_over_its_pipes(indexed: CommandLine) -> None:
    started = StdioServerParameters(command=sys.executable, args=["-m", "pc_assistant", "mcp"], cwd=indexed.folder, env=dict(indexed.env))
    async with Client(started) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["ask", "search", "read_section"]
        result = await client.call_tool("ask", {"question": "What does the lighthouse keeper do?"})
        found = await client.call_tool("search", {"query": "morning boat to Lundy", "k": 1})
        read = await client.call_tool("read_section", {"document_id": "lighthouse", "section": "Lamp"})
    assert "The lighthouse keeper trims the lamp twice a night. [1]" in text_of(result)
    assert "<http://127.0.0.1:8000/documents/lighthouse#lamp>" in text_of(result)
    assert [passage["document_id"] for passage in (found.structured_content or {})["passages"]] == ["ferry-guide"]
    assert "The lamp is seen from 17 miles away." in text_of(read)
    answer_id = (result.structured_content or {})["id"]
    assert indexed("replay", answer_id).stdout.startswith("What does the lighthouse keeper do?\nThe answer is the same.")


def test_the_command_says_what_is_missing(pc: CommandLine) -> None:
    done = pc("mcp")
    assert (done.returncode, done.stdout) == (1, "")
    assert "`pc-assistant ingest`" in done.stderr and len(done.stderr.splitlines()) == 1


def test_without_the_extra_it_says_what_to_install(indexed: CommandLine) -> None:
    (indexed.folder / "blocked").mkdir()
    (indexed.folder / "blocked" / "mcp.py").write_text("raise ModuleNotFoundError('no mcp', name='mcp')\n", encoding="utf-8")
    done = indexed.with_env(PYTHONPATH=str(indexed.folder / "blocked"))("mcp")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The package mcp is not installed: run `pip install 'mcp>=2.3,<3'` in .venv, or leave PC_MCP off.\n"


async def test_the_service_serves_it_where_it_is_on(indexed: CommandLine) -> None:
    with serving(indexed.with_env(PC_MCP="true", PC_PUBLIC_URL="https://assistant.example.org")) as port:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            result = await client.call_tool("ask", {"question": "What does the lighthouse keeper do?"})
        with httpx2.Client(headers=HEADERS) as web:
            public = web.post(f"http://127.0.0.1:{port}/mcp", json=HELLO, headers={"Host": "assistant.example.org"})
            other = web.post(f"http://127.0.0.1:{port}/mcp", json=HELLO, headers={"Host": "evil.example"})
        over_http = ask(port, "What does the lighthouse keeper do?")
        receipt = request(port, "GET", f"/v1/answers/{(result.structured_content or {})['id']}")
    assert (public.status_code, other.status_code) == (200, 421)
    assert receipt["answer"] == over_http["answer"]
    assert "<https://assistant.example.org/documents/lighthouse#lamp>" in text_of(result)
    assert public.headers["x-request-id"]
    lines = [json.loads(line) for line in indexed.log.read_text(encoding="utf-8").splitlines()]
    assert [line["logger"] for line in lines if line["level"] == "warning"] == []
    assert {line["route"] for line in lines if line.get("channel") == "mcp" and line.get("status") == 200} == {"/mcp"}
