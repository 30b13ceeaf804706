"""Backups: whole, consistent, verified before anything is touched; and what is told of an archive that is not one."""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pc_assistant.adapters.stores import directory
from pc_assistant.adapters.stores.backup import back_up
from pc_assistant.adapters.stores.restore import restore
from pc_assistant.adapters.stores.sqlite import open_engine
from pc_assistant.domain.errors import Busy, UsageError

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ASIDE = "before-restore-20261122T083000Z"


def now() -> datetime:
    return NOW


def say(data: Path, word: str) -> None:
    with closing(sqlite3.connect(data / "conversations.sqlite3")) as database:
        database.execute("INSERT INTO conversations (id, created) VALUES (?, '2026-11-22 08:00:00.000000')", (word,))
        database.commit()


def said(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "conversations.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT id FROM conversations ORDER BY id")]


def content(data: Path) -> dict[str, bytes]:
    """Every file, the bytes of databases and locks aside."""
    found = {path.relative_to(data).as_posix(): path for path in sorted(data.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if "sqlite3" not in name and path.name != "LOCK"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory as a service leaves it, and as an ingest that was killed does."""
    data = tmp_path / "data"
    open_engine(data / "conversations.sqlite3")
    say(data, "first")
    files = {
        "index/CURRENT": "2\n",
        "index/LOCK": "",
        "index/WITHHELD": '{"lighthouse": "held"}',
        "index/1/index.json": "{}",
        "index/2/index.json": '{"corpus_version": "c0ffee"}',
        "index/2/documents/lighthouse.json": "{}",
        "index/building/half.json": "{",
        "index/prepared/one.json": "{}",
        "models/all-MiniLM-L6-v2/model.onnx": "large",
        "uploads/minutes.md": "# Minutes",
        "secret": "hush",
        "before-restore-20250101T000000Z/conversations.sqlite3": "old",
    }
    for name, text in files.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (data / "secret").chmod(0o600)
    return data


@pytest.fixture
def archive(data: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    back_up(data, tmp_path / "backup.tar.gz", now)
    return tmp_path / "backup.tar.gz"


def test_what_is_restored_is_what_was_backed_up(data: Path, archive: Path, tmp_path: Path) -> None:
    say(data, "second")
    manifest, aside = restore(archive, tmp_path / "elsewhere", now)
    assert (aside, said(tmp_path / "elsewhere")) == (None, ["first"])
    assert (manifest.created, manifest.corpus_version) == (NOW, "c0ffee")
    expected = {
        name: text for name, text in content(data).items() if name.split("/")[0] not in {"models", "before-restore-20250101T000000Z"}
    }
    for left_out in ("index/1/index.json", "index/building/half.json", "index/prepared/one.json"):
        del expected[left_out]
    assert content(tmp_path / "elsewhere") == expected
    assert (tmp_path / "elsewhere" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_backup_is_for_its_owner_alone_and_any_tar_reads_it(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as members:
        names = members.getnames()
    assert names[0] == "manifest.json"
    assert {"conversations.sqlite3", "index/CURRENT", "secret", "uploads/minutes.md"} <= set(names)
    assert not list(archive.parent.glob("*.partial")) + list(archive.parent.glob(".backup-*"))


def test_the_former_state_stays_aside_and_models_stay_in_place(data: Path, archive: Path) -> None:
    say(data, "second")
    (data / "uploads" / "later.md").write_text("later", encoding="utf-8")
    (data / "conversations.sqlite3-wal").write_bytes(b"a log that belongs to the former database")
    _, aside = restore(archive, data, now)
    assert aside == ASIDE
    assert said(data) == ["first"]
    assert sorted(path.name for path in (data / "uploads").iterdir()) == ["minutes.md"]
    assert (data / ASIDE / "uploads" / "later.md").read_text(encoding="utf-8") == "later"
    (data / ASIDE / "conversations.sqlite3-wal").unlink()
    assert said(data / ASIDE) == ["first", "second"]
    assert (data / "models/all-MiniLM-L6-v2/model.onnx").read_text(encoding="utf-8") == "large"


@pytest.mark.parametrize("moves", range(12))
def test_a_restore_that_is_killed_is_ended_by_the_next_use_or_never_began(data: Path, archive: Path, moves: int) -> None:
    """Killed after so many moves: before the first nothing has happened, from it on all of it will have."""
    say(data, "second")
    left = [moves]

    def move(source: Path, target: Path) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        source.rename(target)

    restore(archive, data.parent / "staged", now)
    names = sorted(path.name for path in (data.parent / "staged").iterdir() if directory.belongs(path.name))
    (data / directory.STAGED).mkdir()
    for name in names:
        (data.parent / "staged" / name).rename(data / directory.STAGED / name)
    with suppress(KeyboardInterrupt):
        directory.replace(data, ASIDE, move)
    with directory.used(data):
        restored = said(data) == ["first"]
        assert restored == (moves > 0)
        assert said(data / ASIDE if restored else data) == ["first", "second"]
        assert not (data / directory.DECIDED).exists()
        assert (data / "index/1").exists() is not restored


def test_a_directory_in_use_is_not_restored(data: Path, archive: Path) -> None:
    say(data, "second")
    with directory.used(data), directory.used(data), pytest.raises(Busy, match="stop the service"):
        restore(archive, data, now)
    assert said(data) == ["first", "second"]
    with directory.alone(data), pytest.raises(Busy, match="being restored"), directory.used(data):
        pass


def test_a_backup_never_takes_the_place_of_a_file(data: Path, archive: Path) -> None:
    with pytest.raises(UsageError, match="already"):
        back_up(data, archive, now)
    with pytest.raises(UsageError, match="outside"):
        back_up(data, data / "backup.tar.gz", now)
    with pytest.raises(UsageError, match="nothing"):
        back_up(data.parent / "empty", archive.with_name("other"), now)


def test_what_is_no_file_is_passed_over(data: Path, tmp_path: Path) -> None:
    os.mkfifo(data / "pipe")
    (data / "gone.json").symlink_to(data / "nowhere")
    back_up(data, tmp_path / "backup.tar.gz", now)
    restore(tmp_path / "backup.tar.gz", tmp_path / "elsewhere", now)
    assert {"pipe", "gone.json"}.isdisjoint(path.name for path in (tmp_path / "elsewhere").iterdir())


def newer(data: Path) -> None:
    with closing(sqlite3.connect(data / "conversations.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()


def test_neither_a_newer_backup_nor_over_a_newer_state(data: Path, archive: Path, tmp_path: Path) -> None:
    newer(data)
    back_up(data, tmp_path / "newer.tar.gz", now)
    for source, target in ((tmp_path / "newer.tar.gz", tmp_path / "elsewhere"), (archive, data)):
        with pytest.raises(UsageError, match=r"newer version of pc-assistant \(revision 9999\): update first"):
            restore(source, target, now)
    assert not (tmp_path / "elsewhere" / "conversations.sqlite3").exists()


def refused(archive: Path, data: Path) -> str:
    """The sentence with which an archive is refused; nothing of the directory has changed by then."""
    before = content(data)
    with pytest.raises(UsageError) as told:
        restore(archive, data, now)
    assert content(data) == before
    assert not (data.parent / "escaped").exists()
    assert str(told.value).count("\n") == 0
    return str(told.value)


Member = tuple[tarfile.TarInfo, bytes]


def pack(path: Path, manifest: object, members: list[Member]) -> Path:
    said = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    with tarfile.open(path, "w:gz", format=tarfile.GNU_FORMAT) as archive:
        for member, text in [(tarfile.TarInfo("manifest.json"), said), *members]:
            member.size = len(text) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(text))
    return path


def plain(name: str) -> tarfile.TarInfo:
    return tarfile.TarInfo(name)


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def manifest_of(**files: int | str) -> dict[str, Any]:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    entries = {name: {"size": size, "sha256": empty} for name, size in files.items()}
    return {"format": 1, "software": "0.1.0", "created": NOW.isoformat(), "files": entries}


HOSTILE: dict[str, tuple[object, list[Member], str]] = {
    "path traversal": (manifest_of(**{"../escaped": 0}), [(plain("../escaped"), b"")], "names a file that no backup holds"),
    "absolute path": (manifest_of(**{"/escaped": 0}), [(plain("/escaped"), b"")], "names a file that no backup holds"),
    "a hidden way up": (manifest_of(**{"a/../../escaped": 0}), [], "names a file that no backup holds"),
    "the lock": (manifest_of(LOCK=0), [(plain("LOCK"), b"")], "names a file that no backup holds"),
    "the models": (manifest_of(**{"models/model.onnx": 0}), [(plain("models/model.onnx"), b"")], "names a file that no backup holds"),
    "a file that is a folder, too": (manifest_of(**{"a": 0, "a/b": 0}), [], "names a file that no backup holds"),
    "no name": (manifest_of(**{"": 0}), [], "names a file that no backup holds"),
    "a line break": (manifest_of(**{"a\nb": 0}), [], "names a file that no backup holds"),
    "symbolic link": (manifest_of(a=0), [(special("a", tarfile.SYMTYPE, "/etc"), b"")], "not what its manifest says"),
    "hard link": (manifest_of(a=0), [(special("a", tarfile.LNKTYPE, "/etc/passwd"), b"")], "not what its manifest says"),
    "device": (manifest_of(a=0), [(special("a", tarfile.CHRTYPE), b"")], "not what its manifest says"),
    "unnamed file": (manifest_of(), [(plain("a"), b"")], "not what its manifest says"),
    "the same file twice": (manifest_of(a=0), [(plain("a"), b""), (plain("a"), b"")], "not what its manifest says"),
    "another size": (manifest_of(a=1), [(plain("a"), b"")], "not what its manifest says"),
    "another content": (manifest_of(a=1), [(plain("a"), b"x")], "is damaged"),
    "a missing file": (manifest_of(a=0, b=0), [(plain("a"), b"")], "lacks 1 of its files"),
    "more than the disk": (manifest_of(a=10**15), [(plain("a"), b"")], "more than the disk has free"),
    "a bomb behind the end": (manifest_of(a=0), [(plain("a"), b""), (plain("b"), bytes(30_000_000))], "not what its manifest says"),
    "a bomb for a name": (manifest_of(a=0), [(plain("x" * 20_000_000), b"")], "larger than any backup has"),
    "a bomb for a manifest": (b" " * 17_000_000, [], "not a backup"),
    "a manifest that is none": (b"[" * 100_000, [], "manifest is damaged"),
    "a newer format": ({"format": 2, "files": [1, 2]}, [], "newer version"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_sentence(data: Path, tmp_path: Path, case: str) -> None:
    manifest, members, told = HOSTILE[case]
    assert told in refused(pack(tmp_path / "hostile.tar.gz", manifest, members), data)


@pytest.mark.parametrize("text", [b"", b"not an archive", gzip.compress(b""), gzip.compress(bytes(3_000_000)), gzip.compress(b"x" * 5000)])
def test_what_is_no_backup_is_refused(data: Path, tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "none.tar.gz"
    path.write_bytes(text)
    assert "cannot be restored: it is not a backup" in refused(path, data)


def test_a_damaged_database_in_a_whole_archive_is_found(data: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "forged.tar.gz", "w:gz") as forged:
        wrong = b"SQLite format 3\0" + b"nonsense" * 500
        files = {"conversations.sqlite3": {"size": len(wrong), "sha256": hashlib.sha256(wrong).hexdigest()}}
        for name, text in (("manifest.json", json.dumps(manifest_of() | {"files": files}).encode()), ("conversations.sqlite3", wrong)):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            forged.addfile(member, io.BytesIO(text))
    assert "the database 'conversations.sqlite3' in it is damaged" in refused(tmp_path / "forged.tar.gz", data)


def test_a_damaged_database_is_not_backed_up(data: Path, tmp_path: Path) -> None:
    path = data / "conversations.sqlite3"
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(Exception, match="is damaged"):
        back_up(data, tmp_path / "backup.tar.gz", now)
    assert not list(tmp_path.glob("backup*"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(0, 255))
def test_an_archive_cut_short_or_with_a_changed_byte_is_refused_or_harmless(data: Path, archive: Path, place: float, flip: int) -> None:
    """`flip` 0 cuts it short. A changed byte may hit the name or the time in gzip's header, which mean nothing."""
    whole = archive.read_bytes()
    at = int(place * len(whole))
    broken = archive.with_name("broken.tar.gz")
    broken.write_bytes(whole[:at] if not flip else whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
    target = data.parent / "target"
    shutil.rmtree(target, ignore_errors=True)
    try:
        restore(broken, target, now)
    except UsageError:
        assert [path.name for path in target.iterdir()] == ["LOCK"]
    else:
        assert flip
        assert said(target) == ["first"]
        assert (target / "secret").read_text(encoding="utf-8") == "hush"
