"""Knows concrete classes: settings to embedder, index and assistant. `syncing` does what writes the index."""

import contextlib
import hashlib
import threading
import warnings
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from pc_assistant.adapters.embedders.export import export, exported
from pc_assistant.adapters.embedders.onnx import OnnxEmbedder
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.answering.pipeline import Pipeline
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.support import Verdicts
from pc_assistant.domain.documents import Chunk
from pc_assistant.domain.errors import IndexMismatch, SetupError, UsageError
from pc_assistant.domain.holdings import HeldText
from pc_assistant.domain.ports import Assistant, Embedder
from pc_assistant.knowledge.catalogue import MANIFEST, authorities
from pc_assistant.knowledge.reference import read_reference
from pc_assistant.retrieval.adapter import load_adapter
from pc_assistant.retrieval.entities import Entities
from pc_assistant.retrieval.expansion import Expander
from pc_assistant.retrieval.network import load_networks
from pc_assistant.retrieval.sections import Expected, load_sections
from pc_assistant.retrieval.snapshot import take
from pc_assistant.retrieval.spelling import Spelling
from pc_assistant.settings import Settings

if TYPE_CHECKING:  # a process without a language model imports nothing of it
    from pc_assistant.adapters.llms.chat import ChatModel
    from pc_assistant.adapters.llms.ledger import Ledger
    from pc_assistant.adapters.llms.options import LlmOptions
    from pc_assistant.answering.answerers.llm import Writer

ADAPTER = Path(__file__).parent / "retrieval" / "query_adapter.npz"
SECTIONS = Path(__file__).parent / "retrieval" / "sections.npz"
NETWORKS = Path(__file__).parent / "answering" / "networks.npz"


NO_EXPORT = "The embedding model is not in {} and cannot be made here: install pc-assistant[model], or set PC_MODEL_DIR to a folder of models made elsewhere"


def make_embedder(settings: Settings, threads: int | None = None) -> Embedder:
    """The embedder of the settings. Raises ModelMissing."""
    return OnnxEmbedder(settings.models, threads or settings.embed_threads)


def prepare_model(settings: Settings) -> bool:
    """Exports the model where it is not there yet; whether it had to. Raises ModelMissing, or SetupError where it cannot be written."""
    if exported(settings.model, settings.models):
        return False
    try:
        settings.models.parent.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:  # torch and its memory leave with the process
            process.submit(_export, settings.model, settings.models).result()
    except ModuleNotFoundError as error:
        raise SetupError(f"{NO_EXPORT.format(settings.models)} ({error.name} is not installed).") from error
    except OSError as error:
        raise SetupError(f"The embedding model cannot be written to {settings.models}: {error.strerror}.") from error
    return True


def _export(model: str, folder: Path) -> None:
    warnings.simplefilter("ignore")  # torch's tracer doubts every branch; that export and model agree is tested instead
    export(model, folder)


def generations(settings: Settings) -> Generations:
    """The index folder."""
    server = None
    if settings.chroma_url:
        from pc_assistant.adapters.stores.chroma_server import ChromaServer  # only a server needs its client

        server = ChromaServer(settings.chroma_url)
    return Generations(settings.data_dir / "index", server)


