"""The vendored styles are what the script made of them, and no file of the pages reaches out or carries a mark that is not ours to use."""

import hashlib
import importlib.util
import json
import re
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from pc_assistant.web.pages.assets import read_assets

STATIC = files("pc_assistant.web") / "static"
SCRIPT = Path(__file__).parents[2] / "scripts" / "vendor_ui.py"


@pytest.fixture(scope="module")
def vendor_ui() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor_ui", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_vendored_styles_are_untouched() -> None:
    sums = json.loads((STATIC / "nhsuk" / "checksums.json").read_text(encoding="utf-8"))
    sheet = (STATIC / "nhsuk" / "nhsuk.css").read_bytes()
    assert sums["nhsuk.css"] == "sha256-" + hashlib.sha256(sheet).hexdigest()
    assert sums["nhsuk-frontend"] in (STATIC / "nhsuk" / "LICENCE.txt").read_text(encoding="utf-8")
    assert b"MIT License" in (STATIC / "nhsuk" / "LICENCE.txt").read_bytes()


@pytest.mark.parametrize("path", sorted(read_assets().by_path))
def test_no_file_reaches_out_or_carries_marks_that_are_not_ours(path: str) -> None:
    text = re.sub(r'xmlns="[^"]+"', "", read_assets().by_path[path].body.decode()).lower()
    if path.endswith((".css", ".js")):
        for unwanted in ("frutiger", "http://", "@import", "@font-face", "url(", "nhsuk-icon", "logo", "innerhtml", "eval("):
            assert unwanted not in text


def test_only_components_that_are_kept_are_taken(vendor_ui: ModuleType) -> None:
    css = (
        "@font-face{font-family:Frutiger W01;src:url(https://a/b.woff)}"
        "body{font-family:Frutiger W01,arial,sans-serif;color:red}"
        ".nhsuk-tag,.nhsuk-hero{color:#000}.nhsuk-hero__arrow{color:#111}"
        '.nhsuk-tag:not(.nhsuk-icon--big){color:#222}.nhsuk-tag:after{content:"}{";background:url(/assets/images/nhsuk-icon.svg)}'
        "@media (min-width:1em){.nhsuk-logo{top:0}.nhsuk-tag--red{color:#333}@supports (top:0){.nhsuk-hero{top:0}}}"
        "@media screen\\0 {.nhsuk-tag{top:1px}}"
    )
    assert vendor_ui.reduced(css).replace("\n", "") == (
        'body{font-family:arial,sans-serif;color:red}.nhsuk-tag{color:#000}.nhsuk-tag:after{content:"}{"}'
        "@media (min-width:1em){.nhsuk-tag--red{color:#333}}"
    )


def test_another_package_is_refused(vendor_ui: ModuleType, tmp_path: Path) -> None:
    tarball = tmp_path / "nhsuk-frontend-10.6.1.tgz"
    tarball.write_bytes(b"something else")
    with pytest.raises(SystemExit, match="is not nhsuk-frontend"):
        vendor_ui.vendor(tarball, tmp_path / "out")
    assert not (tmp_path / "out").exists()
