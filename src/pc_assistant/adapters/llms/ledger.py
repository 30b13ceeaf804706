"""The ledger: tokens a day in a SQLite file, so that a limit holds over workers and restarts."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from pc_assistant.adapters.llms.options import LlmOptions, Usage
from pc_assistant.domain.errors import LanguageModelFailed

TABLE = "CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL)"
ADD = """INSERT INTO spent VALUES (?, ?, ?) ON CONFLICT (day)
    DO UPDATE SET tokens_in = tokens_in + excluded.tokens_in, tokens_out = tokens_out + excluded.tokens_out"""
WAIT_SECONDS = 5.0


def utc_today() -> date:
    """The day in UTC, at whose midnight a limit begins anew."""
    return datetime.now(UTC).date()


class Ledger:
    """Reserves tokens before a call and settles afterwards; what is reserved by a call that never ended stays spent."""

    def __init__(self, path: Path, options: LlmOptions, today: Callable[[], date] = utc_today) -> None:
        self._path = path
        self._options = options
        self._today = today

    def reserve(self, most: Usage) -> date:
        """Counts the most that a call can use; the day that it is counted for. Raises LanguageModelFailed where the day's limit is reached."""
        day = self._today()
        with self._open() as held:
            spent = self._read(held, day)
            tokens_in, tokens_out = spent.tokens_in + most.tokens_in, spent.tokens_out + most.tokens_out
            limit = self._options.daily_spend
            if tokens_in + tokens_out > self._options.daily_tokens or (
                limit is not None and self._options.cost(tokens_in, tokens_out) > limit
            ):
                raise LanguageModelFailed("the limit of the day is reached")
            self._add(held, day, most)
        return day

    def settle(self, day: date, reserved: Usage, used: Usage) -> None:
        """Puts what was used in the place of what was reserved. Raises LanguageModelFailed."""
        difference = Usage(tokens_in=used.tokens_in - reserved.tokens_in, tokens_out=used.tokens_out - reserved.tokens_out)
        with self._open() as held:
            self._add(held, day, difference)

    def spent(self) -> Usage:
        """The tokens of today. Raises LanguageModelFailed."""
        with self._open() as held:
            return self._read(held, self._today())

    def since(self, day: date) -> dict[date, Usage]:
        """The tokens of every day from `day` on that has any. Raises LanguageModelFailed."""
        with self._open() as held:
            rows = held.execute("SELECT day, tokens_in, tokens_out FROM spent WHERE day >= ?", (day.isoformat(),)).fetchall()
        return {date.fromisoformat(name): Usage(tokens_in=tokens_in, tokens_out=tokens_out) for name, tokens_in, tokens_out in rows}

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds off all others."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)) as held:
                held.execute("BEGIN IMMEDIATE")
                held.execute(TABLE)
                yield held
                held.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise LanguageModelFailed(f"what is spent cannot be written to {self._path}") from error

    def _read(self, held: sqlite3.Connection, day: date) -> Usage:
        row = held.execute("SELECT tokens_in, tokens_out FROM spent WHERE day = ?", (day.isoformat(),)).fetchone()
        return Usage(tokens_in=row[0], tokens_out=row[1]) if row else Usage()

    def _add(self, held: sqlite3.Connection, day: date, usage: Usage) -> None:
        held.execute(ADD, (day.isoformat(), usage.tokens_in, usage.tokens_out))
