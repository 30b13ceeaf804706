"""Draft to Markdown with markers, and the citations that they point to.

Invariants (held by property tests): every line with support ends in a marker; every marker has one citation; every quote is a substring
of its passage; markers count from 1 in order of appearance.
"""

import re
from collections.abc import Sequence

from pc_assistant.answering.draft import Draft, Line
from pc_assistant.domain.answers import Citation
from pc_assistant.domain.documents import Chunk, Document

# Not after the number that a text begins with: "2. Ferries" holds one sentence, not two.
SENTENCE_END = re.compile(r"(?<=[.!?])(?<!^\d\.)(?<!^\d\d\.)(?=\s+[\"'“‘(]?[A-Z0-9])|(?<=[.!?][\"'”’)])(?=\s+[\"'“‘(]?[A-Z0-9])")


def render(draft: Draft) -> tuple[str, tuple[Citation, ...]]:
    """The answer's Markdown and its citations. One marker a passage; its quote runs from the first to the last supporting words."""
    spans: dict[str, tuple[int, int]] = {}
    owners: dict[str, tuple[Chunk, Document]] = {}
    for line in draft.lines:
        for support in line.grounds():
            start, end = spans.get(support.chunk.id, (support.unit.start, support.unit.end))
            spans[support.chunk.id] = (min(start, support.unit.start), max(end, support.unit.end))
            owners.setdefault(support.chunk.id, (support.chunk, support.document))
    markers = {chunk_id: number for number, chunk_id in enumerate(spans, 1)}
    citations = tuple(_citation(markers[i], *owners[i], *spans[i]) for i in spans)
    return _markdown(draft.lines, markers), citations


def _markdown(lines: Sequence[Line], markers: dict[str, int]) -> str:
    parts: list[str] = []
    previous: Line | None = None
    for line in lines:
        marks = "".join(f" [{markers[i]}]" for i in dict.fromkeys(support.chunk.id for support in line.supports))
        same = previous is not None and previous.group == line.group
        if line.kind in {"fixed_header", "cells"}:
            parts.append(("\n\n" if parts and line.kind == "fixed_header" else "\n" if parts else "") + _cells(line, markers))
        elif line.kind in {"header", "row"}:
            first = line.kind == "header" or not (same and previous is not None and previous.kind in {"header", "row"})
            parts.append(("\n\n" if parts and first else "\n" if parts else "") + _row(line, marks, first))
        elif line.kind in {"item", "fixed_item"}:
            joined = same and previous is not None and previous.kind in {"item", "lead", "fixed"}
            text = ("\n" if joined and previous is not None and previous.kind == "item" else "\n\n") if parts else ""
            parts.append(f"{text}- {_marked(line.text, marks)}")
        else:
            glue = " " if same and previous is not None and previous.kind == "sentence" and line.kind == "sentence" else "\n\n"
            parts.append((glue if parts else "") + _marked(line.text, marks))
        previous = line
    return "".join(parts)


def _marked(text: str, marks: str) -> str:
    """`text` with its markers at the end of each sentence: one unit of a source may be a quotation of several."""
    return _inner(text, marks) + marks


def _inner(text: str, marks: str) -> str:
    """`text` with its markers at the end of each sentence but the last."""
    return SENTENCE_END.sub(lambda _: marks, escape(text))


def _cells(line: Line, markers: dict[str, int]) -> str:
    """A row of a comparison, each cell with its own markers; the header's cells carry none."""
    if line.kind == "fixed_header":
        names = [escape(name) for name in line.text.split(" | ")]
        return "| " + " | ".join(names) + f" |\n|{' --- |' * len(names)}"
    texts = []
    for cell in line.cells:
        marks = "".join(f" [{markers[i]}]" for i in dict.fromkeys(support.chunk.id for support in cell.supports))
        texts.append(_marked(cell.text, marks).replace(" \\| ", ": "))
    return "| " + " | ".join(texts) + " |"


def _row(line: Line, marks: str, first: bool) -> str:
    *before, last = line.text.split(" | ")
    cells = [*(_inner(cell, marks) for cell in before), _marked(last, marks)]
    text = "| " + " | ".join(cells) + " |"
    if line.kind == "header":
        return f"{text}\n|{' --- |' * len(cells)}"
    if first:  # rows without a header still need one to be a Markdown table
        return f"|{'  |' * len(cells)}\n|{' --- |' * len(cells)}\n{text}"
    return text


def escape(text: str) -> str:
    """`text` so that Markdown shows it as it is: brackets that look like markers, HTML and emphasis lose their meaning."""
    return re.sub(r"([\[\]<>*_`|\\])", r"\\\1", text)


def unescape(markdown: str) -> str:
    """The inverse of `escape`."""
    return re.sub(r"\\([\[\]<>*_`|\\])", r"\1", markdown)


def _citation(marker: int, chunk: Chunk, document: Document, start: int, end: int) -> Citation:
    return Citation(
        marker=marker,
        document_id=document.id,
        title=document.title,
        publisher=document.publisher,
        published=document.published,
        published_precision=document.published_precision,
        kind=document.kind,
        representation=document.representation,
        section=chunk.section,
        page=chunk.page,
        passage_id=chunk.id,
        quote=chunk.text[start:end],
        url=f"/documents/{document.id}#{chunk.anchor}",
    )
