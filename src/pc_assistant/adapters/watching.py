"""Folders watched for changes, by watchfiles."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

QUIET_MS = 400  # a burst of changes, as of a folder that is copied, ends with so long a pause,
BURST_MS = 3000  # or is taken in while it goes on
LOOK_MS = 500


def changes(folders: Sequence[Path], ignored: Path) -> Iterator[None]:
    """Yields once the folders are watched, then after each burst of changes in them; none is missed while its reader is busy.

    What happens under `ignored` is no change. KeyboardInterrupt may be raised while it waits.
    """
    usual, own = DefaultFilter(), ignored.resolve()

    def counts(change: Change, path: str) -> bool:
        return usual(change, path) and not Path(path).resolve().is_relative_to(own)

    watched = False
    for found in watch(*folders, watch_filter=counts, debounce=BURST_MS, step=QUIET_MS, rust_timeout=LOOK_MS, yield_on_timeout=True):
        if found or not watched:
            yield
        watched = True
