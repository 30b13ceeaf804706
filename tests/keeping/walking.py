"""Everything that a data directory holds, looked through for words."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path


def places(data: Path, words: Collection[str]) -> set[str]:
    """Every table and column, and every file, in which one of the words is, whatever its case."""
    sought = [word.lower() for word in words]
    found = {
        path.relative_to(data).as_posix()
        for path in data.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes().lower() for word in sought)
    }
    for path in data.rglob("*.sqlite3"):
        with closing(sqlite3.connect(path)) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
                for row in database.execute(f"SELECT * FROM {table}"):
                    for column, value in zip(columns, row, strict=True):
                        if any(word in str(value).lower() for word in sought):
                            found.add(f"{table}.{column}")
    return found
