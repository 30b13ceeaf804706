import numpy as np
import pytest

from pc_assistant.domain.errors import NotFound
from pc_assistant.retrieval.snapshot import Snapshot, take
from tests.fakes_vectors import MemoryVectors
from tests.retrieval.tiny import EMBEDDER


def test_documents_stand_in_the_order_of_authority(snapshot: Snapshot) -> None:
    assert [held.document.id for held in snapshot.held] == ["harbour-guidance", "harbour-toolkit", "harbour-event", "harbour-cases"]
    assert [snapshot.places[chunk.id] for chunk in snapshot.chunks] == list(range(len(snapshot.chunks)))


def test_the_rows_of_a_chunk_are_its_units(snapshot: Snapshot) -> None:
    assert snapshot.starts[-1] == len(snapshot.unit_vectors)
    for place, chunk in enumerate(snapshot.chunks):
        assert len(snapshot.units_of(place)) == len(chunk.units)
        assert np.array_equal(snapshot.unit_vectors[snapshot.starts[place] : snapshot.starts[place + 1]], snapshot.units_of(place))


def test_neighbours_share_document_section_and_heading(snapshot: Snapshot) -> None:
    for place, chunk in enumerate(snapshot.chunks):
        near = snapshot.neighbours(place)
        assert place in near
        assert near == sorted(near)
        same = [
            other
            for other, piece in enumerate(snapshot.chunks)
            if (piece.document_id, piece.section, piece.heading) == (chunk.document_id, chunk.section, chunk.heading)
        ]
        assert near == same


def test_a_unit_is_as_near_as_its_shadow_where_that_is_nearer(snapshot: Snapshot) -> None:
    shadow = next(shadow for held in snapshot.held for shadow in held.shadows if "73" in shadow.text)
    vector = EMBEDDER.embed([shadow.text])[0]
    place = next(place for place, chunk in enumerate(snapshot.chunks) if chunk.heading == "North Bay pilots")
    row = snapshot.starts[place] + shadow.unit
    assert snapshot.similarities(vector, place)[shadow.unit] == pytest.approx(1, abs=1e-5)
    assert snapshot.unit_vectors[row] @ vector < 0.99
    assert "73" in snapshot.shadow_terms[row]


def test_shadows_never_make_a_unit_less_near(snapshot: Snapshot) -> None:
    for question in ("How far did the wait fall?", "Who keeps the register?"):
        vector = EMBEDDER.embed([question])[0]
        own = snapshot.unit_vectors @ vector
        found = np.concatenate([snapshot.similarities(vector, place) for place in range(len(snapshot.chunks))])
        assert (found >= own - 1e-6).all()
        unshadowed = np.setdiff1d(np.arange(len(own)), snapshot.shadow_units)
        assert np.allclose(found[unshadowed], own[unshadowed])
        best = np.copy(own)
        np.maximum.at(best, snapshot.shadow_units, snapshot.shadow_vectors @ vector)
        assert np.allclose(found, best)


def test_similarities_leave_the_snapshot_as_it_was(snapshot: Snapshot) -> None:
    before = snapshot.unit_vectors.copy()
    for place in range(len(snapshot.chunks)):
        snapshot.similarities(EMBEDDER.embed(["wait of ships"])[0], place)
    assert np.array_equal(snapshot.unit_vectors, before)


def test_what_is_held_is_found_by_its_id(snapshot: Snapshot) -> None:
    assert snapshot.passage(snapshot.chunks[3].id) == snapshot.chunks[3]
    assert snapshot.document("harbour-toolkit").document.title == "Harbour toolkit"


def test_what_is_not_held_is_not_found(snapshot: Snapshot) -> None:
    with pytest.raises(NotFound, match="no passage nowhere"):
        snapshot.passage("nowhere")
    with pytest.raises(NotFound, match="no document nowhere"):
        snapshot.document("nowhere")


def test_the_questions_of_the_notes_lead_to_their_chunks(snapshot: Snapshot) -> None:
    asked = dict(zip(snapshot.prompted_texts, snapshot.prompted_places, strict=True))
    assert [snapshot.chunks[place].section for place in asked["What is a harbour collaborative?"]] == [("Definition",)]
    assert [snapshot.chunks[place].section for place in asked["How far did the wait for a pilot fall in North Bay?"]] == [
        ("North Bay pilots",)
    ]


def test_a_snapshot_of_nothing_is_no_fault() -> None:
    empty = take("0", [], MemoryVectors(), {})
    assert empty.chunks == ()
    assert empty.places == {}
