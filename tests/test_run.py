"""`./run` and what it installs. The script runs for real, over stand-ins of the tools in `.venv/bin` that write down how they were called."""

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
env >"$CALLS.$(basename "$0").env"
case "$(basename "$0") $*" in {fails}) exit 1 ;; esac
"""
WORKS = {**os.environ, "PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": os.devnull}


@dataclass(frozen=True)
class Project:
    """A folder with `run` and stand-ins of its tools."""

    folder: Path

    @property
    def calls_file(self) -> Path:
        return self.folder / "calls"

    def stand_in(self, name: str, fails: str = '"never"') -> None:
        tool = self.folder / ".venv" / "bin" / name
        tool.parent.mkdir(parents=True, exist_ok=True)
        tool.write_text(STAND_IN.format(fails=fails), encoding="utf-8")
        tool.chmod(0o755)

    def run(self, *arguments: str, status: int = 0, **env: str) -> "subprocess.CompletedProcess[str]":
        clean = {k: v for k, v in WORKS.items() if not k.startswith(("PIP_", "UV_", "PC_", "CI", "TORCH_")) or k == "PIP_CONFIG_FILE"}
        words = ["sh", str(self.folder / "run"), *arguments]
        done = subprocess.run(
            words, env={**clean, "CALLS": str(self.calls_file), **env}, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == status, done
        return done

    def calls(self) -> list[str]:
        """How the tools were called since the last time, questions about pip's settings and Python's version left out."""
        lines = self.calls_file.read_text(encoding="utf-8").splitlines() if self.calls_file.exists() else []
        self.calls_file.unlink(missing_ok=True)
        return [line for line in lines if " config get " not in line and not line.startswith(("python -c", "sys.exit"))]

    def env_of(self, tool: str) -> Mapping[str, str]:
        lines = Path(f"{self.calls_file}.{tool}.env").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for name in ("run", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "requirements-local-llm.lock"):
        shutil.copy(ROOT / name, tmp_path)
    project = Project(tmp_path)
    for tool in ("python", "uv", "pc-assistant", "ruff", "mypy", "lint-imports"):
        project.stand_in(tool)
    return project


def test_alone_it_lists_its_verbs(project: Project) -> None:
    listed = re.findall(r"(?m)^  ([a-z-]+) ", project.run().stdout)
    assert listed == ["serve", "test", "setup", "check", "eval", "ingest", "ask", "bench", "test-llm", "load", "docs", "audit", "lock"]
    assert project.run("dance", status=2).stdout == ""
    assert project.calls() == []


def test_a_set_up_is_done_once_until_a_pin_changes(project: Project) -> None:
    project.run("setup")
    first = project.calls()
    assert any(call.endswith("-r requirements.lock") for call in first)
    assert any(call.endswith("--no-deps -e .") for call in first)
    assert first[-1] == "pc-assistant setup"

    project.run("setup")
    assert project.calls() == ["pc-assistant setup"]

    with (project.folder / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# another pin\n")
    project.run("setup")
    assert any(call.endswith("-r requirements.lock") for call in project.calls())


def test_the_test_set_up_holds_for_serving_too(project: Project) -> None:
    project.run("check")
    assert any(call.endswith("-r requirements-dev.lock") for call in project.calls())
    project.run("check")
    assert not any(call.startswith("uv") for call in project.calls())
    project.run("serve", "--port", "8080")
    assert project.calls() == ["pc-assistant serve --port 8080"]


def test_an_install_that_failed_is_done_again(project: Project) -> None:
    project.stand_in("uv", fails='*"-r requirements.lock"*')
    project.run("serve", status=1)
    assert not any(call.startswith("pc-assistant") for call in project.calls())
    project.stand_in("uv")
    project.run("serve")
    assert any(call.startswith("uv") for call in project.calls())


def test_pip_does_it_where_uv_cannot_be_had(project: Project) -> None:
    (project.folder / ".venv/bin/uv").unlink()
    project.stand_in("python", fails='*" uv=="*')
    done = project.run("setup")
    assert "uv cannot be had" in done.stderr
    calls = project.calls()
    assert "python -m pip install --quiet -r requirements.lock" in calls
    assert "python -m pip install --quiet --no-deps -e ." in calls


def test_uv_is_told_what_pip_knows(project: Project) -> None:
    project.run("setup", PIP_FIND_LINKS="/wheels /more", PIP_INDEX_URL="https://mirror.example/simple")
    env = project.env_of("uv")
    assert (env["UV_FIND_LINKS"], env["UV_DEFAULT_INDEX"]) == ("/wheels,/more", "https://mirror.example/simple")
    assert env["UV_PYTHON_DOWNLOADS"] == "never"


def test_torch_comes_first_and_from_its_own_index(project: Project) -> None:
    project.run("setup", TORCH_INDEX_URL="https://torch.example/cpu")
    first, second = [call for call in project.calls() if call.startswith("uv")][:2]
    assert re.search(r"--no-deps --index-url https://torch\.example/cpu torch==[\d.]+$", first)
    assert second.endswith("-r requirements.lock")


def test_the_index_is_made_before_the_first_question(project: Project) -> None:
    (project.folder / ".env").write_text("PC_DATA_DIR=state\n", encoding="utf-8")
    project.run("ask", "Who sails?")
    assert project.calls()[-2:] == ["pc-assistant setup", "pc-assistant ask Who sails?"]
    (project.folder / "state/index").mkdir(parents=True)
    (project.folder / "state/index/CURRENT").write_text("1\n", encoding="utf-8")
    project.run("ask", "Who sails?")
    assert project.calls() == ["pc-assistant ask Who sails?"]


@pytest.mark.parametrize(
    ("llm", "package"),
    [
        ("openai:m", "langchain-openai"),
        ("azure:m", "langchain-openai"),
        ("compatible:m", "langchain-openai"),
        ("anthropic:m", "langchain-anthropic"),
        ("ollama:m", "langchain-ollama"),
    ],
)
def test_the_package_of_the_language_model_comes_with_its_setting(project: Project, llm: str, package: str) -> None:
    project.run("serve", PC_LLM=llm)
    assert [call for call in project.calls() if f" {package}==" in call]
    project.run("serve", PC_LLM=llm)
    assert project.calls() == ["pc-assistant serve"]
    (project.folder / ".env").write_text(f"PC_LLM={llm}\n", encoding="utf-8")
    project.run("setup")
    assert project.calls() == ["pc-assistant setup"]


def test_the_driver_of_postgresql_comes_with_its_setting(project: Project) -> None:
    project.run("serve", PC_DATABASE_URL="postgresql+asyncpg://me@db/pc")
    assert [call for call in project.calls() if " asyncpg==" in call]
    project.run("serve", PC_DATABASE_URL="postgresql+asyncpg://me@db/pc")
    assert project.calls() == ["pc-assistant serve"]


def test_without_a_language_model_no_package_of_one_is_installed(project: Project) -> None:
    project.run("serve")
    assert not [call for call in project.calls() if "langchain-" in call]


def test_a_local_language_model_is_built_once_in_a_venv_of_its_own_and_stands_behind_the_command(project: Project) -> None:
    for tool in ("pip", "python"):
        project.stand_in(f"../../.venv-local-llm/bin/{tool}")
    project.run("serve", "--local-llm", "--port", "8080")
    calls = project.calls()
    assert any("--python .venv-local-llm/bin/python --no-deps -r requirements-local-llm.lock" in call for call in calls)
    assert calls[-1] == "python scripts/with_local_llm.py .venv/bin/pc-assistant serve --port 8080"
    project.run("test-llm", "-x")
    calls = project.calls()
    assert not any("requirements-local-llm.lock" in call for call in calls)
    assert calls[-1] == "python scripts/with_local_llm.py .venv/bin/python -m pytest tests_llm -s --timeout 0 -x"


def test_check_runs_every_check_and_fails_for_any(project: Project) -> None:
    project.stand_in("ruff", fails='*"--check"*')
    project.run("check", status=1)
    assert [call.split()[0] for call in project.calls() if not call.startswith("uv")] == ["ruff", "ruff", "mypy", "lint-imports"]


@pytest.fixture
def bare(project: Project) -> Path:
    """A PATH with what every system has, and no browser, office or database server."""
    tools = project.folder / "tools"
    tools.mkdir()
    for name in ("basename", "cat", "cksum", "dirname", "env", "grep", "id", "printenv", "sed", "sh", "tr", "uname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    return tools


def test_without_a_chromium_libreoffice_or_server_their_tests_are_left_out_but_not_in_ci(project: Project, bare: Path) -> None:
    done = project.run("test", "-q", PATH=str(bare))
    assert done.stderr.count("They are left out") == 6
    assert (
        project.calls()[-1]
        == "python -m pytest -m not browser and not office and not postgres and not redis and not nginx and not prometheus -q"
    )
    done = project.run("test", status=1, PATH=str(bare), CI="true")
    assert "install one" in done.stderr
    assert not any("pytest" in call for call in project.calls())


@pytest.mark.parametrize(("user", "status"), [("0", 0), ("1000", 1)])
def test_chromium_and_libreoffice_are_installed_where_that_is_possible(project: Project, bare: Path, user: str, status: int) -> None:
    project.stand_in("apt-get", fails='*" install "*) [ -e updated ] || exit 1 ;; *" update "*) touch updated ;; "never"')
    (project.folder / ".venv/bin/apt-get").rename(bare / "apt-get")
    (bare / "touch").symlink_to(shutil.which("touch") or "touch")
    (bare / "id").unlink()
    (bare / "id").write_text(f"#!/bin/sh\necho {user}\n", encoding="utf-8")
    (bare / "id").chmod(0o755)
    done = project.run("test", status=status, PATH=str(bare), CI="true")
    calls = [call for call in project.calls() if call.startswith("apt-get")]
    if user == "0":
        install = "apt-get install -qq -y --no-install-recommends"
        office = [f"{install} libreoffice-writer-nogui", f"{install} libreoffice-impress-nogui", f"{install} fonts-liberation"]
        assert calls == [
            f"{install} chromium",
            "apt-get update -qq",
            f"{install} chromium",
            *office,
            f"{install} postgresql",
            f"{install} redis-server",
            f"{install} nginx-light",
            f"{install} prometheus",
        ]
    else:
        assert calls == []
        assert "Run: sudo apt-get install -y chromium" in done.stderr


def test_the_locks_are_exact_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-image.lock", "requirements-local-llm.lock"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            assert line == "-r requirements.lock" or re.fullmatch(r"[a-z0-9][a-z0-9-]*==[0-9][0-9a-z.]*", line), f"{name}: {line}"


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==", 1) for line in lines if not line.startswith("-r"))


def test_the_locks_satisfy_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert not run.keys() & dev.keys()
    extras = project["project"]["optional-dependencies"]
    served = [*project["project"]["dependencies"], *extras["eval"], *extras["model"]]
    image = [*project["project"]["dependencies"], *(each for name in extras if name not in {"eval", "model"} for each in extras[name])]
    for pinned, wanted in ((run, served), (run | dev, project["dependency-groups"]["dev"]), (pins("requirements-image.lock"), image)):
        for requirement in map(Requirement, wanted):
            assert requirement.name in pinned, f"{requirement} is not pinned: run ./run lock"
            assert requirement.specifier.contains(pinned[requirement.name]), f"{requirement}: run ./run lock"
