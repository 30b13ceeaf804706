"""What serves is what sentence-transformers computes: the exported model gives the vectors of the model that it was made from."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from pc_assistant.adapters.embedders.export import DEFAULT_MODEL, locate
from pc_assistant.adapters.embedders.onnx import OnnxEmbedder
from pc_assistant.domain.errors import ModelMissing

TEXTS = (
    "What are the three models of provider collaborative?",
    "NHS-led",
    "§65Z5: £2m – “risk and gain share”, ICBs’ views",
    "The board meets in May. " * 90,  # longer than the model reads: both must cut at the same place
    "",
)


def test_the_export_agrees_with_the_model(model_dir: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of torch's and transformers' imports
        from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(locate(DEFAULT_MODEL)), device="cpu", local_files_only=True)
    embedder = OnnxEmbedder(model_dir / DEFAULT_MODEL, threads=1)
    expected = model.encode(list(TEXTS), normalize_embeddings=True)
    found = embedder.embed(TEXTS)
    assert found.shape == expected.shape == (len(TEXTS), embedder.dimension)
    assert np.min(np.sum(found * expected, axis=1)) >= 0.9999
    assert embedder.max_tokens == model.max_seq_length


def test_a_model_is_prepared_once_quietly_and_in_a_process_of_its_own(tmp_path: Path) -> None:
    prepare = f"""if __name__ == "__main__":
    import sys
    from pathlib import Path
    from pc_assistant import bootstrap
    from pc_assistant.settings import Settings
    settings = Settings(model_dir=Path({str(tmp_path)!r}))
    print(bootstrap.prepare_model(settings), bootstrap.prepare_model(settings), "torch" in sys.modules)
    """
    script = tmp_path / "prepare.py"
    script.write_text(prepare, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=100, check=False)
    assert (done.stdout, done.stderr) == ("True False False\n", "")
    assert {path.name for path in (tmp_path / DEFAULT_MODEL).iterdir()} == {"model.onnx", "model.json", "tokenizer.json"}


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"No sentence-transformers model stands at .*PC_MODEL"):
        locate(str(tmp_path))
