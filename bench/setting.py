"""What every part of a run is handed: settings, questions, rounds and a source of chance."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.figures import quantile
from pc_assistant import bootstrap, syncing
from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.ports import Embedder
from pc_assistant.evaluation.case import Case, load_cases
from pc_assistant.evaluation.split import choose
from pc_assistant.settings import Settings, read_settings

DATASETS = Path("eval/datasets")
SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Setting:
    """`cases` are those of the `test` split that stand alone; `seconds` is how long each level of load lasts, `sizes` are
    the sections of generated corpora."""

    settings: Settings
    cases: tuple[Case, ...]
    rounds: int
    seconds: float
    seed: int = 0
    sizes: tuple[int, ...] = SIZES

    @property
    def questions(self) -> list[str]:
        """The words of the cases and nothing else of them."""
        return [case.question for case in self.cases]

    def shuffled(self, number: int) -> list[str]:
        """The questions in the order of one round."""
        return Random(f"{self.seed} {number}").sample(self.questions, len(self.cases))


def read_setting(data_dir: Path | None, rounds: int, seconds: float, sizes: tuple[int, ...] = SIZES) -> Setting:
    """The setting of a run over an index that is in step with the notes. Raises SetupError."""
    settings = read_settings(data_dir=data_dir)
    embedder = bootstrap.make_embedder(settings)
    syncing.check_index(settings, embedder)
    if syncing.pending(settings, embedder)[0]:
        raise SetupError("The index is behind the corpus: run `pc-assistant ingest` first.")
    _, library = bootstrap.make_assistant(settings, embedder)
    if any(text.document.representation != "notes" for text in library.documents()):
        raise SetupError("The index quotes originals, the usual recipe reads the notes: measure with an index of the notes alone.")
    cases = choose(load_cases(sorted(DATASETS.glob("*.jsonl"))), "test")
    return Setting(settings, tuple(case for case in cases if not case.history), rounds, seconds, sizes=sizes)


@contextmanager
def copy_of_the_state(settings: Settings) -> Iterator[dict[str, str]]:
    """The environment of a process over a copy of the index, so that what is asked here is not kept among real conversations."""
    with TemporaryDirectory() as folder:
        shutil.copytree(settings.data_dir / "index", Path(folder) / "index")
        yield {"PC_DATA_DIR": folder, "PC_MODEL_DIR": str(settings.models.parent.resolve())}


def embedding_ms(embedder: Embedder, questions: Sequence[str]) -> float:
    """The median milliseconds of one query embedding, now: what ratios are ratios to."""
    times = []
    for question in questions:
        begun = perf_counter()
        embedder.embed([question])
        times.append(perf_counter() - begun)
    return 1000 * quantile(times, 0.5)
