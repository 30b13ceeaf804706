"""What a backup says of itself: the first thing in its archive."""

from datetime import datetime

from pydantic import Field

from pc_assistant.domain.values import Value

FORMAT = 1


class BackedUp(Value):
    """One file of a backup."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(Value):
    """What is in a backup, and of which versions; `schema_revision` is that of the conversations' database, null where there was none.

    `corpus_version` is that of the index, null where there was none.
    """

    format: int = FORMAT
    software: str
    created: datetime
    schema_revision: str | None = None
    corpus_version: str | None = None
    files: dict[str, BackedUp]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())
