from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.knowledge.anchors import Anchors


def test_an_anchor_is_the_words_in_plain_letters() -> None:
    anchors = Anchors()
    assert [anchors.make(text) for text in ("What's new: £2m?", "Ynys Môn", "100%", "???")] == [
        "whats-new-2m",
        "ynys-mon",
        "100",
        "section",
    ]


def test_a_number_never_meets_a_heading_that_ends_in_it() -> None:
    anchors = Anchors()
    assert [anchors.make(text) for text in ("Part", "Part 2", "Part", "Part")] == ["part", "part-2", "part-3", "part-4"]


@given(st.lists(st.sampled_from(["Part", "Part 2", "part-2", "2", "", "Pàrt", "x" * 200]) | st.text()))
def test_anchors_are_unique_and_fit_a_url(texts: list[str]) -> None:
    anchors = Anchors()
    made = [anchors.make(text) for text in texts]
    assert len(set(made)) == len(made)
    assert all(anchor.isascii() and anchor.replace("-", "").isalnum() and len(anchor) < 100 for anchor in made)
