"""Makes documents of a truth: by LibreOffice, python-docx, python-pptx and as a web page."""

import shutil
import subprocess
from html import escape
from pathlib import Path

from docx import Document
from pptx import Presentation
from pptx.util import Cm

from tests.fidelity.flat import flat
from tests.fidelity.truth import Item, Truth

TAGGED = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'


def office(folder: Path, target: str, *files: Path, out: Path | None = None) -> None:
    """Converts files by LibreOffice, with a profile of its own; the results lie in `out`, or beside them."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program, "No LibreOffice is installed: run the tests by ./run test, which sees to it."
    words = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", target]
    words += ["--outdir", str(out or folder), *map(str, files)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr


def printed(truth: Truth, folder: Path) -> dict[str, Path]:
    """The truth as PDFs and as Word documents of LibreOffice, by what they are."""
    plain, columns, hyphens = (folder / name for name in ("plain.fodt", "columns.fodt", "hyphens.fodt"))
    plain.write_text(flat(truth), encoding="utf-8")
    columns.write_text(flat(truth, columns=2), encoding="utf-8")
    hyphens.write_text(flat(truth, columns=2, hyphenate=True), encoding="utf-8")
    tagged = folder / "tagged"
    office(folder, "pdf:writer_pdf_Export", plain, columns, hyphens)
    office(folder, TAGGED, plain, columns, hyphens, out=tagged)
    office(folder, "docx", plain, columns)
    return {
        "PDF, untagged": folder / "plain.pdf",
        "PDF, tagged": tagged / "plain.pdf",
        "PDF, untagged, two columns": folder / "columns.pdf",
        "PDF, tagged, two columns": tagged / "columns.pdf",
        "PDF, untagged, two justified columns, hyphenated": folder / "hyphens.pdf",
        "PDF, tagged, two justified columns, hyphenated": tagged / "hyphens.pdf",
        "DOCX by LibreOffice": folder / "plain.docx",
        "DOCX by LibreOffice, two columns": folder / "columns.docx",
    }


def word(truth: Truth, path: Path) -> Path:
    """The truth by python-docx, which knows no footnotes: they are paragraphs."""
    document = Document()
    document.sections[0].header.paragraphs[0].text, document.sections[0].footer.paragraphs[0].text = truth.furniture
    document.add_heading(truth.title, 0)
    for item in truth.items:
        if item.kind == "heading":
            document.add_heading(item.lines[0], item.level)
        elif item.kind == "list":
            for line in item.lines:
                document.add_paragraph(line, "List Number" if item.ordered else "List Bullet")
        elif item.kind == "table":
            _word_table(document, item)
        else:
            document.add_paragraph(" ".join(item.lines))
            if item.footnote:
                document.add_paragraph(item.footnote)
    document.save(str(path))
    return path


def _word_table(document: "Document", item: Item) -> None:
    table = document.add_table(len(item.rows), len(item.rows[0]))
    for r, row in enumerate(item.rows):
        for c, text in enumerate(row):
            if text == "^":
                table.cell(r - 1, c).merge(table.cell(r, c))
            elif text == "<":
                table.cell(r, c - 1).merge(table.cell(r, c))
            else:
                table.cell(r, c).text = text
    for r, row in enumerate(item.rows):
        for c, text in enumerate(row):
            if text not in {"^", "<"}:
                table.cell(r, c).text = text


def page(truth: Truth, path: Path) -> Path:
    """The truth as a web page among a menu, a banner and a footer; every heading has an id."""
    body = [f"<h1 id='title'>{escape(truth.title)}</h1>"]
    for number, item in enumerate(truth.items):
        if item.kind == "heading":
            body.append(f"<h{item.level + 1} id='part-{number}'>{escape(item.lines[0])}</h{item.level + 1}>")
        elif item.kind == "list":
            tag = "ol" if item.ordered else "ul"
            body.append(f"<{tag}>{''.join(f'<li>{escape(line)}</li>' for line in item.lines)}</{tag}>")
        elif item.kind == "table":
            body.append(_html_table(item.rows))
        else:
            body.append(f"<p>{escape(' '.join(item.lines))}</p>")
            if item.footnote:
                body.append(f"<p>{escape(item.footnote)}</p>")
    head, foot = truth.furniture
    text = (
        f"<html><head><title>{escape(truth.title)}</title></head><body><nav><ul><li><a href='/'>{escape(head)}</a></li>"
        f"<li><a href='/x'>Ports</a></li></ul></nav><main>{''.join(body)}</main><footer><p>{escape(foot)}</p></footer></body></html>"
    )
    path.write_text(text, encoding="utf-8")
    return path


def _html_table(rows: tuple[tuple[str, ...], ...]) -> str:
    made = []
    for r, row in enumerate(rows):
        cells = []
        for c, cell in enumerate(row):
            if cell in {"^", "<"}:
                continue
            down = next((n for n in range(1, len(rows) - r + 1) if r + n == len(rows) or rows[r + n][c] != "^"), 1)
            across = next((n for n in range(1, len(row) - c + 1) if c + n == len(row) or row[c + n] != "<"), 1)
            tag = "th" if r == 0 else "td"
            cells.append(f'<{tag} rowspan="{down}" colspan="{across}">{escape(cell)}</{tag}>')
        made.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(made)}</table>"


def slides(path: Path) -> Path:
    """Four slides: a title, bullets with notes, a table with merged cells, and text boxes from left to right."""
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text, first.placeholders[1].text = "Harbours of the west", "A day for harbour masters"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text = "What pilots do"
    second.placeholders[1].text = "board two miles out\nbring the ship to the quay\nsign the harbour book"
    second.notes_slide.notes_text_frame.text = "Ask the room who has boarded at night."
    third = deck.slides.add_slide(deck.slide_layouts[5])
    third.shapes.title.text = "Fares in winter"
    table = third.shapes.add_table(3, 3, Cm(2), Cm(5), Cm(20), Cm(5)).table
    for r, row in enumerate((("Crossing", "Single", "Return"), ("Lundy", "£12", "£20"), ("", "£9", "£15"))):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    fourth = deck.slides.add_slide(deck.slide_layouts[5])
    fourth.shapes.title.text = "Two views"
    for left, words in ((14, "The right view is the pilot’s own."), (2, "The left view is the harbour’s own.")):
        fourth.shapes.add_textbox(Cm(left), Cm(6), Cm(9), Cm(3)).text_frame.text = words
    deck.save(str(path))
    return path
