"""What is taken over from the generation before is as if everything had been made anew."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pc_assistant.adapters.loaders import SUFFIXES, load
from pc_assistant.adapters.stores.chroma import ChromaVectors
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.adapters.stores.layers import LARGE, open_layers, write_layers
from pc_assistant.domain.conversations import Filters
from pc_assistant.domain.errors import IndexMismatch, IndexMissing
from pc_assistant.domain.holdings import Held, Holding
from pc_assistant.knowledge.catalogue import scan
from pc_assistant.knowledge.indexing import SyncReport, sync
from pc_assistant.retrieval.adapter import QueryAdapter
from pc_assistant.retrieval.hybrid import candidates
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.sections import Expected
from pc_assistant.retrieval.snapshot import Snapshot, take
from pc_assistant.retrieval.terms import terms
from tests.adapters.ingesting import EMBEDDER

STEADY = {
    f"port-{n}": f"# Port {n}\n\nThe harbour master of port {n} counts {n} boats.\n\n## Quay\n\nQuay {n} is long." for n in range(24)
}  # fewer chunks than the pool, as equals at its edge come by chance
STATES = ("The pilot waits.", "The pilot sails at dawn.\n\n## Tides\n\nTides turn twice.", "Boats, boats: the lamp of the quay is lit.")
CHANGES = st.dictionaries(st.sampled_from(["anchor", "buoy", "port-3", "zebra"]), st.sampled_from([*STATES, None]), min_size=1)
QUERIES = ("When does the pilot sail?", "lamp of the quay", "harbour master boats 7")


def write(corpus: Path, texts: Mapping[str, str | None]) -> None:
    for name, text in texts.items():
        path = corpus / f"{name}.md"
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text, encoding="utf-8")


def ingest(index: Path, corpus: Path) -> Generations:
    """As `syncing.ingest` does it."""
    generations = Generations(index)
    try:
        held = generations.held(EMBEDDER)
    except IndexMissing:
        held = {}
    with generations.lock():
        generations.publish(sync(scan([corpus], None, SUFFIXES)[0], held, [str(corpus)], load, EMBEDDER, SyncReport()), EMBEDDER)
    return generations


def opened(generations: Generations, before: Snapshot | None = None) -> Snapshot:
    version, holdings = generations.read(EMBEDDER, known=before.holdings if before else None)
    return take(version, holdings, generations.vectors(), {"port-7": 1}, before)


def ranking(snapshot: Snapshot, text: str) -> list[tuple[str, float]]:
    vector = EMBEDDER.embed([text])[0]
    query = Query(text=text, vectors=QueryAdapter().aim(vector), terms=terms(text), expansion=[], entities=(), filters=Filters())
    found = candidates(query, snapshot, "hybrid", lambda *_: 0.0, Expected(None, snapshot).scores)
    return [(snapshot.chunks[place].id, score) for place, score in zip(found.places.tolist(), found.scores.tolist(), strict=True)]


def same(one: Holding, other: Holding) -> bool:
    names = ("chunk_vectors", "unit_vectors", "prompted_vectors", "shadow_vectors")
    return one.text == other.text and all(np.array_equal(getattr(one, n).ravel(), getattr(other, n).ravel()) for n in names)


@settings(max_examples=8, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=4))
def test_any_sequence_of_changes_gives_what_a_fresh_build_gives(changes: list[dict[str, str | None]]) -> None:
    with TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        write(corpus, STEADY)
        now = opened(ingest(Path(folder) / "grown", corpus))
        for change in changes:
            write(corpus, change)
            now = opened(ingest(Path(folder) / "grown", corpus), now)
        fresh = opened(ingest(Path(folder) / "fresh", corpus))
        assert now.version == fresh.version and now.held == fresh.held
        assert all(same(now.holdings[name], fresh.holdings[name]) for name in fresh.holdings)
        assert list(now.word_counts().items()) == list(fresh.word_counts().items())
        assert now.vectors.count() == fresh.vectors.count() == len(fresh.chunks)
        for text in QUERIES:
            assert ranking(now, text) == ranking(fresh, text)
            vector = EMBEDDER.embed([text])[0]
            near, wanted = now.vectors.nearest(vector, 40), fresh.vectors.nearest(vector, 40)
            assert np.allclose([cosine for _, cosine in near], [cosine for _, cosine in wanted], atol=1e-5)


def test_what_has_not_changed_is_linked_and_the_rest_is_made_anew_when_it_is_much(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    write(corpus, STEADY)
    ingest(index, corpus)

    def inode(generation: int, name: str) -> int:
        return (index / str(generation) / "documents" / name).stat().st_ino

    def layers(generation: int) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = json.loads((index / str(generation) / "index.json").read_text(encoding="utf-8"))["layers"]
        return found

    base = layers(1)["base"]
    write(corpus, {"buoy": STATES[0], "port-3": None})
    ingest(index, corpus)
    assert inode(1, "port-4.json") == inode(2, "port-4.json") and inode(1, "port-4.npz") == inode(2, "port-4.npz")
    assert list(layers(2)["dead"]) == ["port-3"] and layers(2)["base"] == base
    write(corpus, {"port-3": STEADY["port-3"]})
    ingest(index, corpus)
    assert layers(3)["dead"] == {} and layers(3)["base"] == base
    write(corpus, {f"port-{n}": STATES[1] for n in range(10)})
    ingest(index, corpus)
    assert layers(4)["dead"] == {} and layers(4)["base"] != base
    held = opened(Generations(index))
    assert held.vectors.count() == len(held.chunks)


def test_a_byte_that_has_changed_is_noticed_also_after_the_text_was_linked(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    write(corpus, STEADY)
    ingest(index, corpus)
    text = index / "1" / "documents" / "port-4.json"
    text.write_text(text.read_text(encoding="utf-8").replace("Quay 4 is long", "Quay 4 is lost"), encoding="utf-8")
    write(corpus, {"buoy": STATES[0]})
    ingest(index, corpus)
    with pytest.raises(IndexMismatch, match="damaged"):
        Generations(index).read(EMBEDDER)


def test_a_large_store_is_linked_and_finds_the_same(tmp_path: Path) -> None:
    drawn = np.random.default_rng(5).normal(size=(LARGE + 500, 8)).astype(np.float32)
    ids = [f"chunk-{n}" for n in range(len(drawn))]
    documents = {"large": (ids[:LARGE], drawn[:LARGE]), "small": (ids[LARGE:], drawn[LARGE:])}
    held = [Held(document_id=name, root="", digest="1", chunks=len(found[0])) for name, found in documents.items()]
    before = write_layers(tmp_path / "1", held[:1], documents.__getitem__, None)
    layers = write_layers(tmp_path / "2", held, documents.__getitem__, (tmp_path / "1", before, documents.__getitem__))
    vectors = [next(tmp_path.glob(f"{n}/chroma/*/data_level0.bin")) for n in (1, 2)]
    assert vectors[0].stat().st_ino == vectors[1].stat().st_ino
    store = open_layers(tmp_path / "2", ChromaVectors(tmp_path / "2" / "chroma"), layers)
    assert store.count() == len(drawn)
    for place in (3, LARGE - 1, LARGE + 7):
        assert store.nearest(drawn[place], 1)[0][0] == ids[place]
    store.close()
