"""Answers as a Word file (Office Open XML), for papers."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from pc_assistant.channels import words
from pc_assistant.channels.blocks import Block, Runs
from pc_assistant.web.pages.exports import TITLE, Address, footing
from pc_assistant.web.pages.views import Card, Source

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

A4 = Mm(210), Mm(297)
LINK = RGBColor(0x00, 0x5E, 0xB8)


def word(cards: Sequence[Card], address: Address, at: datetime) -> bytes:
    """The file. Headings, lists and tables are real ones, a table's header row is marked as such, and the language is British English."""
    file = docx.Document()
    _settle(file, at)
    file.add_heading(TITLE, 0)
    for card in cards:
        _add(file, card, address)
    file.add_paragraph(footing(cards, at)).runs[0].italic = True
    packed = BytesIO()
    file.save(packed)
    return packed.getvalue()


def _settle(file: WordDocument, at: datetime) -> None:
    paper = file.sections[0]
    paper.page_width, paper.page_height = A4
    known = file.core_properties
    known.title, known.author, known.comments, known.language = TITLE, words.SERVICE, words.STANDING, "en-GB"
    known.created = known.modified = at.replace(tzinfo=None)
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)


def _add(file: WordDocument, card: Card, address: Address) -> None:
    answer = card.kept.answer
    file.add_heading(_clean(card.kept.question), 1)
    if answer.standalone_question:
        file.add_paragraph(_clean(f"Understood as: {answer.standalone_question}"))
    status = file.add_paragraph()
    status.add_run(f"{card.label}. ").bold = True
    status.add_run(card.lead)
    for block in card.blocks:
        _block(file, block)
    for title, message in card.notices:
        notice = file.add_paragraph()
        notice.add_run(f"{title}. ").bold = True
        notice.add_run(_clean(message))
    if card.sources:
        file.add_heading("Sources", 2)
        for source in card.sources:
            _source(file, source, address)


def _block(file: WordDocument, block: Block) -> None:
    if block.kind != "table":
        for item in block.items:
            _write(file.add_paragraph(style="List Bullet" if block.kind == "list" else None), item)
        return
    rows = [*([block.header] if block.header else []), *block.rows]
    table = file.add_table(len(rows), max(map(len, rows)), style="Table Grid")
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            _write(table.cell(place, column).paragraphs[0], cell, bold=bool(block.header) and place == 0)
    if block.header:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    file.add_paragraph()


def _write(paragraph: Paragraph, runs: Runs, bold: bool = False) -> None:
    for run in runs:
        paragraph.add_run(f" [{run.marker}]" if run.marker is not None else _clean(run.text)).bold = bold or None


def _source(file: WordDocument, source: Source, address: Address) -> None:
    entry = file.add_paragraph()
    entry.add_run(f"[{source.citation.marker}] ").bold = True
    entry.add_run(_clean(words.reference(source.citation)))
    entry.add_run(f" “{_clean(' '.join(source.citation.quote.split()))}” ").italic = True
    _link(entry, address(source.in_context))


def _link(paragraph: Paragraph, address: str) -> None:
    """Adds an address that can be followed."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(address)
    run.font.underline, run.font.color.rgb = True, LINK
    link.append(run._r)
    paragraph._p.append(link)


def _clean(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return "".join(char for char in text if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff"))
