"""Settings: from the environment and `.env`, every mistake named before anything starts."""

import os
from pathlib import Path

import pytest

from pc_assistant.domain.errors import UsageError
from pc_assistant.settings import read_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, and none of the caller's settings."""
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith("PC_") or name in {"HOST", "PORT"}:
            monkeypatch.delenv(name)


def test_the_defaults() -> None:
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.models == Path(".pc-assistant/models/all-MiniLM-L6-v2")


@pytest.mark.parametrize("name", ["PORT", "PC_PORT"])
def test_the_file_then_the_environment_then_what_is_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(f"{name}=8101\n", encoding="utf-8")
    assert read_settings().port == 8101
    monkeypatch.setenv(name, "8102")
    assert read_settings().port == 8102
    assert read_settings(port=8103).port == 8103


def test_the_prefixed_name_wins_over_the_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "machine-name")
    monkeypatch.setenv("PC_HOST", "0.0.0.0")
    assert read_settings().host == "0.0.0.0"


def test_what_is_not_a_setting_is_refused_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PC_DATADIR=/data\nEDITOR=vi\n", encoding="utf-8")
    monkeypatch.setenv("PC_FOO", "1")
    with pytest.raises(UsageError) as refused:
        read_settings()
    assert str(refused.value) == "Bad settings: PC_DATADIR is not a setting; PC_FOO is not a setting."


def test_every_bad_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PC_PORT", "70000")
    monkeypatch.setenv("PC_EMBED_THREADS", "some")
    with pytest.raises(UsageError, match=r"PC_EMBED_THREADS: .*; PC_PORT: |PC_PORT: .*; PC_EMBED_THREADS: "):
        read_settings()


def test_origins_that_may_frame_the_page_are_a_list_of_origins_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().embed_origins == ()
    monkeypatch.setenv("PC_EMBED_ORIGINS", "https://intranet.example.org  https://*.teams.example:8443")
    assert read_settings().embed_origins == ("https://intranet.example.org", "https://*.teams.example:8443")
    for bad in ("*", "'self'", "https://a.example; script-src *", "https://a.example/path", "javascript:x", "https://a.example\nX: y"):
        monkeypatch.setenv("PC_EMBED_ORIGINS", bad)
        with pytest.raises(UsageError, match=r"PC_EMBED_ORIGINS\.\d"):
            read_settings()


def test_where_people_reach_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().address == "http://127.0.0.1:8000"
    assert read_settings(host="::1").address == "http://[::1]:8000"
    monkeypatch.setenv("PC_PUBLIC_URL", "https://assistant.example.org/pc/")
    assert read_settings().address == "https://assistant.example.org/pc"
    for bad in ("assistant.example.org", "javascript:x", "https://a.example/|x", "https://a.example/>", "https://a.example?x=y"):
        monkeypatch.setenv("PC_PUBLIC_URL", bad)
        with pytest.raises(UsageError, match="PC_PUBLIC_URL"):
            read_settings()


def test_a_question_outlasts_its_language_model() -> None:
    with pytest.raises(UsageError, match="PC_QUESTION_SECONDS must be more than PC_LLM_SECONDS"):
        read_settings(llm="ollama:small", llm_seconds=90, question_seconds=90)
    assert read_settings(llm="ollama:small", llm_seconds=89, question_seconds=90).llm_seconds == 89
    assert read_settings(llm_seconds=90, question_seconds=90).llm is None


def test_secrets_may_be_files_of_a_folder_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "PC_DATABASE_URL").write_text("postgresql+asyncpg://pc:word@db/pc\n", encoding="utf-8")
    (folder / "PC_PORT").write_text("8101\n", encoding="utf-8")
    (folder / "tls-key").write_text("of somebody else", encoding="utf-8")
    monkeypatch.setenv("PC_SECRETS_DIR", str(folder))
    monkeypatch.setenv("PC_PORT", "8102")
    settings = read_settings()
    assert settings.database == "postgresql+asyncpg://pc:word@db/pc"
    assert settings.port == 8102


def test_a_file_that_is_no_setting_and_a_folder_that_is_none_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PC_SECRETS_DIR", str(tmp_path))
    (tmp_path / "PC_DATABASE").write_text("typed wrongly", encoding="utf-8")
    with pytest.raises(UsageError, match=r"^Bad settings: PC_DATABASE is not a setting\.$"):
        read_settings()
    monkeypatch.setenv("PC_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match=r"PC_SECRETS_DIR: .*nowhere is not a folder"):
        read_settings()
