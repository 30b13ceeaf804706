"""Reading a backup back: all of it is verified beside the data directory before anything there is touched.

An archive may be damaged, cut short or made to do harm; so nothing is unpacked that its manifest does not name, no more than the manifest
says, and only plain files.
"""

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from alembic.script import ScriptDirectory

from pc_assistant.adapters.stores import directory
from pc_assistant.adapters.stores.backup import CHUNK, DATABASE, MANIFEST
from pc_assistant.adapters.stores.migrating import migrations
from pc_assistant.adapters.stores.state import is_database, is_sound, schema_revision
from pc_assistant.domain.backups import FORMAT, Manifest
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import SetupError, UsageError

LARGEST_MANIFEST = 16_000_000
AFTER = 1_000_000  # what may stand behind the last file: the end of an archive is padded
MARGIN = 50_000_000  # bytes left free on the disk


class Unfit(Exception):
    """The archive is not a backup that can be restored; its message is a clause on why."""


def restore(archive: Path, data_dir: Path, now: Callable[[], datetime] = utc_now) -> tuple[Manifest, str | None]:
    """Puts the state of a backup in the place of that of a data directory; what it holds, and the folder in which the former state is.

    Raises UsageError where the archive is none, is damaged or of a newer version, Busy where the directory is in use, SetupError.
    """
    if not archive.is_file():
        raise UsageError(f"There is no file {archive}.")
    with directory.alone(data_dir):
        _refuse_newer(schema_revision(data_dir / DATABASE), f"The data directory {data_dir} comes")
        staged = data_dir / directory.STAGED
        try:
            shutil.rmtree(staged, ignore_errors=True)
            manifest = _unpacked(archive, staged)
            former = any(directory.belongs(path.name) for path in data_dir.iterdir())
            aside = f"{directory.ASIDE}{now():%Y%m%dT%H%M%SZ}"
            directory.replace(data_dir, aside)
        except Unfit as error:
            raise UsageError(f"{archive} cannot be restored: {error}. Nothing was changed.") from error
        except OSError as error:
            raise SetupError(f"The data directory {data_dir} cannot be written: {error.strerror or error}.") from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return manifest, aside if former else None


def _unpacked(archive: Path, staged: Path) -> Manifest:
    """Unpacks and verifies. Raises Unfit, UsageError, OSError."""
    try:
        with _Bounded(archive) as plain, tarfile.open(fileobj=plain, mode="r:") as members:
            manifest = _manifest(members)
            staged.mkdir()
            if manifest.size > shutil.disk_usage(staged).free - MARGIN:
                raise Unfit(f"it holds {manifest.size:,} bytes, more than the disk has free")
            _unpack(members, manifest, staged)
            if len(plain.read(AFTER)) == AFTER:
                raise Unfit("it holds more than its manifest says")
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, OverflowError) as error:
        raise Unfit("it is not a backup, is damaged, or ends too early") from error
    for name in manifest.files:
        if is_database(staged / name) and not is_sound(staged / name):
            raise Unfit(f"the database {name[:80]!r} in it is damaged")
    _refuse_newer(schema_revision(staged / DATABASE, at_rest=True), f"{archive} comes")
    return manifest


def _manifest(members: tarfile.TarFile) -> Manifest:
    first = members.next()
    if first is None or first.name != MANIFEST or first.type != tarfile.REGTYPE or not 0 <= first.size <= LARGEST_MANIFEST:
        raise Unfit("it is not a backup of pc-assistant")
    try:
        said = json.loads(_content(members, first).read())
        if isinstance(said, dict) and isinstance(said.get("format"), int) and said["format"] > FORMAT:
            raise Unfit("it comes from a newer version of pc-assistant; update first")
        manifest = Manifest.model_validate(said)
    except (ValueError, RecursionError) as error:
        raise Unfit("its manifest is damaged") from error
    folders = {str(folder) for name in manifest.files for folder in PurePosixPath(name).parents}
    if (bad := next((name for name in manifest.files if not _is_safe(name) or name in folders), None)) is not None:
        raise Unfit(f"it names a file that no backup holds ({bad[:80]!r})")
    return manifest


def _is_safe(name: str) -> bool:
    """Whether a name stays where it is unpacked, and is one that a backup would hold."""
    path = PurePosixPath(name)
    plain = str(path) == name and not path.is_absolute() and ".." not in path.parts and name.isprintable()
    return plain and directory.belongs(path.parts[0]) and path.parts[0] != directory.NAMES


def _unpack(members: tarfile.TarFile, manifest: Manifest, staged: Path) -> None:
    left = dict(manifest.files)
    for member in iter(members.next, None):
        expected = left.pop(member.name, None)
        if expected is None or member.type != tarfile.REGTYPE or member.size != expected.size:
            raise Unfit(f"what it holds is not what its manifest says ({member.name[:80]!r})")
        path = staged / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        found = hashlib.sha256()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, member.mode & 0o777 | 0o600), "wb") as file:
            for chunk in _chunks(_content(members, member)):
                found.update(chunk)
                file.write(chunk)
        if found.hexdigest() != expected.sha256:
            raise Unfit(f"it is damaged ({member.name[:80]!r} is not what was backed up)")
    if left:
        raise Unfit(f"it lacks {len(left)} of its files")


def _content(members: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = members.extractfile(member)
    if content is None:
        raise Unfit(f"what it holds is not what its manifest says ({member.name[:80]!r})")
    return content


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: content.read(CHUNK), b"")


def _refuse_newer(revision: str | None, told: str) -> None:
    if revision is None:
        return
    if revision in {script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()}:
        return
    raise UsageError(f"{told} from a newer version of pc-assistant (revision {revision[:40]}): update first. Nothing was changed.")


class _Bounded(gzip.GzipFile):
    """A file of which no one reads much at a time: tarfile reads a header whole, however long it claims to be."""

    def read(self, size: int | None = -1) -> bytes:
        """Raises Unfit where more is asked for than any part of a backup needs."""
        if size is None or not 0 <= size <= LARGEST_MANIFEST:
            raise Unfit("a part of it is larger than any backup has")
        return super().read(size)
