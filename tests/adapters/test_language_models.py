"""Language models over real HTTP: every provider's own protocol, spoken by a stub; and what keeps time, tokens and money within bounds."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_ollama import ChatOllama
from pydantic import SecretStr

from pc_assistant.adapters.llms.breaker import Breaker
from pc_assistant.adapters.llms.chat import ChatModel
from pc_assistant.adapters.llms.check import reach
from pc_assistant.adapters.llms.ledger import Ledger
from pc_assistant.adapters.llms.options import LlmOptions, Usage
from pc_assistant.adapters.llms.providers import PROVIDERS, make_chat_model
from pc_assistant.domain.errors import LanguageModelFailed, SetupError
from pc_assistant.domain.writing import WritingRequest
from tests.stubs.language_models import TOKENS_IN, TOKENS_OUT, Reply, Stub, serving

KEY = "sk-very-secret-0123456789"
TEXT = '{"sentences": [{"text": "Fähren fahren.", "citations": []}]}'
REQUEST = WritingRequest(
    system="Be brief.", user="When?", output={"type": "object", "properties": {}, "required": [], "additionalProperties": False}
)
Make = Callable[..., ChatModel]


@pytest.fixture(scope="module")
def server() -> Iterator[Stub]:
    with serving() as stub:
        yield stub


@pytest.fixture
def stub(server: Stub) -> Stub:
    server.reset()
    server.usual = Reply(TEXT)
    return server


def options(stub: Stub, provider: str = "compatible", **more: Any) -> LlmOptions:
    url = f"{stub.url}/v1" if provider in {"openai", "compatible"} else stub.url
    return LlmOptions(**{"provider": provider, "model": "stub", "url": url, "key": SecretStr(KEY), "seconds": 30.0, **more})


@pytest.fixture
def make(stub: Stub, tmp_path: Path) -> Iterator[Make]:
    """Makes models of the stub, which wait for nothing between two tries."""
    made: list[Any] = []

    def build(provider: str = "compatible", **more: Any) -> ChatModel:
        chosen = options(stub, provider, **{k: v for k, v in more.items() if k in LlmOptions.model_fields})
        rest = {k: v for k, v in more.items() if k not in LlmOptions.model_fields}
        made.append(make_chat_model(chosen))
        return ChatModel(made[-1], chosen, Ledger(tmp_path / "spent", chosen), **{"sleep": lambda _: None, **rest})

    yield build
    for chat in made:
        if isinstance(chat, ChatOllama):  # the others share their connections
            chat._client._client.close()


def reached(model: ChatModel, stub: Stub) -> ChatModel:
    """A model that has answered once, so that how to tell it a schema is settled."""
    assert written(model) == TEXT
    stub.asked.clear()
    return model


def written(model: ChatModel) -> str:
    return "".join(model.write(REQUEST))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_is_asked_in_its_own_protocol(make: Make, stub: Stub, provider: str, tmp_path: Path) -> None:
    model = make(provider, max_tokens=321)
    assert written(model) == TEXT
    asked, headers = stub.asked[0], stub.headers[0]
    assert "When?" in str(asked["messages"])
    assert "Be brief." in str(asked)
    assert "321" in str(asked)
    assert (KEY in str(headers)) == (provider != "ollama")
    assert ("additionalProperties" in str(asked)) == (provider != "anthropic")
    spent = Ledger(tmp_path / "spent", options(stub, provider)).spent()
    assert (spent.tokens_in, spent.tokens_out) == (TOKENS_IN, TOKENS_OUT)


@pytest.mark.parametrize(
    ("provider", "missing", "told"),
    [
        ("openai", "key", "PC_LLM_KEY or OPENAI_API_KEY"),
        ("anthropic", "key", "ANTHROPIC_API_KEY"),
        ("azure", "url", "PC_LLM_URL"),
        ("compatible", "url", "PC_LLM_URL"),
    ],
)
def test_what_is_missing_is_told(stub: Stub, provider: str, missing: str, told: str) -> None:
    with pytest.raises(SetupError, match=told):
        make_chat_model(options(stub, provider, **{missing: None}), env={})


def test_the_key_may_stand_in_the_providers_own_variable(stub: Stub) -> None:
    assert make_chat_model(options(stub, "openai", key=None), env={"OPENAI_API_KEY": KEY})


def test_a_server_without_schemas_is_asked_without(make: Make, stub: Stub) -> None:
    stub.refuses = {"json_schema", "json_object"}
    model = make()
    assert written(model) == written(model) == TEXT
    assert [asked.get("response_format", {}).get("type") for asked in stub.asked] == ["json_schema", "json_object", None, None]


def test_a_server_that_knows_the_older_way_to_tell_a_schema_is_told_so(make: Make, stub: Stub) -> None:
    stub.refuses = {"json_schema"}
    assert written(make()) == TEXT
    assert stub.asked[-1]["response_format"] == {"type": "json_object", "schema": REQUEST.output}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again_with_jitter(make: Make, stub: Stub, status: int) -> None:
    waits: list[float] = []
    model = reached(make(sleep=waits.append, jitter=lambda: 0.5), stub)
    stub.replies.extend([Reply(status=status), Reply(status=status)])
    assert written(model) == TEXT
    assert waits == [0.25, 0.5]


def test_a_server_is_waited_for_as_long_as_it_asks(make: Make, stub: Stub) -> None:
    waits: list[float] = []
    stub.replies.append(Reply(status=429, headers={"Retry-After": "3"}))
    assert written(make(sleep=waits.append)) == TEXT
    assert waits == [3.0]
    stub.replies.append(Reply(status=429, headers={"Retry-After": "60"}))
    with pytest.raises(LanguageModelFailed, match="429"):
        written(make(sleep=waits.append))


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(status=401), "HTTP status 401"),
        (Reply(status=500), "HTTP status 500"),
        (Reply(TEXT, cut=30), "broke off"),
        (Reply(TEXT, wait=3), "too long"),
        (Reply(TEXT, pace=1.5), "too long"),
    ],
)
def test_what_does_not_pass_is_told_without_the_providers_words(
    make: Make, stub: Stub, reply: Reply, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    model = reached(make(seconds=2.0 if told == "too long" else 30.0, attempts=2), stub)
    stub.usual = reply
    caplog.set_level(logging.DEBUG)
    with pytest.raises(LanguageModelFailed, match=told) as failed:
        written(model)
    assert len(stub.asked) == (2 if reply.status == 500 else 1)
    assert KEY not in str(failed.value) + repr(failed.value.__cause__)
    assert [record.getMessage() for record in caplog.records if KEY in record.getMessage() and record.name.startswith("pc_assistant")] == []


def test_a_server_that_is_not_there_fails(make: Make, stub: Stub) -> None:
    with pytest.raises(LanguageModelFailed, match="failed or broke off"):
        written(make(url="http://127.0.0.1:9/v1"))


def test_a_model_that_keeps_failing_is_left_alone_then_tried_once(make: Make, stub: Stub) -> None:
    now = [0.0]
    model = reached(make(attempts=1, breaker=Breaker(failures=2, rest=30.0, clock=lambda: now[0])), stub)
    stub.replies.extend([Reply(status=500)] * 3)
    for _ in range(2):
        with pytest.raises(LanguageModelFailed, match="500"):
            written(model)
    with pytest.raises(LanguageModelFailed, match="left alone"):
        written(model)
    assert len(stub.asked) == 2
    now[0] = 31.0
    with pytest.raises(LanguageModelFailed, match="500"):
        written(model)
    with pytest.raises(LanguageModelFailed, match="left alone"):
        written(model)
    now[0] = 62.0
    assert written(model) == written(model) == TEXT


def test_no_more_calls_than_allowed_are_under_way(make: Make, stub: Stub) -> None:
    model = make(concurrency=1)
    under_way = model.write(REQUEST)
    next(under_way)
    with pytest.raises(LanguageModelFailed, match="as many calls"):
        written(model)
    under_way.close()
    assert written(model) == TEXT


def test_the_days_tokens_and_money_are_kept_to_over_restarts(make: Make, stub: Stub, tmp_path: Path) -> None:
    one = TOKENS_IN + TOKENS_OUT
    for limit in ({"daily_tokens": 3 * one}, {"daily_spend": 3.5 * one, "price_in": 1e6, "price_out": 1e6, "daily_tokens": 10**9}):
        stub.asked.clear()
        (tmp_path / "spent").unlink(missing_ok=True)
        for _ in range(2):
            assert written(make(max_tokens=20, **limit)) == TEXT
        with pytest.raises(LanguageModelFailed, match="limit of the day"):
            [written(make(max_tokens=120, **limit)) for _ in range(2)]
        assert 2 <= len(stub.asked) <= 3


def test_a_call_that_was_refused_costs_nothing_and_one_that_broke_off_its_most(make: Make, stub: Stub, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "spent", options(stub))
    model = reached(make(attempts=1, max_tokens=300), stub)
    before = ledger.spent().total
    for reply, cost in ((Reply(status=503), 0), (Reply(TEXT, cut=45), 300)):
        stub.usual = reply
        with pytest.raises(LanguageModelFailed):
            written(model)
        assert ledger.spent().total - before >= cost
        assert (ledger.spent().total == before) == (cost == 0)


def test_what_is_reserved_counts_until_it_is_settled_and_a_new_day_begins_at_nothing(stub: Stub, tmp_path: Path) -> None:
    days = [date(2026, 11, 22)]
    ledger = Ledger(tmp_path / "spent", options(stub, daily_tokens=100), today=lambda: days[-1])
    day = ledger.reserve(Usage(tokens_in=60, tokens_out=30))
    with pytest.raises(LanguageModelFailed):
        ledger.reserve(Usage(tokens_in=11))
    ledger.settle(day, Usage(tokens_in=60, tokens_out=30), Usage(tokens_in=5, tokens_out=5))
    assert ledger.spent().total == 10
    ledger.reserve(Usage(tokens_in=90))
    days.append(date(2026, 11, 23))
    assert ledger.spent().total == 0


def test_processes_and_threads_share_one_limit(stub: Stub, tmp_path: Path) -> None:
    granted = []

    def take() -> None:
        own = Ledger(tmp_path / "spent", options(stub, daily_tokens=50))
        for _ in range(10):
            try:
                own.reserve(Usage(tokens_in=5))
            except LanguageModelFailed:
                return
            granted.append(5)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 50


def test_a_ledger_that_cannot_be_written_stops_spending(make: Make, stub: Stub, tmp_path: Path) -> None:
    (tmp_path / "spent").write_text("no database", encoding="utf-8")
    with pytest.raises(LanguageModelFailed, match="cannot be written"):
        written(make())
    assert stub.asked == []


def test_the_check_says_how_fast_it_answers_and_what_it_costs(make: Make, stub: Stub, tmp_path: Path) -> None:
    chosen = options(stub, price_in=0.15, price_out=0.6, daily_spend=2.0)
    ledger = Ledger(tmp_path / "spent", chosen)
    told = reach(make(), ledger, chosen, REQUEST)
    assert told.startswith("answers in ")
    assert "an answer costs about 0.0006" in told and f"{TOKENS_IN + TOKENS_OUT} of 2,000,000 tokens today, 0.0000 of 2.00 spent" in told
    assert "PC_LLM_PRICE_IN" in reach(make(), ledger, options(stub), REQUEST)
    stub.usual = Reply(status=401)
    with pytest.raises(SetupError, match=r"does not answer: .* 401\. Until it does, answers are extractive"):
        reach(make(), ledger, chosen, REQUEST)
