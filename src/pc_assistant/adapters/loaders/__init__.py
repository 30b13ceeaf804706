"""Loaders: one file format each, found by suffix.

The smallest complete member::

    class Plain:
        suffixes = (".log",)

        def load(self, path, outline=(), report=unreported):
            return sections(read(path).split("\\n"), outline, path.stem)
"""

from collections.abc import Sequence
from pathlib import Path

from pc_assistant.adapters.loaders.docx import Docx
from pc_assistant.adapters.loaders.html import Html
from pc_assistant.adapters.loaders.limits import USUAL, Limits
from pc_assistant.adapters.loaders.markdown import Markdown
from pc_assistant.adapters.loaders.pdf import Pdf
from pc_assistant.adapters.loaders.pptx import Pptx
from pc_assistant.adapters.loaders.text import Text
from pc_assistant.domain.documents import Section
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Loader, Report, unreported


def loaders(limits: Limits = USUAL) -> tuple[Loader, ...]:
    """Every loader, under these limits."""
    return (Markdown(), Text(), Pdf(limits), Docx(limits), Pptx(limits), Html())


LOADERS = loaders()
SUFFIXES = tuple(suffix for loader in LOADERS for suffix in loader.suffixes)


def load(
    path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported, among: Sequence[Loader] = LOADERS
) -> tuple[Section, ...]:
    """The sections of a file, read in this process: `isolated` reads what is not trusted. Raises DocumentUnreadable."""
    for loader in among:
        if path.suffix.lower() in loader.suffixes:
            sections = loader.load(path, outline, report)
            if not any(section.blocks for section in sections):
                raise DocumentUnreadable(f"{path.name} holds no text.")
            return sections
    raise DocumentUnreadable(f"{path.name} is not of a format that can be read ({', '.join(SUFFIXES)}).")
