"""PDF documents by pdfplumber: tags where there are any, else sizes; tables first, columns, running heads and feet left out."""

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pc_assistant.adapters.loaders.files import size_checked
from pc_assistant.adapters.loaders.limits import USUAL, Limits
from pc_assistant.adapters.loaders.pdf_page import Page, read_page
from pc_assistant.adapters.loaders.pdf_tags import Roles, read_roles
from pc_assistant.adapters.loaders.pdf_text import write
from pc_assistant.domain.documents import Section
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Report, unreported

TAIL = 2048
PICTURED = 0.4
FEW_LETTERS = 25


class Pdf:
    """Reads .pdf files; each line of the result knows its page and its place there."""

    suffixes: tuple[str, ...] = (".pdf",)

    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits

    def load(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        """The sections of a PDF. Pages that are pictures without text are reported. Raises DocumentUnreadable."""
        size_checked(path, self._limits.file_bytes)
        _check_ends(path)
        import pdfplumber
        from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

        logging.getLogger("pdfminer").setLevel(logging.ERROR)
        try:
            with path.open("rb") as handle, pdfplumber.open(handle) as pdf:  # left open where it cannot be read, were it opened there
                pages, roles = self._pages(pdf, path.name)
            sections = write(pages, roles).sections(outline, path.stem)
        except (DocumentUnreadable, MemoryError):
            raise
        except Exception as error:  # a parser may stumble over damage in any way
            causes = (error, error.__cause__, error.__context__, *error.args)
            if any(isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) for cause in causes):
                raise DocumentUnreadable(f"{path.name} is encrypted: save a copy without a password.") from error
            raise DocumentUnreadable(f"{path.name} is damaged: its pages cannot be read.") from error
        scanned = [page.number for page in pages if page.pictured >= PICTURED and _letters(page) < FEW_LETTERS]
        if scanned:
            what = "holds a picture" if len(scanned) == 1 else "hold pictures"
            said = f"{path.name} needs OCR: {_numbers(scanned)} {what} and no text."
            if sum(map(_letters, pages)) < FEW_LETTERS * len(pages):
                raise DocumentUnreadable(said)
            report(said)
        return sections

    def _pages(self, pdf: Any, name: str) -> tuple[list[Page], Roles]:
        number = len(pdf.pages)
        if number > self._limits.pages:
            raise DocumentUnreadable(f"{name} has {number:,} pages, more than the {self._limits.pages:,} that are read.")
        pages: list[Page] = []
        roles = Roles()
        for page in pdf.pages:
            pages.append(read_page(page))
            read_roles(page, roles)
            page.close()
        if not pages:
            raise DocumentUnreadable(f"{name} is damaged: it has no pages.")
        return pages, roles


def _check_ends(path: Path) -> None:
    with path.open("rb") as handle:
        if b"%PDF-" not in handle.read(1024):
            raise DocumentUnreadable(f"{path.name} is not a PDF document, whatever its name says.")
        handle.seek(max(0, path.stat().st_size - TAIL))
        if b"%%EOF" not in handle.read():
            raise DocumentUnreadable(f"{path.name} is cut short: its end is missing.")


def _letters(page: Page) -> int:
    return sum(len(re.findall(r"\w", word.text)) for word in page.words)


def _numbers(numbers: Sequence[int]) -> str:
    """Page numbers in words, runs shortened: “pages 1–3, 7”."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return f"{'page' if len(numbers) == 1 else 'pages'} {', '.join('–'.join(map(str, run)) for run in runs)}"
