"""What an answer states, and where its sentences end."""

import pytest

from pc_assistant.evaluation.text import content_words, markers, numbers, plain, statements


def test_plain_takes_out_markers_stars_and_line_ends() -> None:
    assert plain("It fell to **seven** miles [1][2].\n\n- from 73  miles [3]") == "It fell to seven miles. - from 73 miles"


def test_markers_stand_in_order() -> None:
    assert markers("a [2], b [1][2], [not] [12]") == (2, 1, 2, 12)


@pytest.mark.parametrize(
    ("answer", "stated"),
    [
        ("A fell to 5 [1]. The rest grew [2][3].", [("A fell to 5.", (1,)), ("The rest grew.", (2, 3))]),
        ("Visits fell.[1] Costs grew.[2]", [("Visits fell.", (1,)), ("Costs grew.", (2,))]),
        ("Visits fell. Costs grew [1].", [("Visits fell.", ()), ("Costs grew.", (1,))]),
        ("See e.g. Dorset and s. 65 of St. James [1].", [("See e.g. Dorset and s. 65 of St. James.", (1,))]),
        ("The costs were £2.5m in v. Smith [1].", [("The costs were £2.5m in v. Smith.", (1,))]),
        (
            "## Costs\n\n**South London**\n\nThree models:\n\n- lead provider [1]\n* shared board\n  of trusts [2]",
            [("lead provider", (1,)), ("shared board of trusts", (2,))],
        ),
        ("1. Agree aims [1]\n2. Map work [2]", [("Agree aims", (1,)), ("Map work", (2,))]),
        ("| Model | Board |\n| --- | :---: |\n| Lead [1] | One [2] |", [("Lead One", (1, 2))]),
        ("One line\nand the next [1].\n\nAnother paragraph [2].", [("One line and the next.", (1,)), ("Another paragraph.", (2,))]),
        ("Yes.", []),
        ("> Quoted words [1].", [("Quoted words.", (1,))]),
        ("**All 5 trusts agreed.**", [("All 5 trusts agreed.", ())]),
    ],
)
def test_statements(answer: str, stated: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(" ".join(item.text.split()), item.markers) for item in statements(answer)] == stated


def test_numbers_and_content_words() -> None:
    assert numbers("£1,200 in 2021, 4.5% of 3 [x]") == {"1200", "2021", "4.5", "3"}
    assert content_words("The Boards of 3 trusts should meet") == {"boards", "trusts", "meet"}
