import pytest

from pc_assistant.answering.state import Corpus
from pc_assistant.retrieval.snapshot import Snapshot
from tests.retrieval import tiny


@pytest.fixture(scope="package")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The tiny corpus, its index in a folder of its own."""
    folder = tiny.write(tmp_path_factory.mktemp("tiny") / "corpus")
    return tiny.corpus(folder, tiny.snapshot(folder, folder.parent / "index"))


@pytest.fixture(scope="package")
def snapshot(corpus: Corpus) -> Snapshot:
    return corpus.snapshot
