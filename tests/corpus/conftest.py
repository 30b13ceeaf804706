"""The corpus as the checks see it. Checks marked `originals` run for the originals that are there; a line at the end says which are not."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from tests.corpus.fidelity import known_paths
from tests.corpus.figures import keys
from tests.corpus.notes import Note, read_notes
from tests.corpus.originals import Original, files, folder, read_original
from tests.corpus.report import PROJECT

CORPUS = PROJECT / "corpus"
DOCUMENTS = sorted(path.name for path in CORPUS.iterdir() if path.is_dir() and path.name != "originals")
LEFT_OUT = pytest.StashKey[list[pytest.Item]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "originals: compares the notes with an original; runs where that original is present")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "document" in metafunc.fixturenames:
        metafunc.parametrize("document", DOCUMENTS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    place = folder(PROJECT)
    present = files(place) if place else {}
    left = [item for item in items if item.get_closest_marker("originals") and _document(item) not in present]
    items[:] = [item for item in items if item not in left]
    config.stash[LEFT_OUT] = left
    if left:
        config.hook.pytest_deselected(items=left)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left = config.stash.get(LEFT_OUT, [])
    if left:
        missing = ", ".join(sorted({_document(item) for item in left}))
        terminalreporter.write_line(
            f"originals not present: {len(left)} checks of notes against them not run (PC_ORIGINALS_DIR): {missing}"
        )


def _document(item: pytest.Item) -> str:
    assert isinstance(item, pytest.Function)
    return str(item.callspec.params["document"])


@pytest.fixture(scope="session")
def corpus() -> Path:
    return CORPUS


@pytest.fixture(scope="session")
def notes() -> tuple[Note, ...]:
    return read_notes(CORPUS)


@pytest.fixture(scope="session")
def originals(notes: Sequence[Note]) -> dict[str, Original]:
    """The originals that are there, read by the headings that their notes name."""
    place = folder(PROJECT)
    present = files(place) if place else {}
    return {
        document: read_original(present[document], known_paths(note for note in notes if note.document == document))
        for document in DOCUMENTS
        if document in present
    }


@pytest.fixture
def mine(notes: Sequence[Note], document: str) -> list[Note]:
    """The notes of one document."""
    return [note for note in notes if note.document == document]


@pytest.fixture
def original(originals: Mapping[str, Original], document: str) -> Original:
    """The original of one document."""
    return originals[document]


@pytest.fixture(scope="session")
def exceptions() -> dict[str, set[str]]:
    """The figures that a file's sections may state although their sources do not hold them."""
    entries = yaml.safe_load((Path(__file__).parent / "exceptions.yaml").read_text(encoding="utf-8"))["exceptions"]
    allowed: dict[str, set[str]] = {}
    for entry in entries:
        assert set(entry) == {"file", "figure", "reason"} and entry["reason"], entry
        allowed.setdefault(entry["file"], set()).update(keys(str(entry["figure"])))
    return allowed
