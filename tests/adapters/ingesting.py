"""An ingest to be killed: `python -m tests.adapters.ingesting INDEX CORPUS CORPUS` publishes the corpora by turns, for ever."""

import sys
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from pc_assistant.adapters.embedders.hashing import HashingEmbedder
from pc_assistant.adapters.loaders import SUFFIXES, load
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.domain.holdings import Holding
from pc_assistant.knowledge.catalogue import scan
from pc_assistant.knowledge.indexing import SyncReport, sync

EMBEDDER = HashingEmbedder()


def held(corpora: Sequence[Path]) -> list[Holding]:
    """What a first ingest of the corpora holds."""
    sources, _ = scan(corpora, None, SUFFIXES)
    return list(sync(sources, {}, [], load, EMBEDDER, SyncReport()))


def ingest(index: Path, corpus: Path) -> str:
    """One ingest; returns the corpus version."""
    generations = Generations(index)
    with generations.lock():
        return generations.publish(held([corpus]), EMBEDDER)


def main(index: Path, corpora: Sequence[Path]) -> None:
    """Ingests by turns until it is killed, and says when it has begun."""
    print("begun", flush=True)
    for corpus in cycle(corpora):
        ingest(index, corpus)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
