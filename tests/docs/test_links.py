"""Links in the Markdown files of the repository lead somewhere; nothing is fetched."""

import re
from pathlib import Path

from tests.docs.markdown import ROOT, anchors, faults, files, links

# What is named in the text as a file of ours is there. `…`, `*`, `<` and capitals stand for something.
NAMED = re.compile(
    r"`((?:src|tests|tests_llm|docs|eval|bench|scripts|prompts|deploy|answering|bots|domain|observing|evaluation)/[a-z0-9_./-]+)`"
)
DATED = ("docs/decisions", "CHANGELOG.md")  # what was true on their day stays as it was written


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_there_are_files() -> None:
    assert {"README.md", "docs/README.md", "eval/README.md", "docs/decisions/0002-onnx-serves.md"} <= {name(file) for file in files()}


def test_every_link_leads_somewhere() -> None:
    assert {name(file): found for file in files() if (found := list(faults(file)))} == {}


def test_a_file_that_is_named_is_there() -> None:
    places = (ROOT, ROOT / "src" / "pc_assistant")
    gone = [
        f"{name(file)}: {named}"
        for file in files()
        if not name(file).startswith(DATED)
        for named in NAMED.findall(file.read_text(encoding="utf-8"))
        if not any((place / named).exists() for place in places)
    ]
    assert gone == []


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A “good” heading, `x_1`\n\n# Twice\n\n# Twice\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md#a-good-heading-x_1) [b](there.md#twice-1) [c](gone.md) [d](there.md#gone) ![e](gone.png) [f](#gone) [g](../out.md)\n"
        "[h](https://example.org/gone) `[i](code.md)`\n\n| [j](gone-too.md) |\n| --- |\n",
        encoding="utf-8",
    )
    assert [fault.partition(":")[0] for fault in faults(page, tmp_path)] == [
        "gone.md", "there.md#gone", "gone.png", "#gone", "../out.md", "gone-too.md",
    ]  # fmt: skip
    assert anchors("# One\n\n<a id='two'></a>\n") == {"one", "two"}
    assert links("no link") == []
