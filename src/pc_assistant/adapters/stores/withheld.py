"""Documents that must not be cited: held back for a while, or removed. One small file, read at every question, so that it holds at once."""

import contextlib
import fcntl
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pc_assistant.adapters.stores.disk import write_whole
from pc_assistant.domain.errors import IndexMismatch, SetupError

State = Literal["held", "removed"]


class Withheld:
    """The file `WITHHELD` of an index folder. It outlives every generation of the index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "WITHHELD"

    def text(self) -> str:
        """The file as it is: what changes when a document is held, removed or released. Raises IndexMismatch."""
        try:
            return self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged() from error

    def states(self) -> Mapping[str, State]:
        """Which documents are withheld, and how. Raises IndexMismatch: what cannot be read withholds nothing, so nothing is answered."""
        try:
            found = json.loads(self.text() or "{}")
        except ValueError as error:
            raise self._damaged() from error
        if not isinstance(found, dict) or not set(found.values()) <= {"held", "removed"}:
            raise self._damaged()
        return found

    def put(self, document_id: str, state: State | None) -> None:
        """Withholds a document, or with None releases it; on the disk when this returns. Raises SetupError, IndexMismatch."""
        try:
            with self._alone():
                states = {**self.states()}
                states.pop(document_id, None)
                if state:
                    states[document_id] = state
                write_whole(self._file, json.dumps(states, indent=1, sort_keys=True))
        except OSError as error:
            raise SetupError(f"The index folder {self._folder} cannot be written: {error.strerror}.") from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._file.with_suffix(".lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _damaged(self) -> IndexMismatch:
        return IndexMismatch(f"{self._file} cannot be read: mend it, or delete it to release every document.")
