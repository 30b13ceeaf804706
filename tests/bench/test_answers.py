from collections.abc import Sequence

import pytest

from bench.answers import BARE, WHOLE, part
from bench.stopwatch import Stopwatch
from pc_assistant.adapters.embedders.hashing import HashingEmbedder
from pc_assistant.domain.ports import Vectors


def test_times_are_told_as_multiples_of_the_embedding_of_their_round() -> None:
    rounds = [
        {BARE: [0.01, 0.01], WHOLE: [0.02, 0.04], "step retrieve": [0.02]},
        {BARE: [0.02, 0.02], WHOLE: [0.04, 0.04]},
    ]
    rows = {row.what: row for row in part(rounds).rows}
    assert rows[BARE].figures["p50, ×"].value == 1.0
    whole = rows[WHOLE].figures["p50, ×"]
    assert (whole.low, whole.high) == (pytest.approx(2.0), pytest.approx(3.0))
    assert rows["step retrieve"].figures["p50, ×"].value == pytest.approx(2.0)
    assert (rows[WHOLE].n, rows["step retrieve"].n) == (4, 1)
    assert "step verify" not in rows


def test_the_stopwatch_adds_up_embedding_and_changes_nothing() -> None:
    ticks = iter([1.0, 1.5, 7.0, 9.0])
    embedder = HashingEmbedder()
    watch = Stopwatch(embedder, clock=lambda: next(ticks))

    def embed(texts: Sequence[str]) -> Vectors:
        return watch.embed(texts)

    assert (embed(["a lamp"]) == embedder.embed(["a lamp"])).all()
    embed(["a quay"])
    assert watch.seconds == 2.5
    assert (watch.name, watch.dimension, watch.max_tokens) == (embedder.name, embedder.dimension, embedder.max_tokens)
    assert (watch.count("a lamp"), watch.knows("lamp")) == (embedder.count("a lamp"), embedder.knows("lamp"))
