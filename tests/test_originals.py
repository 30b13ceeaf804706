"""An original of any format is quoted instead of the notes, with its pages."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pc_assistant.adapters.embedders.hashing import HashingEmbedder
from pc_assistant.adapters.loaders import SUFFIXES, load
from pc_assistant.knowledge.catalogue import scan
from pc_assistant.knowledge.indexing import SyncReport, sync
from tests.conftest import CommandLine
from tests.untrusted.files import WORDS, docx, pdf, pptx

MANIFEST = """documents:
  - {id: harbour-guide, title: Harbour guide, publisher: Harbour Office, published: 2019-05-01, kind: guidance}
"""
NOTE = """---
document: harbour-guide
---

# Opening
<!--
source: Harbour
-->

On Lundy they open the office at 9 am.
"""
PAGE = f"<html><body><main><h2 id='o'>Harbour</h2><p>{WORDS}</p></main></body></html>".encode()


def corpus(folder: Path, suffix: str, original: bytes) -> tuple[Path, Path]:
    notes, originals = folder / "notes", folder / "originals"
    (notes / "harbour-guide").mkdir(parents=True)
    (notes / "manifest.yaml").write_text(MANIFEST)
    (notes / "harbour-guide" / "1.md").write_text(NOTE)
    originals.mkdir()
    (originals / f"harbour-guide{suffix}").write_bytes(original)
    return notes, originals


@pytest.mark.parametrize(
    ("suffix", "make", "page"), [(".pdf", pdf, 1), (".docx", docx, None), (".pptx", pptx, 1), (".html", lambda: PAGE, None)]
)
def test_an_original_of_every_format_stands_for_the_notes(tmp_path: Path, suffix: str, make: Callable[[], bytes], page: int | None) -> None:
    notes, originals = corpus(tmp_path, suffix, make())
    sources, _ = scan([notes], originals, SUFFIXES)
    (holding,) = sync(sources, {}, [str(notes)], load, HashingEmbedder(), SyncReport())
    assert holding.text.document.representation == "original"
    chunk = next(chunk for chunk in holding.text.chunks if WORDS in chunk.text)
    assert chunk.page == page
    assert (chunk.section == ("Harbour",)) is (suffix != ".pdf")  # this PDF has no heading
    assert (holding.text.file is not None) is (suffix == ".pdf")


def test_a_pdf_is_found_with_its_page(pc: CommandLine) -> None:
    notes, originals = corpus(pc.folder, ".pdf", pdf(3))
    named = pc.with_env(PC_CORPUS_DIR=str(notes), PC_ORIGINALS_DIR=str(originals))
    assert named("ingest").returncode == 0
    first, *_ = json.loads(named("search", "When does the harbour office open?", "--json").stdout)
    assert (first["document_id"], first["page"]) == ("harbour-guide", 1)
    assert WORDS in first["text"]
