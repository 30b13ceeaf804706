"""The variants of a question."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.domain.conversations import MAX_QUESTION
from pc_assistant.evaluation.perturb import VARIANTS, perturb
from pc_assistant.evaluation.record import Variant

QUESTION = "How far did placements away from home fall in South London?"


@given(st.text(min_size=1, max_size=MAX_QUESTION), st.sampled_from(VARIANTS), st.integers())
def test_a_variant_is_repeatable_and_fits_a_question(question: str, variant: Variant, seed: int) -> None:
    changed = perturb(question, variant, Random(seed))
    assert changed == perturb(question, variant, Random(seed))
    assert changed is None or (0 < len(changed) <= MAX_QUESTION and changed != question)


def test_each_variant_does_what_it_says() -> None:
    assert perturb(QUESTION, "capitals", Random(1)) == QUESTION.upper()
    assert perturb(QUESTION, "keywords", Random(1)) == "far placements away home fall South London"
    padded = perturb(QUESTION, "padding", Random(1))
    assert padded is not None
    assert QUESTION in padded
    typos = perturb(QUESTION, "typos", Random(1))
    assert typos is not None
    different = [(old, new) for old, new in zip(QUESTION.split(), typos.split(), strict=True) if old != new]
    assert 1 <= len(different) <= 2
    assert all(sorted(old) == sorted(new) and (old[0], old[-1]) == (new[0], new[-1]) for old, new in different)


def test_what_changes_nothing_is_no_variant() -> None:
    assert perturb("WHY?", "capitals", Random(1)) is None
    assert perturb("Why?", "typos", Random(1)) is None
    assert perturb("What is it?", "keywords", Random(1)) is None
    assert perturb("x" * MAX_QUESTION, "padding", Random(1)) is None
