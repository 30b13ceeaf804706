"""What of a data directory is state, as a backup takes it: every file, but for what is made anew, of this moment, or of former generations."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pc_assistant.adapters.stores import directory
from pc_assistant.domain.errors import Busy, SetupError

INDEX = "index"
CURRENT = "CURRENT"
REMAKES = {"building", "prepared"}  # of the index: what an ingest is at
PASSING = (".partial", ".lock", "-wal", "-shm", "-journal")
SQLITE = b"SQLite format 3\0"
PATIENCE_SECONDS = 10.0


def state_files(data_dir: Path) -> Iterator[Path]:
    """The files of a data directory that a backup holds, of the index those of its current generation."""
    current = _text(data_dir / INDEX / CURRENT)
    for folder, folders, files in os.walk(data_dir, followlinks=True):
        here = Path(folder)
        if here == data_dir:
            folders[:] = [name for name in folders if directory.belongs(name)]
            files = [name for name in files if directory.belongs(name)]
        elif here == data_dir / INDEX:
            folders[:] = [name for name in folders if name not in REMAKES and (name == current or not name.isdigit())]
        folders.sort()
        for name in sorted(files):
            if name != directory.LOCK and not name.endswith(PASSING) and (here / name).is_file():
                yield here / name


def current_generation(data_dir: Path) -> str:
    """The name of the current generation of the index; empty where there is none."""
    return _text(data_dir / INDEX / CURRENT)


def is_database(path: Path) -> bool:
    """Whether a file is a SQLite database."""
    with path.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def copy_database(path: Path, target: Path, clock: Callable[[], float] = time.monotonic) -> None:
    """A copy as of one moment, while others write. Raises SetupError where the database is damaged, Busy where it stays locked."""
    begun = clock()

    def patience(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and clock() - begun > PATIENCE_SECONDS:
            raise Busy(f"Another process holds the database {path}: try again.")

    try:
        with (
            contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE_SECONDS)) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy, progress=patience)
        sound = is_sound(target)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise SetupError(f"The database {path} is damaged: restore an earlier backup of it, or move it away to begin anew.")


def is_sound(path: Path) -> bool:
    """Whether a database that nobody writes is whole."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            return bool(database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def schema_revision(path: Path, at_rest: bool = False) -> str | None:
    """The revision of a database of conversations; None where the file is none. One `at_rest` is read as it is, without its log."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if at_rest else ''}", uri=True)
        ) as database:
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return None
    return str(row[0]) if row else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
