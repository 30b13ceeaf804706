"""Loaders: one file format each, found by suffix.

The smallest complete member::

    class Plain:
        suffixes = (".log",)

        def load(self, path, outline=()):
            return sections(read(path).split("\\n"), outline, path.stem)
"""

from collections.abc import Sequence
from pathlib import Path

from pc_assistant.adapters.loaders.markdown import Markdown
from pc_assistant.adapters.loaders.text import Text
from pc_assistant.domain.documents import Section
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Loader

LOADERS: tuple[Loader, ...] = (Markdown(), Text())
SUFFIXES = tuple(suffix for loader in LOADERS for suffix in loader.suffixes)


def load(path: Path, outline: Sequence[tuple[str, ...]] = ()) -> tuple[Section, ...]:
    """The sections of a file. Raises DocumentUnreadable."""
    for loader in LOADERS:
        if path.suffix.lower() in loader.suffixes:
            sections = loader.load(path, outline)
            if not any(section.blocks for section in sections):
                raise DocumentUnreadable(f"{path.name} holds no text.")
            return sections
    raise DocumentUnreadable(f"{path.name} is not of a format that can be read ({', '.join(SUFFIXES)}).")
