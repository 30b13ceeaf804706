from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.domain.holdings import Holding
from pc_assistant.domain.ports import Vectors
from pc_assistant.retrieval.adapter import SIDES, Fit, QueryAdapter, Taught, fit, load_adapter
from pc_assistant.retrieval.snapshot import Snapshot, take
from tests.fakes_vectors import MemoryVectors
from tests.retrieval.tiny import EMBEDDER

SIDE = 6


def unit(rows: Vectors) -> Vectors:
    scaled: Vectors = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return scaled


@pytest.fixture(scope="module")
def contrast(snapshot: Snapshot) -> Snapshot:
    """A snapshot whose questions lie near the wrong chunks: each beside the next one's, by a shift that a linear map can undo."""
    held = next(held for held in snapshot.held if held.document.id == "harbour-guidance")
    chunks = np.eye(SIDE, dtype=np.float32)[: len(held.chunks)]
    units = np.repeat(chunks, [len(chunk.units) for chunk in held.chunks], axis=0)
    questions = unit(np.roll(chunks[:3], 1, axis=1) + 0.3 * chunks[:3])
    text = held.model_copy(
        update={"prompted": tuple(held.prompted[0].model_copy(update={"chunks": (place,)}) for place in range(3)), "shadows": ()}
    )
    return take("1", [Holding(text, chunks, units, questions)], MemoryVectors(), {})


def right(snapshot: Snapshot, adapter: QueryAdapter) -> int:
    moved = np.stack([adapter.aim(question).chunks for question in snapshot.prompted_vectors])
    nearest = (moved @ snapshot.chunk_vectors.T).argmax(axis=1)
    return sum(int(place) in places for place, places in zip(nearest, snapshot.prompted_places, strict=True))


def test_fitting_brings_questions_to_the_chunks_that_answer_them(contrast: Snapshot) -> None:
    assert right(contrast, QueryAdapter()) == 0
    assert right(contrast, fit(contrast, Fit(epochs=800, rate=3e-3, hold=0.05))) == 3


def test_fitting_is_deterministic(contrast: Snapshot) -> None:
    first, second = (fit(contrast, Fit(epochs=5, batch=2)).matrices for _ in range(2))
    assert first.keys() == second.keys() == set(SIDES)
    assert all(np.array_equal(first[side], second[side]) for side in SIDES)


def test_the_hold_keeps_the_map_near_the_identity(contrast: Snapshot) -> None:
    def distance(hold: float) -> float:
        matrices = fit(contrast, Fit(epochs=200, hold=hold)).matrices
        return max(float(np.abs(matrix - np.eye(SIDE)).max()) for matrix in matrices.values())

    assert distance(100.0) < distance(0.1)


def test_an_adapter_without_a_matrix_changes_nothing() -> None:
    vector = EMBEDDER.embed(["a question"])[0]
    aimed = QueryAdapter().aim(vector)
    assert all(one is vector for one in (aimed.asked, aimed.chunks, aimed.units, aimed.questions))


@given(st.lists(st.floats(-1, 1, width=32), min_size=SIDE, max_size=SIDE))
def test_an_adapted_vector_has_unit_length(values: list[float]) -> None:
    vector = np.array(values, dtype=np.float32)
    matrix = np.diag(np.arange(1, SIDE + 1)).astype(np.float32)
    aimed = QueryAdapter({"units": matrix}).aim(vector)
    assert aimed.asked is aimed.chunks is aimed.questions is vector
    moved = aimed.units
    assert moved.dtype == np.float32
    assert np.linalg.norm(moved) == pytest.approx(1 if np.linalg.norm(vector) > 1e-6 else np.linalg.norm(moved), abs=1e-3)


def test_an_adapter_is_read_back_for_its_own_model_only(tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    QueryAdapter({side: np.eye(SIDE, dtype=np.float32) * n for n, side in enumerate(SIDES)}).save(path, "one@fp32")
    kept = load_adapter(path, "one@fp32").matrices
    assert all(np.allclose(kept[side], np.eye(SIDE) * n) for n, side in enumerate(SIDES))
    assert load_adapter(path, "another@fp32").matrices == {}


def test_a_missing_adapter_changes_nothing(tmp_path: Path) -> None:
    assert load_adapter(tmp_path / "none.npz", "one@fp32").matrices == {}
    QueryAdapter().save(tmp_path / "none.npz", "one@fp32")
    assert not (tmp_path / "none.npz").exists()


def test_further_questions_are_fitted_to_their_passages_too(contrast: Snapshot) -> None:
    asked = np.eye(SIDE, dtype=np.float32)[-1]
    place = len(contrast.chunks) - 1
    chunk = contrast.chunk_vectors[place]
    before, after = (fit(contrast, Fit(epochs=50), more).aim(asked).chunks @ chunk for more in ((), [Taught(asked, (place,))]))
    assert after > before


def test_of_units_those_that_answer_are_brought_near_where_they_are_known(contrast: Snapshot) -> None:
    place = next(place for place, chunk in enumerate(contrast.chunks) if len(chunk.units) > 1)
    rows = range(contrast.starts[place], contrast.starts[place + 1])
    spread = replace(
        contrast, unit_vectors=unit(contrast.unit_vectors + 0.4 * np.roll(np.eye(len(contrast.unit_vectors), SIDE), 2, axis=1))
    )
    asked = unit(np.ones(SIDE, dtype=np.float32))
    near = [
        fit(spread, Fit(epochs=100), [Taught(asked, (place,), (row,))]).aim(asked).units
        @ (spread.unit_vectors[row] - spread.unit_vectors[other])
        for row, other in ((rows[0], rows[1]), (rows[1], rows[0]))
    ]
    assert sum(near) > 0


def test_a_question_of_the_notes_is_brought_to_the_others_of_its_section_and_not_to_itself(contrast: Snapshot) -> None:
    places = ((0,), (0,), (1,))
    asked = unit(np.eye(SIDE, dtype=np.float32)[[0, 2, 4]])
    known = replace(contrast, prompted_places=places, prompted_vectors=asked)
    moved = fit(known, Fit(epochs=200, hold=0.05)).aim(asked[0]).questions
    assert moved @ asked[1] > asked[0] @ asked[1]
    assert moved @ asked[2] < moved @ asked[1]
