"""Plain text, with or without Markdown in places."""

from collections.abc import Sequence
from pathlib import Path

from pc_assistant.adapters.loaders.files import read
from pc_assistant.domain.documents import Section
from pc_assistant.domain.ports import Report, unreported
from pc_assistant.knowledge.outline import sections


class Text:
    """Reads .txt files; headings are found where nothing marks them."""

    suffixes: tuple[str, ...] = (".txt",)

    def load(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        """The sections of a text file. Raises DocumentUnreadable."""
        return sections(read(path).split("\n"), outline, path.stem)
