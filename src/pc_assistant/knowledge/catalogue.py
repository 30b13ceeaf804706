"""Which documents there are: a corpus folder with its manifest, or any files."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from pc_assistant.domain.dates import precision
from pc_assistant.domain.documents import Document, Representation
from pc_assistant.domain.errors import SetupError, UsageError

MANIFEST = "manifest.yaml"
ORIGINALS = "originals"
NOT_OF_DOCUMENT = {"authority"}


@dataclass(frozen=True)
class Source:
    """One document's files. `notes` are our notes' files, also where the original is what is read (they know its outline)."""

    document: Document
    root: str
    files: tuple[Path, ...]
    notes: tuple[Path, ...] = ()
    digest: str = ""


def scan(roots: Sequence[Path], originals: Path | None, suffixes: Sequence[str]) -> tuple[list[Source], list[str]]:
    """The sources under `roots` and the faults met, each one sentence.

    Raises UsageError where a root is missing or holds nothing, SetupError where a manifest cannot be read: what it names is not gone.
    """
    if originals and not originals.is_dir():
        raise UsageError(f"There is no folder of originals at {originals}.")
    found: dict[str, Source] = {}
    faults: list[str] = []
    for root in roots:
        if not root.exists():
            raise UsageError(f"There is nothing at {root}: name a file or a folder of documents.")
        here = list(_corpus(root, originals, suffixes) if (root / MANIFEST).is_file() else _loose(root, suffixes, root))
        if not any(source.files for source in here):
            raise UsageError(f"{root} holds no documents ({', '.join(suffixes)}).")
        for source in here:
            if not source.files:
                faults.append(f"{source.document.id} has neither notes in {root / source.document.id} nor an original.")
            elif source.document.id in found:
                faults.append(f"Two files give the document {source.document.id}: {source.files[0].name} is left out.")
            else:
                found[source.document.id] = source
    return list(found.values()), faults


def read_manifest(path: Path) -> list[Document]:
    """The documents of a manifest. Raises SetupError naming the entry."""
    try:
        return [_document(entry) for entry in _entries(path)]
    except ValidationError as error:
        first = error.errors()[0]
        raise SetupError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error


def _document(entry: Mapping[str, object]) -> Document:
    document = Document.model_validate({name: value for name, value in entry.items() if name not in NOT_OF_DOCUMENT})
    if document.published and not document.published_precision:
        return document.model_copy(update={"published_precision": precision(document.published)})
    return document


def authorities(path: Path) -> dict[str, int]:
    """How binding each document of a manifest is: 1 binds most. Raises SetupError."""
    return {str(entry.get("id")): rank for entry in _entries(path) if isinstance(rank := entry.get("authority"), int)}


def _entries(path: Path) -> list[dict[str, object]]:
    fault = f"{path} is not a manifest: it needs a list under `documents:`."
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SetupError(fault) from error
    entries = data.get("documents") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SetupError(fault)
    return entries


def _corpus(root: Path, originals: Path | None, suffixes: Sequence[str]) -> Iterable[Source]:
    """The sources that a manifest names, those that have no file included, and the further originals."""
    documents = read_manifest(root / MANIFEST)
    folders = [folder for folder in (originals, root / ORIGINALS) if folder and folder.is_dir()]
    for document in documents:
        notes = tuple(sorted((root / document.id).glob("*.md")))
        whole = next((file for folder in folders for s in suffixes if (file := folder / f"{document.id}{s}").is_file()), None)
        yield _source(document, root, (whole,), notes, "original") if whole else _source(document, root, notes, notes, "notes")
    known = {document.id for document in documents}
    for folder in folders:
        yield from (source for source in _loose(folder, suffixes, root) if source.document.id not in known)


def _loose(root: Path, suffixes: Sequence[str], owner: Path) -> Iterable[Source]:
    """A source a file; a folder's own description is none."""
    files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file() and path.name.lower() != "readme.md")
    for path in files:
        if path.suffix.lower() in suffixes:
            document = Document(id=slug(path.stem), title=titled(path.stem))
            yield original(document, owner, path)


def original(document: Document, root: Path, file: Path) -> Source:
    """A document that one file is."""
    return _source(document, root, (file,), (), "original")


def titled(stem: str) -> str:
    """The title of a document of which only the name of its file is known, its suffix left out."""
    return " ".join(re.sub(r"[-_]+", " ", stem).split()) or "Untitled"


def slug(text: str) -> str:
    """A document id made from a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:100].strip("-") or "document"


def _source(document: Document, root: Path, files: tuple[Path, ...], notes: tuple[Path, ...], representation: Representation) -> Source:
    document = document.model_copy(update={"representation": representation})
    digest = hashlib.sha256(document.model_dump_json().encode())
    for path in dict.fromkeys([*files, *notes]):
        digest.update(path.name.encode())
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            digest.update(b"unreadable")
    return Source(document, str(root), files, notes, digest.hexdigest())
