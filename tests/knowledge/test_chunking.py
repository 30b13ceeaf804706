from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pc_assistant.adapters.embedders.hashing import HashingEmbedder
from pc_assistant.adapters.embedders.onnx import OnnxEmbedder
from pc_assistant.domain.documents import Block, Chunk, Section, Unit
from pc_assistant.knowledge.chunking import chunk, context, embedded
from pc_assistant.knowledge.sentences import spans
from tests.knowledge.texts import sections, squashed

Count = Callable[[str], int]
TITLE = "A guide"
COUNT = HashingEmbedder().count


def section(*blocks: Block, path: tuple[str, ...] = ("Harbour", "Tides")) -> Section:
    return Section(path=path, heading=path[-1], level=len(path), anchor="tides", blocks=blocks)


def paragraph(*sentences: str) -> Block:
    return Block(kind="paragraph", lines=(" ".join(sentences),))


def cut(found: Sequence[Section], limit: int = 40) -> tuple[Chunk, ...]:
    return chunk("guide", TITLE, found, COUNT, limit)


def units_of(chunks: Sequence[Chunk], block: int) -> list[tuple[Unit, str]]:
    return [(unit, words) for piece in chunks for unit, words in piece.quotes() if unit.block == block]


def atoms(block: Block) -> list[str]:
    if block.kind == "paragraph":
        return [line[start:end] for line in block.lines for start, end in spans(line)]
    return [line for line in block.lines if line.strip()]


def check_nothing_is_lost(found: Sequence[Section], chunks: Sequence[Chunk]) -> None:
    for number, block in enumerate(block for section in found for block in section.blocks):
        units = units_of(chunks, number)
        leads = [words for unit, words in units if unit.kind in {"lead", "header"}]
        assert set(leads) <= {block.lead}
        lead = "" if leads else block.lead  # one that is too long to be repeated stands as sentences
        assert squashed(words for unit, words in units if unit.kind not in {"lead", "header"}) in {
            squashed([lead, *block.lines]),
            squashed(block.lines),
        }
        if any(line.strip() for line in block.lines):
            assert squashed([block.lead]) in squashed(words for _, words in units)


def check_every_chunk_fits(chunks: Sequence[Chunk], count: Count, limit: int) -> None:
    for piece in chunks:
        assert count(embedded(TITLE, piece, count, limit)) <= limit
        assert embedded(TITLE, piece, count, limit).endswith(piece.text)


def check_only_what_is_too_long_is_cut(found: Sequence[Section], chunks: Sequence[Chunk], count: Count, limit: int) -> None:
    for number, block in enumerate(block for section in found for block in section.blocks):
        whole = [words for unit, words in units_of(chunks, number) if unit.kind not in {"lead", "header"}]
        lead = f"{block.lead}\n" if count(block.lead) <= limit // 2 else ""
        before = {"paragraph": "", "list": f"{lead}- ", "table": lead}[block.kind]
        for atom in atoms(block):
            assert atom in whole or count(before + atom) > limit


def check_every_offset_is_true(chunks: Sequence[Chunk]) -> None:
    for piece in chunks:
        between = [piece.text[: piece.units[0].start]] + [piece.text[a.end : b.start] for a, b in pairwise(piece.units)]
        assert piece.text.endswith(piece.quote(piece.units[-1]))
        assert set(between) <= {"", "- ", " ", "\n", "\n- ", "\n\n", "\n\n- "}
        for unit in piece.units:
            assert piece.quote(unit).strip()
            assert unit.kind != "item" or piece.text[: unit.start].endswith("- ")


def check_leads_stand_above_their_items(found: Sequence[Section], chunks: Sequence[Chunk], count: Count, limit: int) -> None:
    blocks = [block for section in found for block in section.blocks]
    for piece in chunks:
        for place, unit in enumerate(piece.units):
            block = blocks[unit.block]
            led = unit.kind in {"item", "row"} and block.lead.strip() and count(block.lead) <= limit // 2
            assert (unit.lead is not None) == bool(led)
            if unit.lead is not None:
                lead = piece.units[unit.lead]
                assert unit.lead < place and lead.block == unit.block and piece.quote(lead) == block.lead
                assert lead.kind == {"item": "lead", "row": "header"}[unit.kind]


def check_ids(chunks: Sequence[Chunk], again: Sequence[Chunk]) -> None:
    assert len({piece.id for piece in chunks}) == len(chunks)
    assert [piece.ordinal for piece in chunks] == list(range(len(chunks)))
    assert list(again) == list(chunks)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sections, st.integers(24, 60))
def test_chunks_keep_what_was_promised(found: list[Section], limit: int) -> None:
    chunks = cut(found, limit)
    check_nothing_is_lost(found, chunks)
    check_every_chunk_fits(chunks, COUNT, limit)
    check_only_what_is_too_long_is_cut(found, chunks, COUNT, limit)
    check_every_offset_is_true(chunks)
    check_leads_stand_above_their_items(found, chunks, COUNT, limit)
    check_ids(chunks, cut(found, limit))


@pytest.fixture(scope="module")
def embedder(model_dir: Path) -> OnnxEmbedder:
    return OnnxEmbedder(model_dir / "all-MiniLM-L6-v2")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(found=sections, times=st.integers(1, 4))
