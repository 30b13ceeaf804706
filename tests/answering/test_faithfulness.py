"""How well the verification tells faithful sentences from others, on pairs of sentence and passage written for it.

`dev.yaml` is what the rules were tuned on; `held_out.yaml`, from other passages, is only measured.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from pc_assistant.answering.grounding import supported
from tests.answering.drafts import line

FOLDER = Path(__file__).parent / "faithfulness"
DOCS = Path(__file__).parents[2] / "docs" / "language-models.md"
FAITHFUL = "faithful"
KINDS = {
    "number_changed": "number changed",
    "owner_changed": "owner changed",
    "may_to_must": "“may” made “must”, or a modal word dropped",
    "negation_dropped": "negation dropped or turned round",
    "date_moved": "date moved",
    "passages_merged": "two passages merged wrongly",
    "absent": "plausible but absent",
}
FLOOR = 0.9
FLOOR_OF_A_KIND = 0.8


@dataclass(frozen=True)
class Result:
    """How many sentences of each kind there are, and how many of them were found to be unsupported."""

    total: Counter[str]
    caught: Counter[str]

    def sum_of(self, counted: "Counter[str]") -> int:
        return sum(number for kind, number in counted.items() if kind != FAITHFUL)

    @property
    def recall(self) -> float:
        return self.sum_of(self.caught) / self.sum_of(self.total)

    @property
    def precision(self) -> float:
        found = self.sum_of(self.caught)
        return found / (found + self.caught[FAITHFUL])


def measure(split: str) -> Result:
    total: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for group in yaml.safe_load((FOLDER / f"{split}.yaml").read_text(encoding="utf-8")):
        cited = group.pop("cited")
        for kind, sentences in group.items():
            total[kind] += len(sentences)
            caught[kind] += sum(not supported(line(sentence, *cited))[0] for sentence in sentences)
    return Result(total, caught)


SPLITS = {split: measure(split) for split in ("dev", "held_out")}


def test_there_are_enough_pairs_of_every_kind() -> None:
    assert sum(sum(result.total.values()) for result in SPLITS.values()) >= 200
    for result in SPLITS.values():
        assert set(result.total) == {FAITHFUL, *KINDS}
        assert min(result.total.values()) >= 8


@pytest.mark.parametrize("split", SPLITS)
def test_what_is_unfaithful_is_found_and_what_is_faithful_is_left(split: str) -> None:
    assert SPLITS[split].recall >= FLOOR
    assert SPLITS[split].precision >= FLOOR


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_fault_slips_through(kind: str) -> None:
    for result in SPLITS.values():
        assert result.caught[kind] / result.total[kind] >= FLOOR_OF_A_KIND


def test_the_table_in_the_docs_is_what_is_measured() -> None:
    rows = [f"| {name} | {' | '.join(f'{r.caught[kind]} of {r.total[kind]}' for r in SPLITS.values())} |" for kind, name in KINDS.items()]
    rows.append(
        f"| faithful, wrongly found unfaithful | {' | '.join(f'{r.caught[FAITHFUL]} of {r.total[FAITHFUL]}' for r in SPLITS.values())} |"
    )
    rows.append(f"| recall of unfaithful | {' | '.join(f'{r.recall:.2f}' for r in SPLITS.values())} |")
    rows.append(f"| precision | {' | '.join(f'{r.precision:.2f}' for r in SPLITS.values())} |")
    text = DOCS.read_text(encoding="utf-8")
    missing = [row for row in rows if row not in text]
    assert not missing, "\n".join(rows)
