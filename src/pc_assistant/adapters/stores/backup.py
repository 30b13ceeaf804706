"""Writing a backup: one archive (tar, gzip) whose first member, `manifest.json`, names every other with its size and checksum."""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from pc_assistant.adapters.stores.disk import flush
from pc_assistant.adapters.stores.state import copy_database, current_generation, is_database, schema_revision, state_files
from pc_assistant.domain.backups import BackedUp, Manifest
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import Busy, SetupError, UsageError

MANIFEST = "manifest.json"
DATABASE = "conversations.sqlite3"
PRIVATE = 0o600
CHUNK = 1_000_000
ATTEMPTS = 5


def back_up(data_dir: Path, target: Path, now: Callable[[], datetime] = utc_now) -> Manifest:
    """Writes the state of a data directory to a new file `target` that only its owner can read, while others serve and ingest.

    Raises UsageError where there is a file already or nothing to back up, SetupError, Busy.
    """
    if target.exists():
        raise UsageError(f"There is a file {target} already: name another one.")
    if target.resolve().is_relative_to(data_dir.resolve()):
        raise UsageError(f"{target} lies in the data directory itself: name a place outside {data_dir}.")
    partial = target.with_name(f"{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            manifest = _staged(data_dir, Path(folder), now())
            _write(Path(folder), manifest, partial)
        flush(partial)
        partial.rename(target)
        flush(target.parent)
    except OSError as error:
        raise SetupError(f"The backup {target} cannot be written: {error.strerror or error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _staged(data_dir: Path, folder: Path, now: datetime) -> Manifest:
    """Copies the state, a generation of the index whole or not at all. Raises OSError, UsageError, SetupError, Busy."""
    for _ in range(ATTEMPTS):
        generation = current_generation(data_dir)
        try:
            files = dict(_copied(data_dir, folder))
            if generation == current_generation(data_dir):
                break
        except FileNotFoundError:  # an ingest has published, and cleared what was being read
            pass
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    else:
        raise Busy(f"What is in {data_dir} changes faster than it can be read: try again when the ingest has ended.")
    if not files:
        raise UsageError(f"There is nothing in {data_dir} to back up.")
    database, index = folder / DATABASE, folder / "index" / generation / "index.json"
    return Manifest(
        software=version("pc-assistant"),
        created=now,
        schema_revision=schema_revision(database, at_rest=True) if database.exists() else None,
        corpus_version=json.loads(index.read_text(encoding="utf-8"))["corpus_version"] if generation else None,
        files=files,
    )


def _copied(data_dir: Path, folder: Path) -> Iterator[tuple[str, BackedUp]]:
    for path in state_files(data_dir):
        name = path.relative_to(data_dir)
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if is_database(path):
            copy_database(path, copy)
            shutil.copymode(path, copy)
        else:
            shutil.copy(path, copy)
        yield name.as_posix(), BackedUp(size=copy.stat().st_size, sha256=digest(copy))


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(folder: Path, manifest: Manifest, target: Path) -> None:
    said = manifest.model_dump_json(indent=1).encode()
    with (
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as file,
        tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive,
    ):
        first = tarfile.TarInfo(MANIFEST)
        first.size, first.mode, first.mtime = len(said), PRIVATE, int(manifest.created.timestamp())
        archive.addfile(first, io.BytesIO(said))
        for name in manifest.files:
            member = tarfile.TarInfo(name)
            found = (folder / name).stat()
            member.size, member.mode, member.mtime = found.st_size, found.st_mode & 0o777, int(manifest.created.timestamp())
            with (folder / name).open("rb") as content:
                archive.addfile(member, content)
