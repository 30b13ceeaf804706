"""Fits the networks, with Adam and dropout: those that correct linear scores (`pc_assistant.retrieval.network`), on questions with the units
that may answer them, and those that tell sections (`pc_assistant.retrieval.sections`).

A ranking is fitted by a listwise softmax (Cao et al., Learning to Rank: From Pairwise Approach to Listwise Approach, 2007) over the units of
each question, a verdict by the logistic loss of each question's best unit.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch import nn

from pc_assistant.domain.ports import Vectors
from pc_assistant.retrieval.network import Network
from pc_assistant.retrieval.sections import Layers as SectionLayers
from pc_assistant.retrieval.sections import Section, SectionClassifier, stems

HIDDEN = 64
DROPOUT = 0.3
DECAY = 0.01
RATE = 1e-3
BATCH = {"reranking": 64, "ranking": 64, "verdict": 128, "sections": 256}
EPOCHS = {"reranking": 6, "ranking": 6, "verdict": 10, "sections": 40}
FIRST_SCALE = {
    "reranking": 10.0,
    "ranking": 6.0,
    "verdict": 1.0,
}  # of the linear scores, which differ by tenths where log odds differ by units
# So that the inputs vary about as much as standardised features do, or less where they tell less.
MEETING, ASKED, UNIT = 1.5, 0.3, 0.3
Kind = Literal["reranking", "ranking", "verdict"]
# Of the networks that tell sections; twice as wide they tell them in one case of a hundred more.
SECTIONS_HIDDEN, SECTIONS_DROPOUT, SECTIONS_DECAY, SECTIONS_RATE = 512, 0.5, 0.3, 2e-3
SECTIONS_SEEN = 3  # times a word was used, to be one that counts
SECTIONS_LEFT_OUT = 0.3  # share of a text's words that are not looked at in a step, so that no one of them decides


@dataclass(frozen=True)
class Example:
    """A question as it is and turned towards units (dimension,), and the units that may answer it: their rows in a table of vectors, features
    (n, features), linear scores and whether they are right, (n,) each.
    """

    asked: Vectors
    aimed: Vectors
    rows: np.ndarray
    features: Vectors
    linear: Vectors
    right: np.ndarray
    weight: float = 1.0


class Layers(nn.Module):
    """The network with its inputs standardised, and the scale of the linear score beside it."""

    mean: torch.Tensor
    spread: torch.Tensor

    def __init__(self, features: Vectors, dimension: int, scale: float) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(features.mean(axis=0)))
        self.register_buffer("spread", torch.tensor(features.std(axis=0) + 1e-6))
        self.hidden = nn.Linear(features.shape[1] + 3 * dimension, HIDDEN)
        self.out = nn.Linear(HIDDEN, 1, bias=False)
        nn.init.zeros_(self.out.weight)
        self.scale = nn.Parameter(torch.tensor(scale))
        self.inputs, self.inner = nn.Dropout(DROPOUT / 2), nn.Dropout(DROPOUT)
        self.unit_length = dimension**0.5

    def forward(
        self, features: torch.Tensor, asked: torch.Tensor, aimed: torch.Tensor, units: torch.Tensor, linear: torch.Tensor
    ) -> torch.Tensor:
        """Scores (batch, n)."""
        meeting = MEETING * self.unit_length * aimed[:, None] * units
        both = [meeting, (ASKED * self.unit_length * asked)[:, None].expand_as(units), UNIT * self.unit_length * units]
        inputs = torch.cat([(features - self.mean) / self.spread, self.inputs(torch.cat(both, dim=-1))], dim=-1)
        added: torch.Tensor = self.out(self.inner(torch.relu(self.hidden(inputs))))[..., 0]
        return self.scale * linear + added

    def network(self) -> Network:
        """The same without torch, on inputs as they are, in the scale of the linear score."""
        weight, bias, out, mean, spread = (
            part.detach().numpy().astype(np.float64)
            for part in (self.hidden.weight.T, self.hidden.bias, self.out.weight[0] / self.scale, self.mean, self.spread)
        )
        count = len(mean)
        features = weight[:count] / spread[:, None]
        meeting, asked, unit = (
            scale * self.unit_length * part for scale, part in zip((MEETING, ASKED, UNIT), np.split(weight[count:], 3), strict=True)
        )
        return Network(*(part.astype(np.float32) for part in (features, meeting, asked, unit, bias - mean @ features, out)))


def fit_network(examples: Sequence[Example], table: Vectors, kind: Kind, seed: int = 0) -> Network:
    """The network for examples whose units are rows of `table` (units, dimension). The same examples give the same network, on one thread."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    vectors = torch.tensor(table)
    layers = Layers(np.vstack([example.features for example in examples]).astype(np.float32), table.shape[1], FIRST_SCALE[kind])
    optimiser = torch.optim.AdamW(layers.parameters(), lr=RATE, weight_decay=DECAY)
    batches = -(-len(examples) // BATCH[kind])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS[kind] * batches)
    for _ in range(EPOCHS[kind]):
        for chosen in np.array_split(random.permutation(len(examples)), batches):
            loss = _loss(layers, [examples[number] for number in chosen], vectors, kind)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return layers.network()


def _loss(layers: Layers, batch: Sequence[Example], vectors: torch.Tensor, kind: Kind) -> torch.Tensor:
    most = max(len(example.rows) for example in batch)

    def padded(name: str, fill: float) -> torch.Tensor:
        found = [np.asarray(getattr(example, name)) for example in batch]
        rest = [((0, most - len(one)), *[(0, 0)] * (one.ndim - 1)) for one in found]
        return torch.tensor(np.array([np.pad(one, width, constant_values=fill) for one, width in zip(found, rest, strict=True)]))

    asked, aimed = (
        torch.tensor(np.array([getattr(example, name) for example in batch]), dtype=torch.float32) for name in ("asked", "aimed")
    )
    there = torch.tensor([[number < len(example.rows) for number in range(most)] for example in batch])
    right = padded("right", 0).bool()
    scores = layers(padded("features", 0.0).float(), asked, aimed, vectors[padded("rows", 0)].float(), padded("linear", 0.0).float())
    weight = torch.tensor([example.weight for example in batch], dtype=torch.float32)
    if kind == "verdict":
        losses = nn.functional.binary_cross_entropy_with_logits(scores, right.float(), reduction="none")[:, 0]
    else:
        likely = torch.log_softmax(scores.masked_fill(~there, -1e9), dim=1)
        losses = -torch.logsumexp(likely.masked_fill(~right, -1e9), dim=1)
    return (weight * losses).mean()


def fit_classifier(
    vectors: Vectors, texts: Sequence[str], named: Sequence[Section], weight: np.ndarray, seed: int = 0
) -> SectionClassifier:
    """Tells the section `named` by each vector (n, dimension) and text, each counting its `weight` (n,). The same rows give the same, on one thread."""
    held = [stems(text) for text in texts]
    frequency = Counter(word for found in held for word in found)
    vocabulary = sorted(word for word, count in frequency.items() if count >= SECTIONS_SEEN)
    rows = {word: row for row, word in enumerate(vocabulary)}
    told = [np.array(sorted(rows[word] for word in found if word in rows), dtype=np.int64) for found in held]

    def worded(chosen: np.ndarray) -> torch.Tensor:
        inputs = torch.zeros(len(chosen), len(vocabulary))
        for row, number in enumerate(chosen):
            inputs[row, told[number]] = 1 / np.sqrt(max(1, len(told[number])))
        return inputs

    known = sorted(set(named))
    target, counted = torch.tensor([known.index(section) for section in named]), torch.tensor(weight, dtype=torch.float32)
    table = torch.tensor(vectors, dtype=torch.float32)
    # Inputs have unit length: their directions are made about as large as standardised ones.
    fit = partial(_fit_layers, reach=float(np.sqrt(vectors.shape[1])), target=target, counted=counted, classes=len(known), seed=seed)
    by_vector = fit(lambda chosen: table[chosen], vectors.shape[1], left_out=0.0)
    return SectionClassifier(tuple(known), tuple(vocabulary), by_vector, fit(worded, len(vocabulary), left_out=SECTIONS_LEFT_OUT))


def _fit_layers(
    inputs: Callable[[np.ndarray], torch.Tensor],
    width: int,
    *,
    left_out: float,
    reach: float,
    target: torch.Tensor,
    counted: torch.Tensor,
    classes: int,
    seed: int,
) -> SectionLayers:
    """The layers that tell the class `target` (n,) of the `inputs` (chosen, width) of some rows, times `reach`, a share of them `left_out` at random."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    inner, outer = nn.Linear(width, SECTIONS_HIDDEN), nn.Linear(SECTIONS_HIDDEN, classes)
    layers = nn.Sequential(nn.Dropout(left_out), inner, nn.ReLU(), nn.Dropout(SECTIONS_DROPOUT), outer)
    optimiser = torch.optim.AdamW(layers.parameters(), lr=SECTIONS_RATE, weight_decay=SECTIONS_DECAY)
    batches = -(-len(target) // BATCH["sections"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, SECTIONS_RATE, total_steps=EPOCHS["sections"] * batches)
    for _ in range(EPOCHS["sections"]):
        for chosen in np.array_split(random.permutation(len(target)), batches):
            losses = nn.functional.cross_entropy(layers(reach * inputs(chosen)), target[chosen], reduction="none")
            optimiser.zero_grad()
            (counted[chosen] * losses).mean().backward()
            optimiser.step()
            schedule.step()
    parts = (reach * inner.weight.T, inner.bias, outer.weight, outer.bias)
    return SectionLayers(*(part.detach().numpy().astype(np.float32) for part in parts))
