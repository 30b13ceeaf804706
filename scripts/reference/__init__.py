"""The pages of docs/reference, made from the code that they describe: `python -m scripts.reference` writes them."""

from collections.abc import Callable
from pathlib import Path

from scripts.reference.cli import cli_page
from scripts.reference.http import http_page
from scripts.reference.settings import settings_page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {"settings.md": settings_page, "cli.md": cli_page, "http.md": http_page}


def stale(folder: Path = FOLDER) -> list[str]:
    """The names of the pages that do not say what the code says."""
    return [name for name, page in PAGES.items() if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != page()]


def write(folder: Path = FOLDER) -> list[str]:
    """Writes the pages that are not in step, and names them."""
    folder.mkdir(parents=True, exist_ok=True)
    names = stale(folder)
    for name in names:
        (folder / name).write_text(PAGES[name](), encoding="utf-8")
    return names
