"""What an operator is shown: counted from what is really kept, grouped, and open to operators alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import lxml.html
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.adapters.llms.ledger import Ledger
from pc_assistant.adapters.llms.options import LlmOptions, Usage
from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.operations import tell
from pc_assistant.bootstrap_operations import OperationsDesk, baselines
from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Feedback
from pc_assistant.domain.errors import IndexMissing
from pc_assistant.observing.themes import themes
from pc_assistant.settings import Settings
from pc_assistant.web.access import Access
from pc_assistant.web.app import create_app
from pc_assistant.web.examples import OPERATIONS
from tests.fakes import CITATION, FakeAssistant, FakeLibrary
from tests.postgres import Server
from tests.test_run import ROOT

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def answered(name: str, **fields: object) -> Answer:
    return Answer.model_validate({"id": name, "status": "answered", "answer": "It sails at nine. [1]", "citations": [CITATION], **fields})


def refused(name: str, reason: str = "not_covered") -> Answer:
    return answered(name, status="refused", reason=reason, citations=[])


async def fill(store: DatabaseConversations, clock: list[datetime]) -> None:
    """Three days: one answered and long ago, one refused yesterday, four today."""
    clock.append(NOON - timedelta(days=40))
    await store.save_answer("When did it sail?", answered("old"))
    clock.append(NOON - timedelta(days=1))
    await store.save_answer("What is the salary of the captain?", refused("gap-1"))
    clock.append(NOON)
    await store.save_answer("Which salary has a chair?", refused("gap-2"))
    await store.save_answer("Hello", refused("greeting", "greeting"))
    await store.save_answer("When does the ferry sail?", answered("one"))
    await store.save_answer("And when does it come back?", answered("two", status="partial"))
    await store.save_feedback(Feedback(answer_id="one", rating="down", comment="No!", reasons=("wrong",)), NOON)


@pytest.fixture
async def clock() -> list[datetime]:
    return []


@pytest.fixture
async def store(tmp_path: Path, clock: list[datetime]) -> AsyncIterator[DatabaseConversations]:
    opened = open_conversations(tmp_path / "conversations.sqlite3")
    store = DatabaseConversations(opened.engine, lambda: clock[-1])
    yield store
    await store.close()


async def check(store: DatabaseConversations, clock: list[datetime]) -> None:
    await fill(store, clock)
    told = await tell(store, NOON - timedelta(days=7))
    today, yesterday = told.outcomes
    assert (today.day, today.answered, today.partial, today.refused) == (TODAY, 1, 1, 2)
    assert today.reasons == {"not_covered": 1, "greeting": 1}
    assert (yesterday.day, yesterday.total, yesterday.reasons) == (TODAY - timedelta(days=1), 1, {"not_covered": 1})
    assert told.gaps == ["Which salary has a chair?", "What is the salary of the captain?"]
    assert told.cited == {CITATION.document_id: 2}
    (said,) = told.feedback
    assert (said.rating, said.comment, said.reasons, said.question, said.status) == (
        "down",
        "No!",
        ("wrong",),
        "When does the ferry sail?",
        "answered",
    )
    assert said.answer == "It sails at nine. [1]"
    assert not told.truncated


async def test_what_is_kept_is_counted(store: DatabaseConversations, clock: list[datetime]) -> None:
    await check(store, clock)


@pytest.mark.postgres
async def test_what_is_kept_in_postgresql_is_counted_alike(postgres: Server, clock: list[datetime]) -> None:
    opened = open_conversations(postgres.new_database())
    store = DatabaseConversations(opened.engine, lambda: clock[-1])
    await check(store, clock)
    await store.close()


async def test_all_of_it_is_gathered(store: DatabaseConversations, clock: list[datetime], tmp_path: Path) -> None:
    await fill(store, clock)
    options = LlmOptions(provider="openai", model="x", price_in=1.0, price_out=2.0)
    ledger = Ledger(tmp_path / "spent.sqlite3", options, lambda: TODAY)
    ledger.reserve(Usage(tokens_in=1_000_000, tokens_out=500_000))

    def missing() -> object:
        raise IndexMissing("There is no index yet.")

    chosen = Settings(data_dir=tmp_path, corpus_dir=ROOT / "corpus")
    desk = OperationsDesk(chosen, missing, store, lambda: ([], []), (ledger, options), lambda: TODAY)
    found = await desk(30)
    assert [theme.words for theme in found.themes] == [("salary",)]
    assert (found.index, found.documents) == (None, ())
    assert [(spent.day, spent.cost) for spent in found.spending] == [(TODAY, 2.0)]
    assert found.evaluations
    assert (await desk(1)).since == TODAY


def test_a_baseline_tells_whether_it_is_of_what_is_held(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "odd.json").write_text('{"metrics": []}', encoding="utf-8")
    metric = '{"n": 3, "mean": 0.5, "low": 0.1, "high": 0.9}'
    text = f'{{"started": "2026-11-21T09:00:00Z", "corpus_versions": ["abc"], "metrics": {{"complete": {metric}, "mrr": {metric}}}}}'
    (tmp_path / "test.json").write_text(text, encoding="utf-8")
    (found,) = baselines(tmp_path, "abc")
    assert (found.name, found.on_this_corpus, [metric.name for metric in found.metrics]) == ("test", True, ["complete"])
    assert not baselines(tmp_path, "other")[0].on_this_corpus
    assert baselines(tmp_path / "nowhere", "abc") == []


def test_questions_are_grouped_by_the_words_that_they_share() -> None:
    asked = ["Who pays the chair?", "What is the pension of nurses?", "How big is a nurse's pension?", "Which chair is paid?", "Parking?"]
    found = {theme.words: theme.number for theme in themes(asked)}
    assert {frozenset(words) for words in found} == {frozenset({"chair", "pays"}), frozenset({"pension", "nurses"})} or set(
        found.values()
    ) == {2}
    assert all("Parking?" not in theme.questions for theme in themes(asked))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(st.sampled_from("abc de?é☃\n"), max_size=30), max_size=30))
def test_a_question_is_in_one_group_at_most(asked: list[str]) -> None:
    found = themes(asked)
    assert sum(theme.number for theme in found) <= len(asked)
    assert all(theme.number >= 2 and theme.words and set(theme.questions) <= set(asked) for theme in found)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    from pc_assistant.domain.operations import Operations

    roles = {"reader": Role.READER, "operator": Role.OPERATOR}

    async def identify(connection: object) -> Caller | None:
        role = roles.get(connection.headers.get("x-role", "operator"))
        return role and Caller(id="somebody", name="Somebody", role=role)

    async def operate(days: int) -> Operations:
        return Operations.model_validate(OPERATIONS)

    store = open_conversations(tmp_path / "conversations.db")
    app = create_app(FakeAssistant(), FakeLibrary(), store, access=replace(Access(), identify=identify), operate=operate)
    with TestClient(app) as client:
        yield client
    asyncio.run(store.close())


@pytest.mark.parametrize("path", ["/operator", "/v1/operations", "/metrics"])
def test_it_is_for_operators(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"x-role": "reader"}).status_code == 403
    assert client.get(path, headers={"x-role": "nobody"}).status_code == 401
    assert client.get(path).status_code in (200, 404)


def test_the_page_and_the_json_say_the_same(client: TestClient) -> None:
    assert client.get("/v1/operations").json() == OPERATIONS
    page = lxml.html.fromstring(client.get("/operator").text)
    text = " ".join(page.text_content().split())
    for said in (
        "41 questions",
        "salary, chair (3 questions)",
        "never",
        "Not helpful: Who chairs the board?",
        "in step",
        "0.68 to 0.77",
        "41,000",
    ):
        assert said in text, said
    assert [link.get("aria-current") for link in page.xpath("//nav[@aria-label='Days']//a")] == [None, "page", None, None]


@pytest.mark.parametrize(("days", "status"), [("7", 200), ("0", 422), ("367", 422), ("x", 422)])
def test_days_are_bounded(client: TestClient, days: str, status: int) -> None:
    assert client.get(f"/v1/operations?days={days}").status_code == status
    assert client.get(f"/operator?days={days}").status_code == status
