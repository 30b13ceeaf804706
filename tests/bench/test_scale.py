"""One size of the generated corpus, measured as `./run bench scale` does."""

from pathlib import Path

import pytest

from bench.scale import measured, scale_parts


@pytest.mark.parametrize("sections", [120])
def test_a_size_is_built_and_asked_in_processes_of_their_own(tmp_path: Path, sections: int) -> None:
    found = measured(tmp_path / "size", sections)
    assert found["chunks"] == sections
    assert found["units"] > sections
    assert found["hit@5"] >= 0.95
    assert found["after_mb"] > found["before_mb"] > 20
    costs, times = scale_parts([found, {**found, "chunks": 100_000}])
    assert [row.what for row in costs.rows] == ["120 chunks", "100,000 chunks"]
    assert [row.what for row in times.rows if row.budget] == ["100,000 chunks, end to end"]
