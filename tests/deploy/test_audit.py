"""What the project rests on: every licence is one that may be used, the bill of materials is whole, and silence is not taken for safety."""

import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from scripts.audit.__main__ import bill_of_materials, judged
from scripts.audit.licences import LOCKS, Rules, faults, licence_of, may_be_used
from tests.test_run import ROOT, pins

RULES = Rules.read()


def test_every_pinned_package_may_be_used() -> None:
    assert faults(ROOT, RULES) == []
    assert all(len(judged["why"]) > 20 for judged in RULES.packages.values())


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    for lock in LOCKS:
        shutil.copy(ROOT / lock, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (["AGPL-3.0-only"], "fastapi is under AGPL-3.0-only, which is not allowed in licences.yaml."),
        (
            ["MIT License", "GNU General Public License (GPL)"],
            "fastapi is under GNU General Public License (GPL), which is not allowed in licences.yaml.",
        ),
        (["MIT AND GPL-2.0-only"], "fastapi is under MIT AND GPL-2.0-only, which is not allowed in licences.yaml."),
        ([], "fastapi names no licence: look it up and judge it in licences.yaml."),
    ],
)
def test_a_licence_that_may_not_be_used_is_told(said: list[str], told: str, locks: Path) -> None:
    assert faults(locks, RULES, lambda name: said if name == "fastapi" else licence_of(name)) == [told]


def test_what_is_pinned_and_not_installed_or_judged_in_vain_or_for_tests_alone_is_told(locks: Path) -> None:
    with (locks / "requirements-image.lock").open("a", encoding="utf-8") as lock:
        lock.write("no-such-package==1.0\nyamllint==1.38.0\n")
    (locks / "requirements.lock").write_text(
        (locks / "requirements.lock").read_text(encoding="utf-8").replace("tld==", "no-such-package=="), encoding="utf-8"
    )
    (locks / "requirements-image.lock").write_text(
        (locks / "requirements-image.lock").read_text(encoding="utf-8").replace("tld==", "no-such-package=="), encoding="utf-8"
    )
    assert faults(locks, RULES) == [
        "no-such-package is pinned and not installed, so that its licence is not known.",
        "tld is judged in licences.yaml and pinned nowhere.",
        "yamllint is for tests alone and pinned in requirements-image.lock.",
    ]


def test_of_an_or_one_licence_is_enough_and_of_an_and_none_may_lack() -> None:
    assert may_be_used("GPL-2.0-only OR MIT", ["MIT"])
    assert may_be_used("MIT AND (Apache-2.0 OR GPL-3.0-only)", ["MIT", "Apache-2.0"])
    assert not may_be_used("MIT AND GPL-3.0-only", ["MIT"])
    assert not may_be_used("Apache-2.0 WITH LLVM-exception", ["Apache-2.0"])
    assert not may_be_used("do as you like", ["MIT"])


def test_the_bill_of_materials_names_all_that_is_in_the_image(tmp_path: Path) -> None:
    bill = json.loads(bill_of_materials(tmp_path / "new").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert {each["name"]: each["version"] for each in bill["components"]} == pins("requirements-image.lock")
    root = bill["metadata"]["component"]
    assert (root["name"], root["version"]) == ("pc-assistant", metadata.version("pc-assistant"))


KNOWN = {"name": "b", "version": "1", "vulns": [{"id": "PYSEC-1"}]}


@pytest.mark.parametrize(
    ("entries", "status", "told"),
    [
        ([{"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "1", "vulns": []}], 0, "none in 2 packages"),
        ([{"name": "a", "version": "1", "vulns": []}, KNOWN], 1, "b 1: PYSEC-1"),
        ([{"name": "a", "skip_reason": "not found"}, KNOWN], 1, "b 1: PYSEC-1"),
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}],
            3,
            "1 of 2 packages could not be looked up",
        ),
        ([], 3, "2 of 2 packages could not be looked up"),
    ],
)
def test_packages_of_which_nothing_is_known_are_not_called_safe(entries: list[object], status: int, told: str) -> None:
    found = judged(json.dumps({"dependencies": entries}), 2)
    assert found[0] == status and told in found[1]


def test_where_the_service_is_not_reached_one_sentence_says_so(tmp_path: Path) -> None:
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "", "XDG_CACHE_HOME": str(tmp_path)}
    words = [sys.executable, "-m", "scripts.audit", str(tmp_path)]
    kept = {name: value for name, value in os.environ.items() if name.lower() not in {"https_proxy", "http_proxy", "no_proxy", "all_proxy"}}
    done = subprocess.run(words, cwd=ROOT, env={**kept, **nowhere}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "could not be looked up" in done.stderr
