"""What tests share: the command line as a process of its own, over a small corpus; and the Chromium that drives the pages."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from pc_assistant import bootstrap
from pc_assistant.settings import read_settings
from tests import chroma as chroma_server
from tests.postgres import Server, serving
from tests.served import listening

NOTES = {
    "ferry-guide.md": "# Sailings\n\nThe ferry to Lundy sails at nine in the morning from Ilfracombe.\n\nThe ferry carries 267 passengers.\n",
    "lighthouse.md": "# Lamp\n\nThe lighthouse keeper trims the lamp twice a night.\n\nThe lamp is seen from 17 miles away.\n",
}


@dataclass(frozen=True)
class CommandLine:
    """`pc-assistant` in a folder of its own, with an environment in which nothing of the caller's settings is left."""

    folder: Path
    env: Mapping[str, str]

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.words(*arguments), cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=100, check=False
        )

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """The command, running; its standard error goes to the file `log`."""
        with self.log.open("w", encoding="utf-8") as log:
            return subprocess.Popen(self.words(*arguments), cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=log, text=True)

    def words(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pc_assistant", *arguments]

    def imported(self) -> set[str]:
        """The top-level modules that a process with PYTHONPROFILEIMPORTTIME has imported, by its log."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in lines if line.startswith("import time:")}

    def with_env(self, **env: str) -> "CommandLine":
        return replace(self, env={**self.env, **env})


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """The folder of exported models: that of the project's own data directory, prepared there where it is not yet."""
    settings = read_settings()
    bootstrap.prepare_model(settings)
    return settings.models.parent.resolve()


@pytest.fixture(scope="session")
def make_command_line(model_dir: Path) -> Callable[[Path], CommandLine]:
    """Makes the command line of a folder, with a small corpus in it."""

    def make(folder: Path) -> CommandLine:
        (folder / "corpus").mkdir()
        for name, text in NOTES.items():
            (folder / "corpus" / name).write_text(text, encoding="utf-8")
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PC_") and k not in {"HOST", "PORT"}}
        return CommandLine(folder, {**kept, "PC_MODEL_DIR": str(model_dir), "PC_DATA_DIR": "data"})

    return make


@pytest.fixture
def pc(make_command_line: Callable[[Path], CommandLine], tmp_path: Path) -> CommandLine:
    """A command line that has indexed nothing yet."""
    return make_command_line(tmp_path)


@pytest.fixture(scope="session")
def ingested(make_command_line: Callable[[Path], CommandLine], tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """A command line whose corpus is indexed; tests copy it before they change anything."""
    pc = make_command_line(tmp_path_factory.mktemp("ingested"))
    done = pc("ingest")
    assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in pc.data.iterdir())
    yield pc
    assert sorted(path.name for path in pc.data.iterdir()) == made, "a test has changed what the others copy"


@pytest.fixture
def indexed(ingested: CommandLine, tmp_path: Path) -> CommandLine:
    """A command line whose corpus is indexed."""
    shutil.copytree(ingested.folder, tmp_path, dirs_exist_ok=True)
    return replace(ingested, folder=tmp_path)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server that should be asked for nothing, and what it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None: ...

    with listening(Handler) as url:
        yield url, paths


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; whoever stops it starts it again."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def chroma() -> Iterator[chroma_server.Server]:
    """A Chroma server; whoever stops it starts it again."""
    with chroma_server.serving() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where conversations can be kept, as `open_conversations` takes it: a file that is not there yet, or an empty database."""
    if request.param == "sqlite":
        return tmp_path / "conversations.sqlite3"
    url: str = request.getfixturevalue("postgres").new_database()
    return url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright drives the Chromium that is installed, not one of its own."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "No Chromium is installed: run the tests by ./run test, which sees to it, or set CHROMIUM to where it is."
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to sandbox itself for root
    return {**browser_type_launch_args, "executable_path": found, "args": sandbox}
