"""Serves an exported model with onnxruntime: no torch in the process."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from pc_assistant.domain.errors import ModelMissing
from pc_assistant.domain.ports import Vectors

SEVERAL = 16  # texts for which threads are worth starting


class OnnxEmbedder:
    """An Embedder over the files that `export` wrote; many texts are shared out to `threads`. Raises ModelMissing when they are not there."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        try:
            description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
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
        self._tokenizer.no_padding()
        self._threads = threads

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
        """One unit vector a text, of shape (texts, dimension).

        Each text runs alone: int8 weights scale what runs together by its largest value, so that in a batch a text's vector would depend on
        the others.
        """
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        if len(texts) < SEVERAL or self._threads == 1:
            for row, text in enumerate(texts):
                vectors[row] = self._vector(text)
            return vectors
        with ThreadPoolExecutor(self._threads) as threads:
            for row, vector in enumerate(threads.map(self._vector, texts)):
                vectors[row] = vector
        return vectors

    def _vector(self, text: str) -> Vectors:
        encoding = self._tokenizer.encode(text)
        inputs = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
        }
        vector: Vectors = self._session.run(["vector"], inputs)[0][0]
        return vector