def test_chunks_keep_what_was_promised_in_the_models_own_count(embedder: OnnxEmbedder, found: list[Section], times: int) -> None:
    longer = [one.model_copy(update={"blocks": one.blocks * times}) for one in found]
    chunks = chunk("guide", TITLE, longer, embedder.count, embedder.max_tokens)
    check_nothing_is_lost(longer, chunks)
    check_every_chunk_fits(chunks, embedder.count, embedder.max_tokens)
    check_only_what_is_too_long_is_cut(longer, chunks, embedder.count, embedder.max_tokens)
    check_every_offset_is_true(chunks)
    check_leads_stand_above_their_items(longer, chunks, embedder.count, embedder.max_tokens)


def test_a_list_that_goes_on_repeats_its_lead_in() -> None:
    items = tuple(f"item number {n} of the long list of ropes" for n in range(12))
    chunks = cut([section(Block(kind="list", lead="They keep these ropes:", lines=items))])
    assert len(chunks) > 2
    assert all(piece.text.startswith("They keep these ropes:\n- item number") for piece in chunks)
    assert [piece.quote(unit) for piece in chunks for unit in piece.units if unit.kind == "item"] == list(items)


def test_a_table_repeats_its_header_and_keeps_its_rows_whole() -> None:
    rows = tuple(f"Port number {n} of the coast | {n} boats" for n in range(12))
    chunks = cut([section(Block(kind="table", lead="Port | Boats", lines=rows))])
    assert len(chunks) > 1
    assert all(piece.text.split("\n")[0] == "Port | Boats" for piece in chunks)
    assert [line for piece in chunks for line in piece.text.split("\n")[1:]] == list(rows)


def test_blocks_stand_apart_and_the_units_of_one_together() -> None:
    (piece,) = cut([section(paragraph("It sails.", "It rests."), Block(kind="list", lead="It has:", lines=("a deck", "a hold")))], 80)
    assert piece.text == "It sails. It rests.\n\nIt has:\n- a deck\n- a hold"
    assert [(unit.kind, unit.block, unit.lead) for unit in piece.units] == [
        ("sentence", 0, None),
        ("sentence", 0, None),
        ("lead", 1, None),
        ("item", 1, 2),
        ("item", 1, 2),
    ]


def test_an_item_keeps_all_of_the_room_before_it_is_cut() -> None:
    whole = "word " * 60 + "end"
    (piece,) = cut([section(Block(kind="list", lines=(whole,)), path=("A path of many words",) * 4)], COUNT(f"- {whole}"))
    assert piece.quote(piece.units[0]) == whole
    assert embedded(TITLE, piece, COUNT, COUNT(f"- {whole}")) == piece.text


def test_what_is_too_long_is_cut_at_clauses() -> None:
    clauses = [f"the ferry sails on day {n} of the week," for n in range(8)]
    chunks = cut([section(paragraph("On the coast " + " ".join(clauses)))])
    parts = [piece.quote(unit) for piece in chunks for unit in piece.units]
    assert len(parts) > 1 and all(part.endswith(",") for part in parts)


def test_a_chunk_that_is_full_enough_ends_where_a_block_ends() -> None:
    short, long = paragraph("It turns."), paragraph(*[f"Sentence {n} of the harbour's own record." for n in range(22)])
    assert 180 <= COUNT(long.lines[0]) < 240
    chunks = cut([section(short, short, long, short)], 256)
    assert [sorted({unit.block for unit in piece.units}) for piece in chunks] == [[0, 1, 2], [3]]


def test_what_is_embedded_has_the_path_and_the_heading_before_it() -> None:
    (piece,) = cut([section(paragraph("It turns."), path=("Harbour", "Tides"))])
    assert embedded(TITLE, piece, COUNT, 40) == "Harbour > Tides\nIt turns."
    assert context(TITLE, ("Harbour",), "What turns") == "Harbour > What turns"
    assert context(TITLE, (), "") == TITLE


def test_of_a_context_that_is_too_long_the_end_is_kept() -> None:
    (piece,) = cut([section(paragraph("It turns."), path=("word " * 80 + "last",))])
    assert COUNT(embedded(TITLE, piece, COUNT, 40)) == 40
    assert embedded(TITLE, piece, COUNT, 40).endswith("word last\nIt turns.")


def test_an_id_depends_on_the_content_and_its_place_in_the_outline_alone() -> None:
    tides = section(paragraph("They turn."))
    before = section(paragraph("Words before."), path=("Before",))
    (alone,) = cut([tides])
    assert alone.id == cut([before, tides])[1].id
    assert alone.id != cut([section(paragraph("They turned."))])[0].id
    assert alone.id != cut([section(paragraph("They turn."), path=("Town", "Tides"))])[0].id
    assert alone.id != chunk("other", TITLE, [tides], COUNT, 40)[0].id
    assert [piece.id for piece in cut([tides, tides])] == [alone.id, f"{alone.id}-2"]


@pytest.mark.parametrize("pages", [(None, 3), (2, 3)])
def test_a_chunk_is_on_the_page_where_it_begins(pages: tuple[int | None, int]) -> None:
    blocks = [paragraph("It turns.").model_copy(update={"page": page}) for page in pages]
    (piece,) = cut([section(*blocks)])
    assert piece.page == next(page for page in pages if page)
