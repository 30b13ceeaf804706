"""What every VectorStore keeps to, run over Chroma in a folder, over a Chroma server and over the fake."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from pc_assistant.adapters.stores.chroma import BATCH, ChromaVectors
from pc_assistant.adapters.stores.chroma_server import ChromaServer
from pc_assistant.domain.errors import IndexMismatch, SetupError
from pc_assistant.domain.ports import Vectors, VectorStore
from tests.fakes_vectors import MemoryVectors

DIMENSION = 24


def unit_vectors(number: int, seed: int = 7) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=(number, DIMENSION)).astype(np.float32)
    vectors: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return vectors


def names(number: int) -> list[str]:
    return [f"chunk-{n}" for n in range(number)]


@pytest.fixture(params=["chroma", "server", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    if request.param == "memory":
        yield MemoryVectors()
        return
    if request.param == "server":
        server = ChromaServer(request.getfixturevalue("chroma").url)
        opened = server.create(server.new_name())
    else:
        opened = ChromaVectors(tmp_path / "chroma", create=True)
    yield opened
    opened.close()


def test_a_new_store_is_empty(store: VectorStore) -> None:
    assert store.count() == 0
    assert store.nearest(unit_vectors(1)[0], 5) == []


def test_nothing_can_be_added(store: VectorStore) -> None:
    store.add([], np.empty((0, DIMENSION), dtype=np.float32))
    assert store.count() == 0


def test_what_is_added_is_counted_and_found_again(store: VectorStore) -> None:
    vectors = unit_vectors(40)
    store.add(names(30), vectors[:30])
    store.add([f"more-{n}" for n in range(10)], vectors[30:])
    assert store.count() == 40
    for place, name in ((0, "chunk-0"), (29, "chunk-29"), (35, "more-5")):
        (found,) = store.nearest(vectors[place], 1)
        assert found == (name, pytest.approx(1, abs=1e-5))


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    vectors = unit_vectors(50)
    store.add(names(50), vectors)
    query = unit_vectors(1, seed=8)[0]
    cosines = vectors @ query
    found = store.nearest(query, 10)
    assert [name for name, _ in found] == [f"chunk-{n}" for n in np.argsort(-cosines)[:10]]
    assert [cosine for _, cosine in found] == pytest.approx(sorted(map(float, cosines), reverse=True)[:10], abs=1e-5)


def test_the_length_of_a_query_does_not_matter(store: VectorStore) -> None:
    vectors = unit_vectors(20)
    store.add(names(20), vectors)
    assert store.nearest(vectors[3] * 5, 1) == [("chunk-3", pytest.approx(1, abs=1e-5))]


def test_no_more_is_found_than_is_kept(store: VectorStore) -> None:
    store.add(names(3), unit_vectors(3))
    assert sorted(name for name, _ in store.nearest(unit_vectors(1)[0], 10)) == names(3)


def test_chroma_keeps_what_was_added_after_it_is_closed(tmp_path: Path) -> None:
    vectors = unit_vectors(BATCH + 200)
    with_more_than_a_batch = ChromaVectors(tmp_path / "chroma", create=True)
    with_more_than_a_batch.add(names(len(vectors)), vectors)
    with_more_than_a_batch.close()
    again = ChromaVectors(tmp_path / "chroma")
    assert again.count() == len(vectors)
    assert again.nearest(vectors[BATCH + 5], 1)[0][0] == f"chunk-{BATCH + 5}"
    again.close()


def test_chroma_finds_nearly_all_of_the_nearest_of_many(tmp_path: Path) -> None:
    vectors = unit_vectors(3000)
    chroma = ChromaVectors(tmp_path / "chroma", create=True)
    chroma.add(names(3000), vectors)
    queries = unit_vectors(40, seed=8)
    right = [{f"chunk-{n}" for n in np.argsort(-(vectors @ query))[:10]} for query in queries]
    found = [{name for name, _ in chroma.nearest(query, 10)} for query in queries]
    chroma.close()
    assert sum(len(a & b) for a, b in zip(right, found, strict=True)) >= 0.95 * 400


def damaged(spoil: Callable[[Path], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                spoil(path)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        shutil.rmtree,
        damaged(Path.unlink),
        damaged(lambda path: path.write_bytes(b"")),
        damaged(lambda path: path.write_bytes(b"words " * 99)),
    ],
    ids=["no folder", "no files", "empty files", "other files"],
)
def test_a_damaged_chroma_says_what_to_run(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    chroma = ChromaVectors(tmp_path / "chroma", create=True)
    chroma.add(names(5), unit_vectors(5))
    chroma.close()
    damage(tmp_path / "chroma")
    left = sorted((tmp_path / "chroma").rglob("*"))
    with pytest.raises(IndexMismatch, match=r"The vector store is damaged: run `pc-assistant ingest --rebuild`\."):
        ChromaVectors(tmp_path / "chroma")
    assert sorted((tmp_path / "chroma").rglob("*")) == left, "looking at a damaged store made a new one"


def test_a_chroma_whose_search_files_are_gone_says_so_at_the_first_query(tmp_path: Path) -> None:
    vectors = unit_vectors(2500)
    chroma = ChromaVectors(tmp_path / "chroma", create=True)
    chroma.add(names(2500), vectors)
    chroma.close()
    for path in (tmp_path / "chroma").rglob("*.bin"):
        path.unlink()
    opened = ChromaVectors(tmp_path / "chroma")
    with pytest.raises(IndexMismatch, match="ingest --rebuild"):
        opened.nearest(vectors[0], 1)


def test_a_store_that_cannot_be_made_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    with pytest.raises(SetupError, match="A vector store cannot be made in ") as caught:
        ChromaVectors(tmp_path / "file" / "chroma", create=True)
    assert not isinstance(caught.value, IndexMismatch)
