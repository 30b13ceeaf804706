import pytest
from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.retrieval.spelling import Spelling
from pc_assistant.retrieval.terms import STOP

CORPUS = ["Provider collaboratives decide in committees in common; commissioners delegate governance to the lead provider of Manchester."]
ENGLISH = frozenset({"capital", "france", "lasagne", "recipe", "money"})
SPELLING = Spelling(CORPUS, ENGLISH.__contains__)
KNOWN = sorted({word.strip(".;,") for word in " ".join(CORPUS).split()} | ENGLISH | STOP)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("what is a provder colaborative", "what is a provider collaboratives"),
        ("comittees in common", "committees in common"),
        ("govenance and comissioners", "governance and commissioners"),
        ("Manchster", "Manchester"),
        ("What do they delgate?", "What do they delegate?"),
    ],
)
def test_misspelt_words_are_mended(written: str, meant: str) -> None:
    assert SPELLING.correct(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "What is the capital of France?",
        "WYAAT, SLAM and CAHMS",
        "£2m, 40% and s65Z5 in 2021/22",
        "Delegating governance",  # by its stem
        "Which Wolverhampton trusts use Kubernetes?",  # too far from any word
        "an ICS or MoU",
    ],
)
def test_known_words_acronyms_figures_and_strangers_stay(text: str) -> None:
    assert SPELLING.correct(text) == text


def test_the_word_that_begins_alike_is_preferred_to_the_more_common_one() -> None:
    assert Spelling(["carts carts carts hurts"], lambda word: False).correct("harts") == "hurts"


def test_an_acronym_like_a_word_stays_in_the_plural_too() -> None:
    spelling = Spelling(["roads"], lambda word: False)
    assert spelling.correct("raods") == "roads"
    assert spelling.correct("RAODS and RAODs") == "RAODS and RAODs"


@given(st.lists(st.sampled_from(KNOWN), max_size=10).map(" ".join), st.sampled_from([str, str.upper, str.title]))
def test_known_words_are_never_touched(text: str, case: type[str]) -> None:
    assert SPELLING.correct(case(text)) == case(text)


@given(st.lists(st.from_regex(r"[A-Z]{2,7}s?|£?\d{1,4}[a-z%]?", fullmatch=True), max_size=6).map(" ".join))
def test_acronyms_and_figures_are_never_touched(text: str) -> None:
    assert SPELLING.correct(text) == text


@given(st.text(max_size=60))
def test_only_letters_change_and_mending_twice_is_mending_once(text: str) -> None:
    mended = SPELLING.correct(text)
    assert SPELLING.correct(mended) == mended
    assert [c for c in mended if not c.isalpha()] == [c for c in text if not c.isalpha()]


def test_a_corpus_without_words_mends_nothing() -> None:
    assert Spelling([], lambda word: False).correct("colaborative") == "colaborative"
