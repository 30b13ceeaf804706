"""No file, however made, does more harm than a sentence that says what is wrong with it."""

import contextlib
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pc_assistant.adapters.loaders import load
from pc_assistant.adapters.loaders.isolated import Isolated
from pc_assistant.adapters.loaders.limits import Limits
from pc_assistant.domain.errors import DocumentUnreadable
from tests.conftest import CommandLine
from tests.untrusted.files import FILES, WORDS, W, docx, pdf, pptx, repacked, scanned, sound

LIMITS = Limits(seconds=40, memory_bytes=1_000_000_000, unpacked_bytes=50_000_000)
SOUND = {".pdf": pdf, ".docx": docx, ".pptx": pptx, ".html": f"<html><main><h1>Harbour</h1><p>{WORDS}</p></main></html>".encode}


@pytest.fixture(scope="module")
def isolated() -> Isolated:
    return Isolated(LIMITS, (".pdf", ".docx", ".pptx", ".html"))


def test_there_are_many_such_files() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("name", FILES)
def test_each_is_one_clear_sentence(isolated: Isolated, tmp_path: Path, name: str) -> None:
    make, reason = FILES[name]
    (tmp_path / name).write_bytes(make())
    with pytest.raises(DocumentUnreadable, match=reason) as caught:
        isolated(tmp_path / name)
    said = str(caught.value)
    assert name in said and said.endswith(".") and "\n" not in said and len(said) < 200
    assert "Error" not in said and "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_ingest_names_them_all_and_indexes_the_others(pc: CommandLine) -> None:
    sound(pc.corpus)
    bad = [name for name in FILES if "bomb" not in name and "thousand" not in name and name.split(".")[0] not in {"crowded", "lying"}][::4]
    for name in bad:
        (pc.corpus / f"bad-{name.replace('.', '-', name.count('.') - 1)}").write_bytes(FILES[name][0]())
    done = pc("ingest")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == len(bad) and all(any(f"bad-{name}" in line for line in lines) for name in bad)
    assert sorted(re.findall(r"(?m)^added\s+(\S+)", done.stdout)) == ["deck", "ferry-guide", "lighthouse", "page", "plain", "web", "word"]
    assert "failed" in done.stdout and "Lundy opens at nine" in pc("search", "When does the harbour office open?").stdout


def test_a_file_that_takes_too_long_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(pdf(1_500))
    began = time.monotonic()
    with pytest.raises(DocumentUnreadable, match=r"slow\.pdf takes longer than 0\.5 seconds to read"):
        Isolated(Limits(seconds=0.5))(path)
    assert time.monotonic() - began < 20


def test_a_file_that_takes_too_much_memory_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "fat.txt"
    path.write_bytes(b"words and words\n\n" * 1_000_000)
    with pytest.raises(DocumentUnreadable, match=r"fat\.txt (needs more than the 300 MB|ends the process)"):
        Isolated(Limits(memory_bytes=300_000_000))(path)


def test_pages_beyond_the_limit_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(4))
    with pytest.raises(DocumentUnreadable, match=r"a\.pdf has 4 pages, more than the 3 that are read\."):
        Isolated(Limits(pages=3))(tmp_path / "a.pdf")


def test_scanned_pages_among_others_are_reported(isolated: Isolated, tmp_path: Path) -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf(3)) as whole, pypdfium2.PdfDocument(scanned()) as picture:
        whole.import_pages(picture, index=1)
        whole.save(str(tmp_path / "mixed.pdf"))
    said: list[str] = []
    sections = isolated(tmp_path / "mixed.pdf", (), said.append)
    assert said == ["mixed.pdf needs OCR: page 2 holds a picture and no text."]
    assert WORDS in str(sections)


def test_nothing_outside_the_file_is_fetched(isolated: Isolated, tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    url, paths = asked
    kinds = ("attachedTemplate", "image", "subDocument", "oleObject", "frame")
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    links = "".join(f'<Relationship Id="x{k}" Type="{base}{k}" Target="{url}/{k}" TargetMode="External"/>' for k in kinds)

    def linked(name: str, data: bytes) -> bytes:
        return data.replace(b"</Relationships>", links.encode() + b"</Relationships>") if name.endswith("document.xml.rels") else data

    (tmp_path / "a.docx").write_bytes(repacked(docx(), linked))
    page = f'<html><head><link rel="stylesheet" href="{url}/css"><base href="{url}"></head><body><iframe src="{url}/f"></iframe><main><h1>Harbour</h1><p>{WORDS}</p><img src="{url}/i"></main></body></html>'
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "a.pdf").write_bytes(pdf(page=f"/AA<</O<</S/URI/URI({url}/open)>>>>".encode()))
    for path in sorted(tmp_path.iterdir()):
        assert WORDS in str(isolated(path))
    assert paths == []


def test_a_word_document_of_the_old_schema_still_reads(isolated: Isolated, tmp_path: Path) -> None:
    text = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p></w:body></w:document>'
    (tmp_path / "a.docx").write_bytes(repacked(docx(), lambda name, data: text.encode() if name == "word/document.xml" else data))
    assert WORDS in str(isolated(tmp_path / "a.docx"))


@st.composite
def changed(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file with bytes changed, left out, doubled or put in."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(1, 60))
        kind = draw(st.sampled_from(["put", "cut", "double", "noise"]))
        if kind == "put":
            data[place:place] = draw(st.binary(max_size=20))
        elif kind == "cut":
            del data[place : place + length]
        elif kind == "double":
            data[place:place] = data[place : place + length]
        else:
            data[place : place + length] = draw(st.binary(min_size=length, max_size=length))
    return bytes(data)


@pytest.mark.parametrize("suffix", SOUND)
def test_any_change_of_a_file_reads_or_is_a_sentence(suffix: str, tmp_path: Path) -> None:
    whole = SOUND[suffix]()
    path = tmp_path / f"a{suffix}"

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
    @given(changed(whole))
    def check(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(DocumentUnreadable):
            assert any(section.blocks for section in load(path))

    check()
