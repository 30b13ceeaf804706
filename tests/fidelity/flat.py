"""A truth as a flat OpenDocument text, for LibreOffice to make documents of."""

from collections.abc import Iterator
from html import escape

from tests.fidelity.truth import Item, Truth

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles>
<style:default-style style:family="paragraph"><style:text-properties fo:font-size="11pt" style:font-name="Liberation Serif"
 fo:language="en" fo:country="GB" fo:hyphenate="{hyphenate}" fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm" fo:text-align="{align}"/></style:style>
<style:style style:name="Title" style:family="paragraph"><style:text-properties fo:font-size="24pt" fo:font-weight="bold"/></style:style>
{headings}
<style:style style:name="Header" style:family="paragraph"><style:text-properties fo:font-size="9pt"/></style:style>
<style:style style:name="Footnote" style:family="paragraph"><style:text-properties fo:font-size="8pt"/></style:style>
<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:space-before="0.6cm" text:min-label-width="0.5cm"/></text:list-level-style-bullet></text:list-style>
<text:list-style style:name="Numbers"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."><style:list-level-properties text:space-before="0.6cm" text:min-label-width="0.6cm"/></text:list-level-style-number></text:list-style>
</office:styles>
<office:automatic-styles>
<style:page-layout style:name="page"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="1.5cm" fo:margin-bottom="1.5cm" fo:margin-left="2cm" fo:margin-right="2cm"/>
<style:header-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-bottom="0.5cm"/></style:header-style>
<style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.5cm"/></style:footer-style></style:page-layout>
<style:style style:name="columns" style:family="section"><style:section-properties><style:columns fo:column-count="{columns}" fo:column-gap="0.8cm"/></style:section-properties></style:style>
<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page">
<style:header><text:p text:style-name="Header">{header}</text:p></style:header>
<style:footer><text:p text:style-name="Header">{footer} · <text:page-number text:select-page="current">1</text:page-number></text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>
"""
HEADING = """<style:style style:name="Heading_20_{n}" style:display-name="Heading {n}" style:family="paragraph" style:default-outline-level="{n}">
<style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="{size}pt" fo:font-weight="bold"/></style:style>"""


def flat(truth: Truth, columns: int = 1, hyphenate: bool = False) -> str:
    """The document: title over all columns, running head and foot, items in one or more columns."""
    header, footer = truth.furniture
    head = HEAD.format(
        columns=columns,
        hyphenate=str(hyphenate).lower(),
        align="justify" if hyphenate else "start",
        headings="".join(HEADING.format(n=n, size=size) for n, size in ((1, 18), (2, 14), (3, 12))),
        header=escape(header),
        footer=escape(footer),
    )
    notes = iter(range(1, 100))
    body = "\n".join(_item(item, notes) for item in truth.items)
    title = f'<text:p text:style-name="Title">{escape(truth.title)}</text:p>'
    section = f'<text:section text:style-name="columns" text:name="all">{body}</text:section>' if columns > 1 else body
    return f"{head}{title}\n{section}\n</office:text></office:body></office:document>"


def _item(item: Item, notes: Iterator[int]) -> str:
    if item.kind == "heading":
        return f'<text:h text:style-name="Heading_20_{item.level}" text:outline-level="{item.level}">{escape(item.lines[0])}</text:h>'
    if item.kind == "list":
        style = "Numbers" if item.ordered else "Bullets"
        lines = "".join(f"<text:list-item><text:p>{escape(line)}</text:p></text:list-item>" for line in item.lines)
        return f'<text:list text:style-name="{style}">{lines}</text:list>'
    if item.kind == "table":
        return _table(item.rows)
    first, *rest = item.lines
    mark = ""
    if item.footnote:
        n = next(notes)
        mark = (
            f'<text:note text:id="n{n}" text:note-class="footnote"><text:note-citation>{n}</text:note-citation><text:note-body>'
            f'<text:p text:style-name="Footnote">{escape(item.footnote)}</text:p></text:note-body></text:note>'
        )
    words = escape(first) + mark + "".join(f" {escape(sentence)}" for sentence in rest)
    return f"<text:p>{words}</text:p>"


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    made = []
    for r, row in enumerate(rows):
        cells = []
        for c, cell in enumerate(row):
            if cell in {"^", "<"}:
                cells.append("<table:covered-table-cell/>")
                continue
            down = 1
            while r + down < len(rows) and rows[r + down][c] == "^":
                down += 1
            across = 1
            while c + across < len(row) and row[c + across] == "<":
                across += 1
            spans = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"' if down * across > 1 else ""
            cells.append(f'<table:table-cell table:style-name="cell"{spans}><text:p>{escape(cell)}</text:p></table:table-cell>')
        line = f"<table:table-row>{''.join(cells)}</table:table-row>"
        made.append(f"<table:table-header-rows>{line}</table:table-header-rows>" if r == 0 else line)
    return f'<table:table table:name="t{abs(hash(rows)) % 9999}"><table:table-column table:number-columns-repeated="{len(rows[0])}"/>{"".join(made)}</table:table>'
