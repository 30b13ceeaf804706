import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

DIMENSION = 8


@pytest.fixture(scope="module")
def networks() -> ModuleType:
    """`eval/networks.py`, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("networks", Path("eval/networks.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look for it there
    spec.loader.exec_module(module)
    return module


def test_without_torch_the_same_scores_come_out(networks: ModuleType) -> None:
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    features = random.normal(3.0, 2.0, size=(20, 4)).astype(np.float32)
    layers = networks.Layers(features, DIMENSION, 2.0)
    torch.nn.init.normal_(layers.out.weight)
    layers.eval()
    asked, aimed = random.normal(size=(2, DIMENSION)).astype(np.float32)
    units, linear = random.normal(size=(20, DIMENSION)).astype(np.float32), random.normal(size=20).astype(np.float32)
    with torch.no_grad():
        scores = layers(*(torch.tensor(part)[None] for part in (features, asked, aimed, units, linear)))[0].numpy()
    assert linear + layers.network().scores(features, asked, aimed, units) == pytest.approx(scores / 2.0, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("kind", ["ranking", "verdict"])
def test_what_no_linear_score_can_tell_is_learned(networks: ModuleType, kind: str) -> None:
    """Right is a unit that has the sign of the question in its first place: which unit that is depends on the question alone."""
    random = np.random.default_rng(1)
    table = random.normal(size=(400, DIMENSION)).astype(np.float32)
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    size = 4 if kind == "ranking" else 1

    def example() -> Any:
        asked = random.normal(size=DIMENSION).astype(np.float32)
        asked /= np.linalg.norm(asked)
        rows = random.integers(0, len(table), size)
        right = table[rows, 0] * asked[0] > 0
        return networks.Example(asked, asked, rows, random.normal(size=(size, 2)).astype(np.float32), np.zeros(size, np.float32), right)

    examples = [one for one in (example() for _ in range(6000)) if kind == "verdict" or 0 < one.right.sum() < size]
    network = networks.fit_network(examples[500:], table, kind)
    scores = [network.scores(one.features, one.asked, one.aimed, table[one.rows]) for one in examples[:500]]
    if kind == "ranking":
        right = [one.right[found.argmax()] for one, found in zip(examples, scores, strict=False)]
    else:
        right = [(found[0] > 0) == one.right[0] for one, found in zip(examples, scores, strict=False)]
    assert np.mean(right) > 0.8


def test_sections_that_no_line_parts_are_told(networks: ModuleType) -> None:
    random = np.random.default_rng(3)
    rows = random.choice([-1.0, 1.0], size=(600, 4)) + 0.1 * random.normal(size=(600, 4))
    vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    sections = [("document", "alike" if one * other > 0 else "apart") for one, other in vectors[:, :2]]
    found = networks.fit_classifier(vectors[:400], ["ships"] * 400, sections[:400], np.ones(400))
    told = [found.sections[int(np.argmax(found.log_chances(vector, "ships")))] for vector in vectors[400:]]
    assert np.mean([one == other for one, other in zip(told, sections[400:], strict=True)]) > 0.95
    again = networks.fit_classifier(vectors[:400], ["ships"] * 400, sections[:400], np.ones(400))
    assert (again.by_vector.outer == found.by_vector.outer).all()


def test_sections_that_only_words_part_are_told(networks: ModuleType) -> None:
    random = np.random.default_rng(4)
    vectors = np.tile(np.eye(4)[0], (600, 1))
    pairs = random.choice([0, 1], size=(600, 2))
    texts = [f"{'ships' if one else 'boats'} {'wait' if other else 'sail'} {random.choice(['here', 'there'])}" for one, other in pairs]
    sections = [("document", "alike" if one == other else "apart") for one, other in pairs]
    found = networks.fit_classifier(vectors[:400], texts[:400], sections[:400], np.ones(400))
    told = [found.sections[int(np.argmax(found.log_chances(vectors[0], text)))] for text in texts[400:]]
    assert np.mean([one == other for one, other in zip(told, sections[400:], strict=True)]) > 0.95
    again = networks.fit_classifier(vectors[:400], texts[:400], sections[:400], np.ones(400))
    assert (again.by_words.outer == found.by_words.outer).all()


def test_a_word_used_but_once_or_twice_does_not_count(networks: ModuleType) -> None:
    texts = ["ships"] * 3 + ["boats"] * 2
    found = networks.fit_classifier(np.eye(5), texts, [("document", "heading")] * 5, np.ones(5))
    assert found.vocabulary == ("ship",)


def test_what_counts_nothing_teaches_nothing(networks: ModuleType) -> None:
    vectors = np.eye(4)[np.arange(200) % 4]
    sections = [("document", f"section {n % 4}") for n in range(100)] + [("document", "another")] * 100
    found = networks.fit_classifier(vectors, ["ships"] * 200, sections, np.repeat([1.0, 0.0], 100))
    assert {found.sections[int(np.argmax(found.log_chances(vector, "ships")))] for vector in vectors} == {
        ("document", f"section {n}") for n in range(4)
    }
