"""The page of figures is made again from what was measured."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.figures import Part, Row, exact
from bench.loading import Load, Sample
from bench.report import BEGIN, END, main
from bench.scale import scale_parts


def measured(chunks: int) -> dict[str, object]:
    ms = {step: {"p50": chunks / 1000, "p95": chunks / 500} for step in ("end to end", "processor time", "step retrieve", "step answer")}
    numbers = dict.fromkeys(
        ("ingest_s", "publish_s", "start_s", "peak_mb", "after_mb", "start_cpu_s", "ingest_cpu_s", "disk_mb"), float(chunks)
    )
    return {"chunks": chunks, "ms": ms, "before_mb": 1.0, "hit@5": 1.0, "answered": 1.0, "questions": 5, **numbers}


@pytest.fixture
def results(tmp_path: Path) -> Path:
    clients = [Row(what=f"{n} clients", n=9, figures={f"p{share}, ms": exact(n * share) for share in (50, 95, 99)}) for n in (1, 8)]
    rows = [{"what": "ask", "status": 200, "ms": 5.0, "retry_after": None}]
    memory = [Sample(second, 400 + second / 60) for second in (0.0, 600.0, 1200.0)]
    used = [part for users in (10, 50) for part in Load(users, 1200.0, 5.0, rows, memory).parts()]
    parts = [
        *scale_parts([measured(1000), measured(100_000)]),
        Part(title="Service under load", note="Loaded.", rows=tuple(clients)),
        *used,
    ]
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"parts": [part.model_dump() for part in parts]}), encoding="utf-8")
    return path


def test_tables_and_plots_take_the_place_of_the_former(tmp_path: Path, results: Path) -> None:
    page, images = tmp_path / "page.md", tmp_path / "img"
    page.write_text(f"Before.\n{BEGIN}\nold figures\n{END}\nAfter.\n", encoding="utf-8")
    for _ in range(2):
        main([str(results), "--page", str(page), "--images", str(images)])
        written = page.read_text(encoding="utf-8")
    assert written.startswith("Before.\n") and written.endswith("After.\n")
    assert "old figures" not in written and written.count(BEGIN) == 1
    assert "### Growth: what a size costs" in written and "| 100,000 chunks, end to end |" in written
    drawn = sorted(images.iterdir())
    assert [path.stem.removeprefix("performance-") for path in drawn] == ["cost", "load", "memory", "people", "time"]
    assert all(f"](img/{path.name})" in written for path in drawn)
    before = [path.read_bytes() for path in drawn]
    assert all(ElementTree.fromstring(svg).tag.endswith("svg") and b"#ffffff" in svg for svg in before)
    main([str(results), "--page", str(page), "--images", str(images)])
    assert [path.read_bytes() for path in drawn] == before


def test_a_page_without_a_place_for_figures_is_left_as_it_is(tmp_path: Path, results: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Nothing here.\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="has no place for figures"):
        main([str(results), "--page", str(page), "--images", str(tmp_path)])
    assert page.read_text(encoding="utf-8") == "Nothing here.\n"
