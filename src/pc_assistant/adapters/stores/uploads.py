"""Files that were uploaded: `<part of their hash>/<document id>.<suffix>`, and `manifest.yaml`, which names those that count.

A file is put in its place first; it counts from the moment in which the manifest names it, which is one rename. What the manifest does not
name are remains of uploads that failed or were cut short.
"""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import ValidationError

from pc_assistant.adapters.stores.disk import flush, write_whole
from pc_assistant.domain.documents import Document
from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.uploads import Upload
from pc_assistant.knowledge.catalogue import MANIFEST, Source, original


class Kept(NamedTuple):
    """A document, and its file below the folder of uploads."""

    document: Document
    file: str


class Uploads:
    """The folder of uploads of a data directory. Who changes it holds the lock of the index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest = folder / MANIFEST
        self.root = str(folder)

    def kept(self) -> dict[str, Kept]:
        """The documents that count, by their ids. Raises SetupError."""
        try:
            entries = yaml.safe_load(self._manifest.read_text(encoding="utf-8"))["documents"]
            found = [
                Kept(Document.model_validate({k: v for k, v in entry.items() if k != "file"}), str(entry["file"])) for entry in entries
            ]
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValidationError) as error:
            raise SetupError(f"{self._manifest} cannot be read: mend it, or restore it from a backup.") from error
        return {one.document.id: one for one in found}

    def sources(self) -> list[Source]:
        """The documents that count, as an ingest reads them. Raises SetupError."""
        return [self._source(one) for one in self.kept().values()]

    def place(self, upload: Upload) -> tuple[Kept, Source]:
        """Puts a file in its place, where it does not count yet. Raises SetupError."""
        try:
            with upload.file.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            kept = Kept(upload.document, f"{digest[:16]}/{upload.document.id}{upload.suffix}")
            place = self._folder / kept.file
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(upload.file, place)
            flush(place)
            flush(place.parent)
        except OSError as error:
            raise self._unwritten(error) from error
        return kept, self._source(kept)

    def keep(self, documents: Mapping[str, Kept]) -> None:
        """From now on these documents count and no others; all other files are deleted. Raises SetupError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            entries = [
                {**one.document.model_dump(mode="json", exclude_defaults=True), "file": one.file} for _, one in sorted(documents.items())
            ]
            write_whole(self._manifest, yaml.safe_dump({"documents": entries}, allow_unicode=True, sort_keys=False))
            named = {self._folder / one.file for one in documents.values()}
            for path in self._folder.glob("*/*"):
                if path not in named:
                    path.unlink()
            for folder in self._folder.iterdir():
                if folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()
        except OSError as error:
            raise self._unwritten(error) from error

    def _source(self, kept: Kept) -> Source:
        return original(kept.document, self._folder, self._folder / kept.file)

    def _unwritten(self, error: OSError) -> SetupError:
        return SetupError(f"The folder {self._folder} cannot be written: {error.strerror}.")
