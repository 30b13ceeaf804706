"""The data directory as a whole: who may use it at the same time, and how all that is in it is replaced at once.

Every process that serves from the directory or writes into it holds its lock together with the others; a restore holds it alone.
A replacement is staged in `restoring`, and decided by one rename to `restored`. From there it only goes forwards: whoever next uses the
directory ends what a killed restore has begun.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pc_assistant.adapters.stores.disk import flush
from pc_assistant.domain.errors import Busy, SetupError

LOCK = "LOCK"
MODELS = "models"  # made from the installed packages, so neither backed up nor replaced
STAGED = "restoring"
DECIDED = "restored"
ASIDE = "before-restore-"
NAMES = "NAMES"  # of a decided replacement: what is at its top


@contextlib.contextmanager
def used(data_dir: Path) -> Iterator[None]:
    """Around whatever serves from the directory or writes into it. Raises Busy while it is restored, SetupError where it cannot be written."""
    with _lock(data_dir) as lock:
        if (data_dir / DECIDED).exists():
            _take(lock, fcntl.LOCK_EX, data_dir)
            _finish(data_dir)
        _take(lock, fcntl.LOCK_SH, data_dir)
        yield


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Around what must not meet any other process. Raises Busy where the directory is in use, SetupError where it cannot be written."""
    with _lock(data_dir) as lock:
        _take(lock, fcntl.LOCK_EX, data_dir)
        if (data_dir / DECIDED).exists():
            _finish(data_dir)
        yield


def replace(data_dir: Path, aside: str, move: Callable[[Path, Path], object] = os.rename) -> None:
    """Puts what is staged in the place of what is there, which goes to the folder `aside`; models stay. The lock must be held alone."""
    staged = data_dir / STAGED
    names = sorted(path.name for path in staged.iterdir())
    (staged / NAMES).write_text("\n".join((aside, *names)), encoding="utf-8")
    for path in (staged, *staged.rglob("*")):
        flush(path)
    move(staged, data_dir / DECIDED)
    _finish(data_dir, move)


def belongs(name: str) -> bool:
    """Whether a file or folder at the top of the directory is state: neither a model, a lock, nor of a restore."""
    return name not in {LOCK, MODELS, STAGED, DECIDED} and not name.startswith(ASIDE)


def _finish(data_dir: Path, move: Callable[[Path, Path], object] = os.rename) -> None:
    """Whatever was done of it before, all of it is done when this returns."""
    decided = data_dir / DECIDED
    if not (decided / NAMES).exists():  # killed at the very end
        decided.rmdir()
        return
    aside, *names = (decided / NAMES).read_text(encoding="utf-8").splitlines()
    former = data_dir / aside
    former.mkdir(exist_ok=True)
    for name in sorted(path.name for path in data_dir.iterdir()):
        if belongs(name) and (name not in names or (decided / name).exists()):  # else it is the new one already
            move(data_dir / name, former / name)
    for name in names:
        if (decided / name).exists():
            move(decided / name, data_dir / name)
    flush(data_dir)
    (decided / NAMES).unlink()
    decided.rmdir()


@contextlib.contextmanager
def _lock(data_dir: Path) -> Iterator[int]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = os.open(data_dir / LOCK, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise SetupError(f"The data directory {data_dir} cannot be written: {error.strerror}.") from error
    try:
        yield lock
    finally:
        os.close(lock)


def _take(lock: int, kind: int, data_dir: Path) -> None:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except OSError as error:
        told = (
            "is in use: stop the service, and whatever else works there, first" if kind == fcntl.LOCK_EX else "is being restored: try again"
        )
        raise Busy(f"The data directory {data_dir} {told}.") from error
