import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pc_assistant.adapters.embedders.hashing import HashingEmbedder
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.domain.errors import Busy, IndexMismatch, IndexMissing, SetupError
from pc_assistant.domain.holdings import Holding
from tests.adapters.ingesting import EMBEDDER, held, ingest

DOCUMENTS = 6


class OtherEmbedder(HashingEmbedder):
    name = "other@test"


class WiderEmbedder(HashingEmbedder):
    dimension = 256


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def corpora(tmp_path: Path) -> list[Path]:
    """Two states of one corpus, the second with other words and one document more."""
    made = []
    for state, documents in (("first", DOCUMENTS), ("second", DOCUMENTS + 1)):
        corpus = tmp_path / state
        corpus.mkdir()
        for number in range(documents):
            words = "\n\n".join(f"The {state} record {n} of port {number} tells of tides and winds." for n in range(30))
            (corpus / f"port-{number}.md").write_text(f"# Port {number}\n\n{words}\n")
        made.append(corpus)
    return made


def same(held: Holding, other: Holding) -> bool:
    texts = held.text.model_copy(update={"root": ""}) == other.text.model_copy(update={"root": ""})
    names = ("chunk_vectors", "unit_vectors", "prompted_vectors", "shadow_vectors")
    pairs = [(getattr(held, name), getattr(other, name)) for name in names]
    return texts and all(np.array_equal(a, b) for a, b in pairs)