class CurrentCorpus:
    """The corpus of the current generation; looks at every call whether another has been published. Also the Library."""

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self._generations = generations(settings)
        self._lock = threading.Lock()
        self._generation = ""
        self._corpus: Corpus | None = None

    def __call__(self) -> Corpus:
        """Raises IndexMissing, IndexMismatch."""
        generation = f"{self._generations.current()} {self._generations.withheld.text()}"
        with self._lock:
            if self._corpus is None or generation != self._generation:
                self._corpus = self._open()
                self._generation = generation
            return self._corpus

    def _open(self) -> Corpus:
        name = self._generations.current()
        try:
            return self._open_generation(name)
        except IndexMismatch:
            if self._generations.current() == name:
                raise
            return self._open()  # it was replaced, and cleared away, while it was opened

    def _open_generation(self, name: str) -> Corpus:
        withheld = self._generations.withheld.states()
        before = self._corpus.snapshot if self._corpus else None
        version, holdings = self._generations.read(self._embedder, name, before.holdings if before else None)
        if withheld:
            holdings = [holding for holding in holdings if holding.text.document.id not in withheld]
            version = hashlib.sha256(f"{version} {sorted(withheld)}".encode()).hexdigest()[:12]
        manifest = self._settings.corpus_dir / MANIFEST
        ranks = authorities(manifest) if manifest.is_file() else {}
        snapshot = take(version, holdings, self._generations.vectors(name), ranks, before)
        reference = read_reference(self._settings.corpus_dir)
        names = [name for entry in reference.collaboratives for name in (entry.name, *entry.short, *entry.places)]
        names += [name for entry in reference.terms for name in (entry.term, entry.long, *entry.synonyms)]
        networks = load_networks(NETWORKS, self._embedder.name)
        return Corpus(
            snapshot,
            reference,
            Entities(reference.collaboratives, snapshot),
            Expander(reference.terms),
            Spelling(names, self._embedder.knows, snapshot.word_counts()),
            load_adapter(ADAPTER, self._embedder.name),
            Verdicts.read(self._embedder.name, networks.get("support")),
            Expected(load_sections(SECTIONS, self._embedder.name), snapshot),
            networks.get("reranking"),
            networks.get("ranking"),
        )

    def version(self) -> str:
        """Changes whenever what is held changes."""
        return self().snapshot.version

    def documents(self) -> list[HeldText]:
        """Every document, in the order of authority."""
        return list(self().snapshot.held)

    def document(self, document_id: str) -> HeldText:
        """Raises NotFound."""
        return self().snapshot.document(document_id)

    def passage(self, passage_id: str) -> Chunk:
        """Raises NotFound."""
        return self().snapshot.passage(passage_id)


@contextlib.asynccontextmanager
async def connect(settings: Settings, target: str) -> AsyncIterator[Assistant]:
    """The assistant of a target: `in-process`, or a service at a URL. Raises UsageError, SetupError."""
    if target == "in-process":
        assistant, current = make_assistant(settings)
        current()
        yield assistant
    elif target.startswith(("http://", "https://")):
        from pc_assistant.evaluation.http_assistant import connect_http  # only a remote target needs the HTTP client

        key = settings.api_key.get_secret_value() if settings.api_key else None
        async with connect_http(target, key=key) as remote:
            yield remote
    else:
        raise UsageError(f"The target {target} is neither in-process nor a URL.")


def make_assistant(settings: Settings, embedder: Embedder | None = None) -> tuple[Pipeline, CurrentCorpus]:
    """The assistant in process, and the library that it answers from. Raises SetupError."""
    embedder = embedder or make_embedder(settings)
    corpus = CurrentCorpus(settings, embedder)
    made_with = {"pc-assistant": metadata.version("pc-assistant")}
    return Pipeline(corpus, embedder, made_with=made_with, writer=make_writer(settings)), corpus


def make_writer(settings: Settings) -> "Writer | None":
    """The language model with its prompt, or None where none is configured. Raises SetupError."""
    if settings.llm is None:
        return None
    from pc_assistant.answering.answerers.llm import Writer
    from pc_assistant.answering.prompts import Prompt

    return Writer(make_language_model(settings)[0], Prompt.read("answer"))


def make_language_model(settings: Settings) -> "tuple[ChatModel, Ledger, LlmOptions]":
    """The language model that is configured, what it has spent, and how. Raises SetupError where its package, key or address is missing."""
    from pc_assistant.adapters.llms.chat import ChatModel
    from pc_assistant.adapters.llms.providers import make_chat_model

    ledger, options = make_ledger(settings)
    return ChatModel(make_chat_model(options), options, ledger), ledger, options


def make_ledger(settings: Settings) -> "tuple[Ledger, LlmOptions]":
    """What the language model that is configured has spent, and how it is reached."""
    from pc_assistant.adapters.llms.ledger import Ledger
    from pc_assistant.adapters.llms.options import LlmOptions

    provider, _, model = (settings.llm or "").partition(":")
    shared = {name: getattr(settings, f"llm_{name}") for name in LlmOptions.model_fields if name not in {"provider", "model"}}
    options = LlmOptions(provider=provider, model=model, **shared)
    return Ledger(settings.data_dir / "language-model.sqlite3", options), options


def reach_language_model(settings: Settings) -> str:
    """How the configured language model answers and what it costs. Raises SetupError where it does not answer."""
    from pc_assistant.adapters.llms.check import reach
    from pc_assistant.answering.prompts import Prompt

    return reach(*make_language_model(settings), Prompt.read("check").render({}))
