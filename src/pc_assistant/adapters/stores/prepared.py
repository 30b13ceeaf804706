"""Documents that an ingest has read and embedded but not yet published: one that is cut short goes on from here."""

import hashlib
import shutil
import zipfile
from pathlib import Path

from pc_assistant.adapters.stores.disk import flush
from pc_assistant.adapters.stores.generation import FORMAT, read_document, write_document
from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.holdings import Holding
from pc_assistant.domain.ports import Embedder
from pc_assistant.knowledge.chunking import CHUNKER_VERSION


class Prepared:
    """A folder with one folder a document state; what is not whole, or of another model or chunker, is as if it were not there."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder = folder
        self._made_with = f"{FORMAT} {embedder.name} {embedder.dimension} {CHUNKER_VERSION}"

    def get(self, document_id: str, digest: str) -> Holding | None:
        """What was built of this state of a document, if it was."""
        try:
            return read_document(self._place(document_id, digest), document_id)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def put(self, holding: Holding) -> None:
        """Keeps a holding; it is there whole or not at all. Raises SetupError."""
        name = holding.text.document.id
        place = self._place(name, holding.text.digest)
        if place.exists():
            return
        partial = self._folder / "partial"
        try:
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            write_document(partial, name, holding)
            for path in partial.iterdir():
                flush(path)
            partial.rename(place)
        except OSError as error:
            raise SetupError(f"The index folder {self._folder.parent} cannot be written: {error.strerror}.") from error

    def clear(self) -> None:
        """Forgets all: it has been published."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _place(self, document_id: str, digest: str) -> Path:
        return self._folder / hashlib.sha256(f"{self._made_with} {document_id} {digest}".encode()).hexdigest()
