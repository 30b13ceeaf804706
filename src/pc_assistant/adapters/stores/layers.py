"""The layers of a generation's vectors: written, or taken over from the generation before."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from pc_assistant.adapters.stores.chroma import BATCH, DATABASE, ChromaVectors, CollectionVectors
from pc_assistant.adapters.stores.layered import LayeredVectors
from pc_assistant.adapters.stores.placing import FOLDER
from pc_assistant.domain.holdings import Held
from pc_assistant.domain.ports import Vectors
from pc_assistant.domain.values import Value

RECENT = "recent"
LARGE = 10_000  # vectors; the files of a small store are rewritten whenever Chroma opens it (seen with 300, not with 1,500)
MOST_CHANGED = 10  # the base is made anew once more than one in so many of its vectors has changed

ReadVectors = Callable[[str], tuple[list[str], Vectors]]


class Layers(Value):
    """`base` has the digest of each document as it is in the base, `size` its vectors, `dead` by document those that must not be found."""

    base: dict[str, str] = {}
    size: int = 0
    dead: dict[str, tuple[str, ...]] = {}


def write_layers(folder: Path, held: Sequence[Held], read: ReadVectors, previous: tuple[Path, Layers, ReadVectors] | None) -> Layers:
    """Writes the vectors of the documents `held` into `folder`, the least of them that is possible.

    `read` gives the ids and vectors of a document; `previous` is the generation before, its layers, and what reads it. Raises OSError,
    SetupError.
    """
    if previous:
        former, before, read_former = previous
        now = {one.document_id: one.digest for one in held}
        gone = [name for name, digest in before.base.items() if now.get(name) != digest]
        dead = {name: before.dead[name] if name in before.dead else tuple(read_former(name)[0]) for name in gone}
        recent = [one for one in held if before.base.get(one.document_id) != one.digest]
        changed = sum(map(len, dead.values())) + sum(one.chunks for one in recent)
        if before.size and changed * MOST_CHANGED <= before.size:
            _take_over(former / FOLDER, folder / FOLDER, link if before.size >= LARGE else shutil.copyfile)
            fill(ChromaVectors(folder / RECENT, create=True), recent, read)
            return Layers(base=before.base, size=before.size, dead=dead)
    fill(ChromaVectors(folder / FOLDER, create=True), held, read)
    fill(ChromaVectors(folder / RECENT, create=True), (), read)
    return Layers(base={one.document_id: one.digest for one in held}, size=sum(one.chunks for one in held))


def open_layers(folder: Path, base: CollectionVectors, layers: Layers) -> LayeredVectors:
    """The vectors in the folder of a generation. Raises IndexMismatch."""
    return LayeredVectors(base, ChromaVectors(folder / RECENT), [name for names in layers.dead.values() for name in names])


def link(path: Path, target: Path) -> None:
    """Makes a file that nobody writes to any more appear at another place, too. Raises OSError."""
    try:
        os.link(path, target)
    except FileNotFoundError:
        raise
    except OSError:  # not every file system has links
        shutil.copyfile(path, target)


def _take_over(store: Path, target: Path, bring: Callable[[Path, Path], object]) -> None:
    """Each of Chroma's files is brought by `bring`, but for its database, which changes when it is read."""
    for path in store.rglob("*"):
        place = target / path.relative_to(store)
        if path.is_file() and not path.name.startswith(DATABASE):
            place.parent.mkdir(parents=True, exist_ok=True)
            bring(path, place)
    target.mkdir(exist_ok=True)
    with (
        contextlib.closing(sqlite3.connect(f"{(store / DATABASE).resolve().as_uri()}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(target / DATABASE)) as copy,
    ):
        source.backup(copy)


def fill(store: CollectionVectors, documents: Iterable[Held], read: ReadVectors) -> None:
    """Adds the vectors of the documents, by the thousand (one document at a time takes four times as long), and closes the store."""
    ids: list[str] = []
    rows: list[Vectors] = []

    def add() -> None:
        if ids:
            store.add(ids, np.vstack(rows))
            ids.clear()
            rows.clear()

    for document in documents:
        names, vectors = read(document.document_id)
        if names:
            ids.extend(names)
            rows.append(vectors)
        if len(ids) >= BATCH:
            add()
    add()
    store.close()
