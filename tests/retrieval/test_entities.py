import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.state import Corpus
from pc_assistant.retrieval.entities import Entities
from pc_assistant.retrieval.snapshot import Snapshot


@pytest.fixture(scope="module")
def entities(corpus: Corpus) -> Entities:
    return corpus.entities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Who chairs the North Bay Pilots Partnership?", {"north-pilots"}),
        ("Who chairs the North Bay Lifeboat Alliance?", {"north-lifeboats"}),
        ("What has NBPP decided?", {"north-pilots"}),
        ("who chairs the north bay lifeboat alliance", {"north-lifeboats"}),
        ("Ships off Cromer-Head?", {"north-pilots"}),
        ("NBPP’s budget", {"north-pilots"}),
        ("South Quay & St Orla’s Group", {"south-quay"}),
        ("South Quay and St Orla's Group NHS Trust", {"south-quay"}),
        ("NBPP and SQG", {"north-pilots", "south-quay"}),
        ("the north of the bay", set()),
        ("Southquay", set()),
        ("", set()),
    ],
)
def test_names_short_names_and_places_are_found(entities: Entities, text: str, found: set[str]) -> None:
    assert entities.find(text) == found


def test_a_place_that_two_share_names_both(entities: Entities) -> None:
    assert entities.find("What happens in North Bay?") == {"north-pilots", "north-lifeboats"}


def test_the_longest_name_at_a_spot_wins(entities: Entities) -> None:
    text = "The North Bay Pilots Partnership of North Bay"
    named = [(identity, text[start:end]) for identity, (start, end) in entities.mentions(text)]
    assert named == [
        ("north-pilots", "North Bay Pilots Partnership"),
        ("north-lifeboats", "North Bay"),
        ("north-pilots", "North Bay"),
    ]


@given(st.text(max_size=30), st.sampled_from(["NBLA", "North Bay", "Cromer Head"]), st.text(max_size=30))
def test_spans_stand_in_the_text_as_it_was_written(entities: Entities, before: str, name: str, after: str) -> None:
    text = f"{before} {name} {after}"
    spans = [text[start:end] for _, (start, end) in entities.mentions(text)]
    assert name in spans


def place_of(snapshot: Snapshot, heading: str) -> int:
    return next(place for place, chunk in enumerate(snapshot.chunks) if chunk.heading == heading)


def test_a_chunk_of_anothers_section_counts_against(entities: Entities, snapshot: Snapshot) -> None:
    pilots, lifeboats = (place_of(snapshot, f"North Bay {who}") for who in ("pilots", "lifeboats"))
    assert entities.score(["north-pilots"], pilots) == 1
    assert entities.score(["north-pilots"], lifeboats) == -1
    assert entities.score(["north-pilots", "north-lifeboats"], lifeboats) == 1


def test_a_chunk_of_nobodys_section_and_a_question_about_nobody_count_neither_way(entities: Entities, snapshot: Snapshot) -> None:
    assert entities.score(["north-pilots"], place_of(snapshot, "Membership by date")) == 0
    assert entities.score([], place_of(snapshot, "North Bay pilots")) == 0


def test_a_section_on_many_speaks_only_of_those_that_its_words_name(entities: Entities, snapshot: Snapshot) -> None:
    place = place_of(snapshot, "Examples of collaboratives")
    scores = {identity: entities.score([identity], place) for identity in entities.names}
    assert scores == {"north-pilots": -1, "north-lifeboats": 1, "south-quay": -1, "west": 1}


def test_no_collaboratives_are_no_fault(snapshot: Snapshot) -> None:
    none = Entities((), snapshot)
    assert none.find("North Bay") == set()
    assert none.score(["north-pilots"], 0) == 0


def test_the_places_of_a_collaborative_are_where_it_is_spoken_of(entities: Entities, snapshot: Snapshot) -> None:
    for ids in (["south-quay"], ["north-pilots", "south-quay"]):
        assert set(entities.places(ids)) == {place for place in range(len(snapshot.chunks)) if entities.score(ids, place) > 0} != set()
    assert entities.places([]) == entities.places(["nobody"]) == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("What did South Quay & St Orla’s Group save?", "What did it save?"),
        ("NBPP and SQG: who leads?", "it and it: who leads?"),
        ("Who leads?", "Who leads?"),
    ],
)
def test_a_question_without_the_names_in_it(entities: Entities, text: str, left: str) -> None:
    assert entities.without_names(text, "it") == left
