import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pc_assistant.answering.citing import escape, render, unescape
from pc_assistant.answering.draft import Draft, Line, Support
from pc_assistant.domain.answers import Citation
from tests.answering.drafts import BLANK, DOCUMENT, chunk, drafts, line, shown


def ids(line: Line) -> list[str]:
    return list(dict.fromkeys(support.chunk.id for support in line.grounds()))


@given(drafts())
def test_every_marker_has_one_citation_and_they_count_from_1_in_order(draft: Draft) -> None:
    markdown, citations = render(draft)
    markers, _ = shown(markdown)
    assert list(dict.fromkeys(markers)) == [citation.marker for citation in citations] == list(range(1, len(citations) + 1))
    assert len({citation.passage_id for citation in citations}) == len(citations)


@given(drafts())
def test_every_supported_line_ends_in_the_markers_of_what_it_rests_on(draft: Draft) -> None:
    markdown, citations = render(draft)
    passage = {citation.marker: citation.passage_id for citation in citations}
    expected = [identity for one in draft.lines for part in (one.cells or (one,)) for identity in ids(part)]
    assert list(dict.fromkeys(passage[marker] for marker in shown(markdown)[0])) == list(dict.fromkeys(expected))
    position = 0
    for one in draft.lines:
        if one.kind in {"sentence", "lead", "item"}:
            marks = "".join(f" [{number}]" for number in dict.fromkeys(n for i in ids(one) for n, p in passage.items() if p == i))
            position = markdown.index(f"{escape(one.text[-1])}{marks}", position) + 1
        if one.kind in {"row", "header"}:
            assert any(row.endswith("] |") for row in markdown[position:].splitlines())


@given(drafts())
def test_every_quote_stands_in_its_passage_and_holds_what_it_supports(draft: Draft) -> None:
    supports = [support for one in draft.lines for support in one.grounds()]
    chunks = {support.chunk.id: support.chunk for support in supports}
    quotes = {citation.passage_id: citation.quote for citation in render(draft)[1]}
    assert all(quote and quote in chunks[identity].text for identity, quote in quotes.items())
    assert all(support.words in quotes[support.chunk.id] for support in supports)


@given(drafts())
def test_nothing_in_a_text_looks_like_a_marker_or_mark_up(draft: Draft) -> None:
    markdown, _ = render(draft)
    _, rest = shown(markdown)
    for one in draft.lines:
        if one.kind in {"sentence", "lead", "item"}:
            assert "".join(one.text.split()) in "".join(rest.split())


def bars(row: str) -> int:
    return len(re.findall(r"(?<!\\)(?:\\\\)*\|", row))


@given(drafts())
def test_every_table_has_a_header_with_a_rule_as_wide_beneath_it(draft: Draft) -> None:
    markdown, _ = render(draft)
    tables = [block.splitlines() for block in markdown.split("\n\n") if block.startswith("|")]
    assert all(set(table[1]) == set("| -") and bars(table[0]) == bars(table[1]) for table in tables)
    assert sum(1 for table in tables) == sum(
        1
        for before, one in pairwise([None, *draft.lines])
        if one
        and (
            one.kind in {"header", "fixed_header"}
            or (one.kind == "row" and (not before or before.kind not in {"header", "row"} or before.group != one.group))
        )
    )


@given(st.text())
def test_unescaping_undoes_escaping(text: str) -> None:
    assert unescape(escape(text)) == text


def test_a_draft_reads_as_markdown() -> None:
    held = chunk("one", "Bring:", "a ticket", "a coat")
    on = [Support(chunk=held, document=DOCUMENT, unit=unit) for unit in held.units]
    draft = Draft(
        lines=(
            line("The ferry sails at nine.", "The ferry sails at nine."),
            line("It is small.", "It is small."),
            Line(text="Bring:", kind="lead", supports=(on[0],), group=1),
            Line(text="a ticket", kind="item", supports=(on[1],), group=1),
            Line(text="a coat", kind="item", supports=(on[2],), group=1),
            line("Day | Sailings", "Day | Sailings", kind="header", group=2),
            line("Monday | 4", "Monday | 4", kind="row", group=2),
        )
    )
    markdown, citations = render(draft)
    assert markdown == (
        "The ferry sails at nine. [1] It is small. [2]\n\nBring: [3]\n\n- a ticket [3]\n- a coat [3]\n\n"
        "| Day | Sailings [4] |\n| --- | --- |\n| Monday | 4 [5] |"
    )
    assert [citation.quote for citation in citations][2] == "Bring:\na ticket\na coat"


def test_every_sentence_of_a_quotation_is_marked() -> None:
    words = "“The ferry is full. It sails at 9.30!” Some ask: why? 12 boats sail."
    markdown, _ = render(Draft(lines=(line(words, words),)))
    assert markdown == "“The ferry is full. [1] It sails at 9.30!” [1] Some ask: why? [1] 12 boats sail. [1]"


def test_a_number_that_a_text_begins_with_is_no_sentence() -> None:
    markdown, _ = render(Draft(lines=(line("2. Ferries | Boats", "2. Ferries | Boats", kind="row"),)))
    assert markdown.splitlines()[-1] == "| 2. Ferries | Boats [1] |"


def test_a_comparison_cites_every_cell() -> None:
    row = Line(text="", kind="cells", cells=(line("Fast.", "Fast."), BLANK))
    markdown, _ = render(Draft(lines=(Line(text="Ferry | Barge", kind="fixed_header"), row)))
    assert markdown == "| Ferry | Barge |\n| --- | --- |\n| Fast. [1] | – |"


def test_a_citation_tells_where_it_is_from() -> None:
    _, citations = render(Draft(lines=(line("It is small.", "It is small."),)))
    assert citations == (
        Citation(
            marker=1,
            document_id="guide",
            title="Guide",
            publisher="The harbour",
            published=None,
            kind="other",
            representation="notes",
            section=("Tides",),
            passage_id="c-It is small.",
            quote="It is small.",
            url="/documents/guide#tides",
        ),
    )


def test_an_empty_draft_says_nothing() -> None:
    assert render(Draft()) == ("", ())
