"""Documents that are handed in over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from pydantic import Field

from pc_assistant.domain.documents import Document
from pc_assistant.domain.values import Value


@dataclass(frozen=True)
class Upload:
    """A file that has arrived: where it lies for now, its suffix, and what is said of the document that it is to be."""

    file: Path
    suffix: str
    document: Document


class Taken(Value):
    """What became of one file. `reason` says why it could not be read (it is not kept then), or what of it could not."""

    document_id: str
    change: Literal["added", "changed", "unchanged", "failed"]
    passages: int = 0
    reason: str = ""


class UploadReport(Value):
    """What became of the files, in the order in which they came."""

    corpus_version: str
    documents: tuple[Taken, ...]


class DocumentState(Value):
    """Whether a document is cited or held back."""

    document_id: str
    state: Literal["cited", "held"] = Field(description="What is held is not cited until it is cited again.")


class Intake(Protocol):
    """Takes documents in while questions are answered."""

    async def take_in(self, uploads: Sequence[Upload]) -> UploadReport:
        """Reads and indexes files and keeps those that can be read. Raises Busy while another ingest runs, SetupError."""

    async def take_out(self, document_id: str) -> None:
        """Deletes a document that was uploaded. Raises NotFound, UsageError where it came another way, Busy, SetupError."""

    async def withhold(self, state: DocumentState) -> None:
        """Holds a document, or lets it be cited again. Raises NotFound, SetupError."""
