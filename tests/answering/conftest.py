from collections.abc import Callable

import pytest

from pc_assistant.answering.pipeline import Pipeline
from pc_assistant.answering.state import Corpus, State
from pc_assistant.domain.conversations import Question, Turn
from tests.retrieval import tiny

Ask = Callable[..., State]


@pytest.fixture(scope="package")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The tiny corpus, its index in a folder of its own."""
    folder = tiny.write(tmp_path_factory.mktemp("tiny") / "corpus")
    return tiny.corpus(folder, tiny.snapshot(folder, folder.parent / "index"))


@pytest.fixture(scope="package")
def assistant(corpus: Corpus) -> Pipeline:
    return Pipeline(lambda: corpus, tiny.EMBEDDER, new_id=lambda: "answer")


@pytest.fixture(scope="package")
def ask(corpus: Corpus) -> Ask:
    """A question's state before the first step, after what the user said before."""

    def begin(text: str, *before: str) -> State:
        history = tuple(Turn(role="user", content=said) for said in before)
        return State(question=Question(text=text, history=history), corpus=corpus, text=text)

    return begin
