"""Networks of one hidden layer that correct a linear score by what is asked, by what a unit says, and by how the two meet.

A linear score adds up its features; that a question for a date wants another sentence than one for a reason is beyond it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pc_assistant.domain.ports import Vectors

PARTS = ("features", "meeting", "asked", "unit", "bias", "out")


@dataclass(frozen=True)
class Network:
    """Weights to the hidden layer of the features (features, hidden), of the product, entry by entry, of question and unit, of the question and of
    the unit (dimension, hidden) each; its bias (hidden,); and those from it (hidden,).
    """

    features: Vectors
    meeting: Vectors
    asked: Vectors
    unit: Vectors
    bias: Vectors
    out: Vectors

    def scores(self, features: Vectors, asked: Vectors, aimed: Vectors, units: Vectors) -> Vectors:
        """What to add to each linear score, shape (n,): of `features` (n, features), a question as it is and turned towards units, and `units` (n, dimension)."""
        hidden = features @ self.features + units @ (aimed[:, None] * self.meeting + self.unit) + (asked @ self.asked + self.bias)
        added: Vectors = np.maximum(hidden, 0.0) @ self.out
        return added


def save_networks(path: Path, model: str, networks: Mapping[str, Network]) -> None:
    """Writes networks in half precision, and the name of the model whose vectors they are for."""
    arrays = {f"{name} {part}": getattr(network, part).astype(np.float16) for name, network in networks.items() for part in PARTS}
    np.savez_compressed(path, model=np.array(model), names=np.array(list(networks)), **arrays)


def load_networks(path: Path, model: str) -> dict[str, Network]:
    """The networks in a file by their names; none where it is missing or belongs to another model."""
    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as data:
        if str(data["model"]) != model:
            return {}
        return {name: Network(*(data[f"{name} {part}"].astype(np.float32) for part in PARTS)) for name in data["names"].tolist()}
