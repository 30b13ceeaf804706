"""Ingest beside the encoder alone: the same texts, the same threads."""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.figures import Budget, Part, Row, columns_over_rounds
from bench.setting import Setting
from pc_assistant import bootstrap
from pc_assistant.domain.holdings import HeldText
from pc_assistant.domain.ports import Embedder
from pc_assistant.knowledge.chunking import embedded
from pc_assistant.knowledge.indexing import unit_text
from pc_assistant.settings import Settings

THREADS = 2  # as `bootstrap.ingest` has it


def measure_ingest(setting: Setting) -> list[Part]:
    """Texts a second of a whole ingest (reading, cutting, embedding, writing to the disk) as a share of the encoder's own."""
    embedder = bootstrap.make_embedder(setting.settings, THREADS)
    whole, bare, size = [], [], 0
    for _ in range(setting.rounds):
        with TemporaryDirectory() as folder:
            settings = _elsewhere(setting.settings, Path(folder))
            begun = perf_counter()
            bootstrap.ingest(settings, rebuild=True)
            whole.append(perf_counter() - begun)
            holdings = bootstrap.generations(settings).read(embedder)[1]
        texts = [text for holding in holdings for text in embedded_texts(holding.text, embedder)]
        assert len(texts) == sum(len(h.chunk_vectors) + len(h.unit_vectors) + len(h.prompted_vectors) for h in holdings)
        begun = perf_counter()
        embedder.embed(texts)
        bare.append(perf_counter() - begun)
        size += len(texts)
    each = size // setting.rounds
    rows = (
        Row(what="encoder alone", figures=columns_over_rounds([_columns(each, b, b) for b in bare]), n=size),
        Row(
            what="ingest",
            figures=columns_over_rounds([_columns(each, w, b) for w, b in zip(whole, bare, strict=True)]),
            n=size,
            budget=Budget(column="×", least=0.9),
        ),
    )
    note = (
        "A whole ingest of the shipped corpus into an empty data directory, the start of the model included, and the encoder alone over the "
        "same texts (chunks, sentences, items and rows, questions of the notes), all at once. n counts texts; × is the share of the encoder's rate."
    )
    return [Part(title="Ingest", note=note, rows=rows)]


def embedded_texts(held: HeldText, embedder: Embedder) -> list[str]:
    """Every text of a document of notes that ingest embeds."""
    title = held.document.title
    return [
        *(embedded(title, chunk, embedder.count, embedder.max_tokens) for chunk in held.chunks),
        *(unit_text(chunk, unit) for chunk in held.chunks for unit in chunk.units),
        *(prompted.text for prompted in held.prompted),
    ]


def _elsewhere(settings: Settings, folder: Path) -> Settings:
    """The same settings with a data directory of its own, and the model where it is."""
    return settings.model_copy(update={"data_dir": folder, "model_dir": settings.models.parent})


def _columns(size: int, seconds: float, bare: float) -> dict[str, float]:
    return {"×": bare / seconds, "texts a second": size / seconds, "seconds": seconds}
