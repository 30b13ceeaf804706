"""Ingest beside the encoder alone: the same texts, the same threads."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.figures import Budget, Part, Row, columns_over_rounds
from bench.setting import Setting
from bench.stopwatch import Stopwatch
from pc_assistant import bootstrap
from pc_assistant.adapters.loaders import SUFFIXES, load
from pc_assistant.domain.holdings import HeldText, Holding
from pc_assistant.domain.ports import Embedder
from pc_assistant.knowledge.catalogue import scan
from pc_assistant.knowledge.chunking import embedded
from pc_assistant.knowledge.indexing import SyncReport, sync, unit_text
from pc_assistant.settings import Settings

THREADS = 2  # as `syncing.ingest` has it
SAMPLE = 2000


def measure_ingest(setting: Setting) -> list[Part]:
    """Texts a second of a whole ingest (reading, cutting, embedding, writing to the disk) as a share of the encoder's own."""
    settings = setting.settings
    encoder = bootstrap.make_embedder(settings, THREADS)
    held = bootstrap.generations(settings).read(encoder)[1]
    texts = [text for holding in held for text in embedded_texts(holding.text, encoder)]
    assert len(texts) == vectors_of(held)
    bare, whole = [], []
    for number in range(setting.rounds):
        sample = Random(f"{setting.seed} {number}").sample(texts, min(SAMPLE, len(texts)))
        watch = Stopwatch(encoder)
        before = _embed(encoder, sample)
        with TemporaryDirectory() as folder:
            begun = perf_counter()
            done = ingest(settings, Path(folder), watch)
            seconds = perf_counter() - begun
        assert done == len(texts)
        rate = 2 * len(sample) / (before + _embed(encoder, sample))
        bare.append({"×": 1.0, "texts a second": rate})
        whole.append(
            {"×": len(texts) / seconds / rate, "texts a second": len(texts) / seconds, "embedding's share": watch.seconds / seconds}
        )
    rows = (
        Row(what="encoder alone", figures=columns_over_rounds(bare), n=2 * setting.rounds * min(SAMPLE, len(texts))),
        Row(what="ingest", figures=columns_over_rounds(whole), n=setting.rounds * len(texts), budget=Budget(column="×", least=0.9)),
    )
    note = (
        "A whole ingest of the corpus into an empty data directory, and the encoder alone over a sample of the same texts (chunks, sentences, "
        "items and rows, questions of the notes) before and after it. n counts texts; × is the share of the encoder's rate; embedding's share "
        "is taken within the ingest, so that what else the machine does touches it least."
    )
    return [Part(title="Ingest", note=note, rows=rows)]


def ingest(settings: Settings, folder: Path, embedder: Embedder) -> int:
    """The ingest of `syncing`, into another folder and by an embedder that it is given; returns how many texts were embedded."""
    sources, _ = scan([settings.corpus_dir], settings.originals_dir, SUFFIXES)
    target = bootstrap.generations(settings.model_copy(update={"data_dir": folder}))
    with target.lock():
        holdings = list(sync(sources, {}, [str(settings.corpus_dir)], load, embedder, SyncReport()))
        target.publish(holdings, embedder)
    return vectors_of(holdings)


def vectors_of(holdings: Sequence[Holding]) -> int:
    """How many texts of documents of notes were embedded."""
    return sum(len(h.chunk_vectors) + len(h.unit_vectors) + len(h.prompted_vectors) for h in holdings)


def embedded_texts(held: HeldText, embedder: Embedder) -> list[str]:
    """Every text of a document of notes that ingest embeds."""
    title = held.document.title
    return [
        *(embedded(title, chunk, embedder.count, embedder.max_tokens) for chunk in held.chunks),
        *(unit_text(chunk, unit) for chunk in held.chunks for unit in chunk.units),
        *(prompted.text for prompted in held.prompted),
    ]


def _embed(embedder: Embedder, texts: Sequence[str]) -> float:
    begun = perf_counter()
    embedder.embed(texts)
    return perf_counter() - begun