def check_whole(index: Path, corpora: list[Path]) -> str:
    """The current generation is one of the corpora, whole, and its vectors are those of its chunks; returns which."""
    generations = Generations(index)
    name = generations.current()
    _, found = generations.read(EMBEDDER, name)
    (corpus,) = [corpus for corpus in corpora if len(list(corpus.glob("*.md"))) == len(found)]
    assert all(same(a, b) for a, b in zip(found, held([corpus]), strict=True))
    vectors = generations.vectors(name)
    chunks = [(chunk.id, vector) for holding in found for chunk, vector in zip(holding.text.chunks, holding.chunk_vectors, strict=True)]
    assert vectors.count() == len(chunks)
    assert [vectors.nearest(vector, 1)[0][1] for _, vector in chunks[:: len(chunks) // 4]] == pytest.approx([1] * 5, abs=1e-5)
    vectors.close()
    return corpus.name


@contextmanager
def ingesting(index: Path, corpora: list[Path]) -> Iterator["subprocess.Popen[str]"]:
    """A child process that publishes the corpora by turns until it is killed."""
    words = [sys.executable, "-m", "tests.adapters.ingesting", str(index), *map(str, corpora)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as child:
        assert child.stdout
        assert child.stdout.readline() == "begun\n"
        try:
            yield child
        finally:
            child.kill()


def test_what_is_published_is_read_again(index: Path, corpora: list[Path]) -> None:
    version = ingest(index, corpora[0])
    assert check_whole(index, corpora) == "first"
    assert Generations(index).read(EMBEDDER)[0] == version
    assert ingest(index, corpora[0]) == version
    assert ingest(index, corpora[1]) != version
    assert check_whole(index, corpora) == "second"


def test_every_kind_of_vector_is_read_again(index: Path, corpora: list[Path]) -> None:
    (whole,) = (
        replace(holding, prompted_vectors=holding.unit_vectors[:3], shadow_vectors=holding.unit_vectors[2:9])
        for holding in held([corpora[0] / "port-0.md"])
    )
    generations = Generations(index)
    with generations.lock():
        generations.publish([whole], EMBEDDER)
    (found,) = generations.read(EMBEDDER)[1]
    assert same(found, whole)


def test_an_index_may_hold_nothing(index: Path) -> None:
    generations = Generations(index)
    with generations.lock():
        version = generations.publish([], EMBEDDER)
    assert generations.read(EMBEDDER) == (version, [])
    assert generations.vectors().count() == 0


def test_no_index_is_one_sentence(index: Path) -> None:
    for ask in (Generations(index).current, lambda: Generations(index).read(EMBEDDER), Generations(index).vectors):
        with pytest.raises(IndexMissing, match=r"There is no index yet: run `pc-assistant ingest`\."):
            ask()


def test_the_generation_that_was_replaced_stays_open_to_its_readers(index: Path, corpora: list[Path]) -> None:
    ingest(index, corpora[0])
    reader = Generations(index)
    name = reader.current()
    ingest(index, corpora[1])
    assert len(reader.read(EMBEDDER, name)[1]) == DOCUMENTS
    assert reader.vectors(name).count() == sum(len(holding.text.chunks) for holding in held([corpora[0]]))
    ingest(index, corpora[0])
    with pytest.raises(IndexMismatch):
        reader.read(EMBEDDER, name)
    with pytest.raises(IndexMismatch):
        reader.vectors(name)
    assert len([path for path in index.iterdir() if path.is_dir()]) == 2


def test_the_remains_of_a_killed_ingest_are_cleared_and_the_current_generation_is_kept(index: Path, corpora: list[Path]) -> None:
    ingest(index, corpora[0])
    current = Generations(index).current()
    shutil.copytree(index / current, index / "7")  # killed after the folder was renamed and before CURRENT was
    shutil.copytree(index / current / "documents", index / "building")
    assert check_whole(index, corpora) == "first"
    ingest(index, corpora[1])
    assert sorted(path.name for path in index.iterdir()) == sorted([current, "8", "CURRENT", "LOCK"])
    assert len(Generations(index).read(EMBEDDER, current)[1]) == DOCUMENTS


@pytest.mark.timeout(300)
def test_a_killed_ingest_leaves_the_index_whole_and_the_next_mends_it(index: Path, corpora: list[Path]) -> None:
    begun = time.monotonic()
    ingest(index, corpora[0])
    lasts = min(0.6, time.monotonic() - begun)  # the child begins with the same one: no kill comes after the next was published
    chance = random.Random(11)
    remains = 0
    for _ in range(8):
        with ingesting(index, corpora) as child:
            time.sleep(chance.uniform(0, lasts))
            child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
        remains += (index / "building").exists()
        assert check_whole(index, corpora) == "first"
    assert remains, "no kill fell into the writing of a generation"
    for corpus in corpora:
        ingest(index, corpus)
        assert check_whole(index, corpora) == corpus.name
    assert not (index / "building").exists()
    assert len([path for path in index.iterdir() if path.is_dir()]) == 2


@pytest.mark.timeout(300)
def test_a_reader_never_sees_half(index: Path, corpora: list[Path]) -> None:
    ingest(index, corpora[0])
    wanted = {len(holdings): holdings for holdings in (held([corpus]) for corpus in corpora)}
    reader = Generations(index)
    seen = []
    with ingesting(index, corpora):
        until = time.monotonic() + 4
        while time.monotonic() < until:
            found = reader.read(EMBEDDER)[1]
            assert all(same(a, b) for a, b in zip(found, wanted[len(found)], strict=True))
            seen.append((reader.current(), len(found)))
    assert {size for _, size in seen} == set(wanted)
    assert len({name for name, _ in seen}) > 3


def test_a_reader_that_is_overtaken_reads_the_next_generation(index: Path, corpora: list[Path]) -> None:
    ingest(index, corpora[0])

    class Overtaken(Generations):
        """Between this reader's look at CURRENT and its reading of the files, two more generations are published."""

        looks = 0

        def current(self) -> str:
            name = super().current()
            self.looks += 1
            if self.looks == 1:
                ingest(index, corpora[0])
                ingest(index, corpora[1])
            return name

    assert len(Overtaken(index).read(EMBEDDER)[1]) == DOCUMENTS + 1


def test_a_second_ingest_is_told_that_the_index_is_busy(index: Path, corpora: list[Path]) -> None:
    with Generations(index).lock():
        with pytest.raises(Busy, match="Another ingest is writing this index"):
            ingest(index, corpora[0])
        words = f"from tests.adapters.ingesting import *; ingest(Path({str(index)!r}), Path({str(corpora[0])!r}))"
        other = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
        assert "errors.Busy: Another ingest is writing this index" in other.stderr
    ingest(index, corpora[0])


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, corpora: list[Path]) -> None:
    (tmp_path / "file").write_text("words")
    with pytest.raises(SetupError, match=r"The index folder .*index cannot be written: Not a directory\."):
        ingest(tmp_path / "file" / "index", corpora[0])
    index = tmp_path / "index"
    index.mkdir()
    (index / "building").write_text("in the way")
    with pytest.raises(SetupError, match=r"The index folder .*index cannot be written: "):
        ingest(index, corpora[0])


@pytest.mark.parametrize(
    ("embedder", "named"),
    [(OtherEmbedder(), "hashing@test"), (WiderEmbedder(), "hashing@test")],
    ids=["another model", "another dimension"],
)
def test_an_index_of_another_model_is_not_read(index: Path, corpora: list[Path], embedder: HashingEmbedder, named: str) -> None:
    ingest(index, corpora[0])
    with pytest.raises(IndexMismatch, match=rf"was built with {named} and chunker .*run `pc-assistant ingest --rebuild`"):
        Generations(index).read(embedder)


@pytest.mark.parametrize("entry", ["format", "chunker"])
def test_an_index_of_another_format_or_chunker_is_not_read(index: Path, corpora: list[Path], entry: str) -> None:
    ingest(index, corpora[0])
    path = index / "1" / "index.json"
    lines = [line if f'"{entry}"' not in line else f' "{entry}": "0",' for line in path.read_text().split("\n")]
    path.write_text("\n".join(lines))
    with pytest.raises(IndexMismatch, match=r"run `pc-assistant ingest --rebuild`"):
        Generations(index).read(EMBEDDER)


FILES = ["CURRENT", "1/index.json", "1/documents/port-0.json", "1/documents/port-5.npz", "1/chroma/*/header.bin"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-40]),
        lambda path: path.write_bytes(b"\xff" * 90),
        lambda path: path.write_bytes(b"[" * 100_000),
    ],
    ids=["gone", "empty", "cut short", "other bytes", "nested without end"],
)
def test_a_damaged_file_is_a_mismatch_that_says_what_to_run(
    index: Path, corpora: list[Path], name: str, damage: Callable[[Path], object]
) -> None:
    ingest(index, corpora[0])
    (path,) = index.glob(name)
    damage(path)
    missing = name == "CURRENT" and not path.exists()
    with pytest.raises(IndexMissing if missing else IndexMismatch, match="run `pc-assistant ingest"):
        Generations(index).read(EMBEDDER)
    ingest(index, corpora[1])
    assert check_whole(index, corpora) == "second"


def test_changed_bytes_are_found_or_harmless(index: Path, corpora: list[Path]) -> None:
    ingest(index, corpora[0])
    chance = random.Random(5)
    documents = sorted((index / "1" / "documents").iterdir())
    found = 0
    for _ in range(150):
        path = chance.choice(documents)
        whole = path.read_bytes()
        spoiled = bytearray(whole)
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        path.write_bytes(spoiled)
        try:
            Generations(index).read(EMBEDDER)
        except IndexMismatch:
            found += 1
        path.write_bytes(whole)
    assert found > 75


def test_reading_does_not_make_an_index_look_damaged(index: Path, corpora: list[Path]) -> None:
    ingest(index, corpora[0])
    for _ in range(4):
        assert check_whole(index, corpora) == "first"


def test_an_index_that_is_being_opened_elsewhere_is_looked_at_again(index: Path, corpora: list[Path]) -> None:
    ingest(index, corpora[0])
    (path,) = index.glob("1/chroma/*/header.bin")
    whole = path.read_bytes()
    path.write_bytes(b"")  # as for a moment while another process opens it
    other = threading.Timer(0.2, path.write_bytes, [whole])
    other.start()
    try:
        assert Generations(index).read(EMBEDDER)[1]
    finally:
        other.join()
