from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.domain.documents import Chunk, Document, Passage
from pc_assistant.retrieval.selection import LEAST, select

DOCUMENT = Document(id="guide", title="Guide")


def passage(rank: int, score: float, text: str) -> Passage:
    chunk = Chunk(id=f"c{rank}", document_id="guide", ordinal=rank, section=("S",), heading="S", anchor="s", text=text, units=())
    return Passage(chunk=chunk, document=DOCUMENT, score=score, rank=rank)


def test_what_is_left_out_keeps_its_reason() -> None:
    found = [passage(1, 0.9, "a b"), passage(2, 0.8, "A  b\n"), passage(3, 0.7, "c"), passage(4, 0.6, "d"), passage(5, 0.1, "e")]
    chosen, rejected = select(found, 2)
    assert [p.chunk.id for p in chosen] == ["c1", "c3"]
    assert [(p.chunk.id, reason) for p, reason in rejected] == [
        ("c2", "same words as a better passage"),
        ("c4", "beyond the first 2"),
        ("c5", "score far below the best"),
    ]


def test_nothing_found_is_nothing_chosen() -> None:
    assert select([], 5) == ((), ())


scores = st.lists(st.floats(0, 1), max_size=20).map(lambda values: sorted(values, reverse=True))


@given(scores, st.integers(0, 8), st.data())
def test_every_passage_is_chosen_or_rejected_once_and_order_stays(values: list[float], k: int, data: st.DataObject) -> None:
    found = [passage(rank, score, data.draw(st.sampled_from("abcd"))) for rank, score in enumerate(values, 1)]
    chosen, rejected = select(found, k)
    assert sorted([*(p.rank for p in chosen), *(p.rank for p, _ in rejected)]) == [p.rank for p in found]
    assert len(chosen) <= k
    assert [p.rank for p in chosen] == sorted(p.rank for p in chosen)
    assert len({p.chunk.text for p in chosen}) == len(chosen)
    assert all(p.score >= LEAST * found[0].score for p in chosen)
    assert all(reason for _, reason in rejected)
