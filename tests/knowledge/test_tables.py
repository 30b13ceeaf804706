import pytest

from pc_assistant.domain.documents import Block
from pc_assistant.knowledge.blocks import parse

LONG = " ".join(["The harbour keeps a careful record."] * 8)


def read(*lines: str) -> tuple[Block, ...]:
    return parse(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("| Day | Fare |", "|:---|---:|", "| Monday | £4 |", "| Sunday | £6 |"),
        ("| Day | Fare |", "| --- | --- |", "| Monday | £4 |", "", "| Sunday | £6 |"),
        ("Day\tFare", "Monday\t£4", "Sunday\t£6"),
        ("Day\tFare\t", "Monday\t£4\t", "", "Sunday\t£6\t"),
    ],
    ids=["pipes", "over a page end", "tabs", "an empty column"],
)
def test_a_table_has_a_header_and_rows(lines: tuple[str, ...]) -> None:
    assert read(*lines) == (Block(kind="table", lead="Day | Fare", lines=("Monday | £4", "Sunday | £6")),)


def test_a_cell_stays_below_its_own_header_where_others_are_empty() -> None:
    assert read("Port\tBoats\tCrew", "Bude\t\t4", "\t2", "Looe\t7\t") == (
        Block(kind="table", lead="Port | Boats | Crew", lines=("Bude |  | 4", " | 2", "Looe | 7")),
    )


def test_a_new_header_begins_a_new_table() -> None:
    first, second = read("| Day | Fare |", "|---|---|", "| Monday | £4 |", "", "| Port | Boats |", "|---|---|", "| Bude | 3 |")
    assert (first.lead, second.lead, second.lines) == ("Day | Fare", "Port | Boats", ("Bude | 3",))


def test_a_single_row_and_a_wordy_first_row_are_no_header() -> None:
    assert read("Monday\t£4") == (Block(kind="table", lines=("Monday | £4",)),)
    wordy = "the ferry " * 7
    assert read(f"{wordy}\tone", "two\tthree")[0].lead == ""


def test_a_header_over_nothing_and_a_nameless_header() -> None:
    assert read("| Day | Fare |", "|---|---|", "| | |") == (Block(kind="table", lines=("Day | Fare",)),)
    assert read("| | |", "|---|---|", "| Monday | £4 |", "| Sunday | |") == (Block(kind="table", lines=("Monday | £4", "Sunday")),)


def test_a_table_without_words_is_dropped() -> None:
    assert read("| | |", "|---|---|", "| | – |") == ()


def test_pipes_and_markup_within_cells() -> None:
    assert read(r"| **a** | b \| c |", "|---|---|", "| [d](x) | e |") == (Block(kind="table", lead="a | b | c", lines=("d | e",)),)


def test_cells_that_hold_lists_become_lists_in_order() -> None:
    rows = (
        "| Step | Doing | Done |",
        "|---|---|---|",
        "| Sail | Two things. <ul><li class='x'>raise</li><li>lower it</li></ul>and rest | yes |",
    )
    assert read(*rows) == (
        Block(kind="table", lines=("Step | Doing | Done",)),
        Block(kind="list", lead="Sail – Doing:", lines=("Two things.", "raise", "lower it", "and rest")),
        Block(kind="list", lead="Sail – Done:", lines=("yes",)),
    )


def test_long_cells_become_sentences_under_their_label() -> None:
    assert read("| Record | Kept |", "|---|---|", f"| Tides | {LONG} |", "| Winds | |", f"| | {LONG} |") == (
        Block(kind="table", lines=("Record | Kept",)),
        Block(kind="list", lead="Tides:", lines=("The harbour keeps a careful record.",) * 8),
        Block(kind="paragraph", lines=("Winds",)),
        Block(kind="list", lines=("The harbour keeps a careful record.",) * 8),
    )


def test_a_long_label_is_text_itself() -> None:
    assert read(f"{LONG}\tNo") == (
        Block(kind="list", lines=("The harbour keeps a careful record.",) * 8),
        Block(kind="list", lines=("No",)),
    )
