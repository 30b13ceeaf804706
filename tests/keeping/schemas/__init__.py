"""A database of every revision that has been released, as SQL. `python -m tests.keeping.schemas` adds that of the newest."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from pc_assistant.adapters.stores.migrating import migrate, migrations

HERE = Path(__file__).parent


def revisions() -> list[str]:
    """Every revision, oldest first."""
    return sorted(script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions())


def load(revision: str, target: Path) -> None:
    """Makes the database of a revision in a new file."""
    with closing(sqlite3.connect(target)) as database:
        database.executescript((HERE / f"{revision}.sql").read_text(encoding="utf-8"))


def add(revision: str, before: str | None, rows: str = "") -> None:
    """Writes the database of a revision: that of the one before, migrated, with further rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "database.sqlite3"
        if before:
            load(before, path)
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            migrate(connection, revision)
        engine.dispose()
        with closing(sqlite3.connect(path)) as database:
            database.executescript(rows)
            (HERE / f"{revision}.sql").write_text("\n".join(database.iterdump()) + "\n", encoding="utf-8")
