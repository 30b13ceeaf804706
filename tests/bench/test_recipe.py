from pathlib import Path

from bench.recipe import OnChroma, split_notes
from pc_assistant.adapters.embedders.hashing import HashingEmbedder

NOTE = """---
document: ferry-guide
---

# Sailings

<!--
source:
  - Timetable
questions:
  - When does the ferry leave?
-->

The ferry sails at nine.
"""


def test_notes_are_split_without_front_matter_and_comments(tmp_path: Path) -> None:
    (tmp_path / "ferry").mkdir()
    (tmp_path / "ferry" / "note.md").write_text(NOTE + "\n" + "The quay is long and wet. " * 100, encoding="utf-8")
    (tmp_path / "README.md").write_text("How notes are written.", encoding="utf-8")
    chunks = split_notes(tmp_path)
    assert chunks[0].startswith("# Sailings")
    assert "nine" in chunks[0]
    assert len(chunks) > 2
    assert max(map(len, chunks)) <= 1000
    assert not any(word in chunk for chunk in chunks for word in ("Timetable", "leave?", "ferry-guide", "How notes"))


def test_the_recipe_gives_the_nearest_first() -> None:
    chunks = ["The ferry sails at nine.", "The lamp is trimmed twice a night.", "The quay is long and wet."]
    recipe = OnChroma(chunks, HashingEmbedder())
    assert recipe.search("lamp trimmed at night", 1) == [chunks[1]]
    assert sorted(recipe.search("ferry", 3)) == sorted(chunks)
