"""Serves an exported model with onnxruntime: no torch in the process."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from pc_assistant.domain.errors import ModelMissing
from pc_assistant.domain.ports import Vectors

BATCH = 32


class OnnxEmbedder:
    """An Embedder over the files that `export` wrote. Raises ModelMissing when they are not there."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        try:
            description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
            self._name = str(description["name"])
            self._dimension = int(description["dimension"])
            self._max_tokens = int(description["max_tokens"])
        except Exception as error:  # tokenizers and onnxruntime raise what they like
            raise ModelMissing(f"The embedding model is not prepared in {folder}: run `pc-assistant setup`.") from error
        self._counter = Tokenizer.from_str(self._tokenizer.to_str())
        self._counter.no_truncation()
        self._counter.no_padding()
        self._tokenizer.enable_truncation(self._max_tokens)
        self._tokenizer.enable_padding()

    @property
    def name(self) -> str:
        """Model and precision."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def max_tokens(self) -> int:
        """Word pieces that the model reads."""
        return self._max_tokens

    def count(self, text: str) -> int:
        """Word pieces of `text`, the two special ones included."""
        return len(self._counter.encode(text).ids)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one word piece."""
        return self._tokenizer.token_to_id(word) is not None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text; texts of like length share a batch, so that little is spent on padding."""
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            encodings = self._tokenizer.encode_batch([texts[i] for i in places])
            inputs = {
                "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
                "attention_mask": np.array([e.attention_mask for e in encodings], dtype=np.int64),
            }
            vectors[places] = self._session.run(["vector"], inputs)[0]
        return vectors
