"""A language model by settings alone: served, checked by `doctor`, and nothing of it loaded where there is none."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest

from pc_assistant.adapters.llms.providers import PROVIDERS
from pc_assistant.settings import LLM
from tests.conftest import CommandLine
from tests.stubs.language_models import Reply, Stub, serving
from tests.test_serving import request
from tests.test_serving import serving as service

KEY = "sk-very-secret-0123456789"
QUESTION = "What does the lighthouse keeper do?"
WORDS = "The lighthouse keeper trims the lamp twice a night."
SAID = "Twice a night the lighthouse keeper trims the lamp."
LIBRARIES = {"langchain", "langchain_core", "langchain_openai", "openai", "jinja2"}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as stub:
        stub.usual = Reply(json.dumps({"sentences": [{"text": SAID, "citations": [{"marker": n, "quote": WORDS}]} for n in (1, 2)]}))
        yield stub


@pytest.fixture
def fluent(indexed: CommandLine, stub: Stub) -> CommandLine:
    """A command line with a language model."""
    return indexed.with_env(PC_LLM="compatible:stub", PC_LLM_URL=f"{stub.url}/v1", PC_LLM_KEY=KEY, PC_LLM_ATTEMPTS="1")


def test_one_setting_makes_answers_fluent_and_each_request_may_choose(fluent: CommandLine, stub: Stub) -> None:
    with service(fluent) as port:
        for answerer, expected, text in (("auto", "llm", SAID), ("llm", "llm", SAID), ("extractive", "extractive", WORDS)):
            answer = request(port, "POST", "/v1/chat", {"question": QUESTION, "answerer": answerer})
            assert (answer["answerer"], answer["answer"][: len(text) + 4]) == (expected, f"{text} [1]")
            assert WORDS in answer["citations"][0]["quote"]
            assert bool(answer["prompt_version"]) == (expected == "llm")
        stub.usual = Reply(status=500)
        answer = request(port, "POST", "/v1/chat", {"question": QUESTION, "answerer": "llm"})
        assert answer["answerer"] == "extractive" and answer["answer"].startswith(f"{WORDS} [1]")
        receipt = request(port, "GET", f"/v1/answers/{answer['id']}")
    assert (receipt["wanted"], receipt["answerer"], receipt["fallback"]) == ("llm", "extractive", "it answered with the HTTP status 500")
    assert receipt["made_with"]["language model"] == "compatible:stub"
    assert "HTTP status 500" in fluent.log.read_text(encoding="utf-8")
    assert KEY not in fluent.log.read_text(encoding="utf-8")
    assert len(stub.asked) == 3


def test_streamed_sentences_joined_are_the_answer(fluent: CommandLine, stub: Stub) -> None:
    with service(fluent) as port, closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("POST", "/v1/chat", json.dumps({"question": QUESTION, "stream": True}), {"Content-Type": "application/json"})
        blocks = connection.getresponse().read().decode().split("\n\n")
    events = [(block.split("\n")[0][7:], json.loads(block.split("data: ", 1)[1])) for block in blocks if block.startswith("event: ")]
    assert [name for name, _ in events] == ["status", "status", "delta", "citation", "done"]
    assert "".join(data["text"] for name, data in events if name == "delta") == events[-1][1]["answer"] == f"{SAID} [1]"


def test_doctor_says_whether_it_answers_and_what_it_costs(fluent: CommandLine, stub: Stub) -> None:
    told = fluent.with_env(PC_LLM_PRICE_IN="0.15", PC_LLM_PRICE_OUT="0.6")("doctor")
    assert told.returncode == 0, told
    assert "ok    language model compatible:stub (answers in " in told.stdout
    assert "an answer costs about 0.0006" in told.stdout
    stub.usual = Reply(status=401)
    told = fluent("doctor")
    assert told.returncode == 1
    assert "FAULT language model compatible:stub: The language model compatible:stub does not answer" in told.stdout
    assert KEY not in told.stdout + told.stderr


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"PC_LLM": "gpt"}, "is not a provider and a model"),
        ({"PC_LLM": "openai:gpt"}, "needs a key: set PC_LLM_KEY or OPENAI_API_KEY."),
        ({"PC_LLM": "compatible:x"}, "needs an address: set PC_LLM_URL."),
        ({"PC_LLM_DAILY_SPEND": "1"}, "a limit in money needs PC_LLM_PRICE_IN and PC_LLM_PRICE_OUT"),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(indexed: CommandLine, env: dict[str, str], told: str) -> None:
    done = indexed.with_env(OPENAI_API_KEY="", **env)("ask", QUESTION)
    assert done.returncode in {1, 2}
    assert told in done.stderr and len(done.stderr.splitlines()) == 1


def test_without_a_language_model_nothing_of_one_is_loaded(indexed: CommandLine) -> None:
    done = indexed.with_env(PYTHONPROFILEIMPORTTIME="1")("ask", QUESTION)
    assert WORDS in done.stdout
    modules = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "onnxruntime" in modules
    assert not modules & LIBRARIES


def test_the_settings_know_every_provider() -> None:
    assert all(LLM.fullmatch(f"{provider}:model") for provider in PROVIDERS)
