"""The reference pages say what the code says."""

from pathlib import Path

from pc_assistant.settings import PREFIX, Settings
from scripts.reference import PAGES, stale, write
from scripts.reference.cli import cli_page
from scripts.reference.http import FOR_ALL, http_page
from scripts.reference.settings import GROUPS, settings_page


def test_they_are_in_step() -> None:
    assert stale() == [], "run ./run docs"


def test_writing_mends_what_is_not(tmp_path: Path) -> None:
    assert write(tmp_path) == list(PAGES)
    assert write(tmp_path) == []
    (tmp_path / "cli.md").write_text("something else", encoding="utf-8")
    assert stale(tmp_path) == ["cli.md"]


def test_every_setting_is_told_once_with_its_bounds() -> None:
    page = settings_page()
    for name in Settings.model_fields:
        assert page.count(f"\n| `{PREFIX}{name.upper()}` |") == 1
    assert "| `PC_PORT` | whole number, from 1 to 65,535 | `8000` |" in page
    assert "| `PC_PEOPLE_SECRET` | secret, at least 32 characters | none |" in page
    assert "| `PC_OTEL_SHARE` | number, from 0 to 1 | `1.0` |" in page
    assert all(f"## {heading}\n\n| setting" in page for heading, _ in GROUPS)


def test_every_command_is_told_with_its_options() -> None:
    page = cli_page()
    for name in ("serve", "ingest", "eval run", "eval gate", "documents hold", "people erase", "keys create", "dev slack"):
        assert f"\n## pc-assistant {name}\n" in page
    assert "| `--role` | `reader` or `operator` or `admin` | What it allows. | `reader` |" in page
    assert "| `-k` | whole number, from 1 to 50 | How many passages. | `10` |" in page


def test_every_route_is_told_with_its_role() -> None:
    page = http_page()
    assert "| `POST /v1/chat` | Answer one question from the documents, with citations | guest |" in page
    assert "| `GET /v1/operations` | Read how the service did over some days | operator |" in page
    assert "| `GET /v1/documents` | List the documents | guest |" in page
    assert "| `GET /healthz` | Is the process alive? | open |" in page
    assert "| `GET /operator` | operator |" in page
    assert all(f"\n| {status} | " in page for status in FOR_ALL)
