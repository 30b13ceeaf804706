"""A file of the index that is cut short or has a wrong byte: noticed, or without effect; never a quote that no source holds."""

import random
import shutil
from pathlib import Path

import pytest

from pc_assistant import bootstrap
from pc_assistant.adapters.embedders.onnx import OnnxEmbedder
from pc_assistant.domain.conversations import Question
from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.ports import Embedder
from pc_assistant.settings import Settings, read_settings
from tests.conftest import NOTES, CommandLine
from tests.test_serving import QUESTION


@pytest.fixture(scope="module")
def embedder(model_dir: Path) -> Embedder:
    return OnnxEmbedder(read_settings(model_dir=model_dir).models)


def told(data: Path, ingested: CommandLine, embedder: Embedder) -> tuple[str, ...]:
    """The answer, and the texts that can be quoted."""
    settings: Settings = read_settings(data_dir=data, corpus_dir=ingested.corpus)
    pipeline, library = bootstrap.make_assistant(settings, embedder)
    answer = pipeline.answer(Question(text=QUESTION))
    return (
        answer.answer,
        *(citation.quote for citation in answer.citations),
        *(chunk.text for held in library.documents() for chunk in held.chunks),
    )


def outcome(data: Path, ingested: CommandLine, embedder: Embedder) -> tuple[str, ...] | str:
    """The same, or what is told instead."""
    try:
        return told(data, ingested, embedder)
    except SetupError as error:
        return str(error)


def test_a_changed_file_of_the_index_is_noticed_or_changes_nothing(ingested: CommandLine, embedder: Embedder, tmp_path: Path) -> None:
    whole = told(ingested.data, ingested, embedder)
    assert any(NOTES["lighthouse.md"].split("\n")[2] in text for text in whole)
    generation = ingested.data / "index" / "1"
    noticed = set()
    files = sorted(path.relative_to(ingested.data) for path in generation.rglob("*") if path.is_file() and path.stat().st_size)
    for number, name in enumerate(files):
        for damage in ("cut", "flipped"):
            data = tmp_path / f"{number} {damage}"
            shutil.copytree(ingested.data / "index", data / "index")
            content = (data / name).read_bytes()
            word = content.rfind(b"trims the lamp")  # in a text that is quoted, where there is one
            at = word if word > 0 else random.Random(number).randrange(len(content))
            broken = content[:at] if damage == "cut" else content[:at] + bytes([content[at] ^ 32]) + content[at + 1 :]
            (data / name).write_bytes(broken)
            found = outcome(data, ingested, embedder)
            if isinstance(found, str):
                assert "damaged" in found or "was built with" in found
                noticed.add((name.suffix, damage))
            else:
                assert set(found[1:]) <= set(whole[1:]), (name, damage, at)  # a vector may be another, a word may not
    assert {(".json", "cut"), (".json", "flipped"), (".npz", "cut"), (".npz", "flipped"), (".bin", "cut")} <= noticed
