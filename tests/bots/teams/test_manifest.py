"""The app package: the manifest keeps the rules that the documentation of manifests states, asks for nothing, and fits the service."""

import json
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image, ImageChops

from pc_assistant.bots.teams.bot import HELP
from pc_assistant.bots.teams.standin.organisation import APP_ID

FOLDER = Path(__file__).parents[3] / "deploy" / "teams"
ADDRESS = "https://assistant.example.org/pc"
GUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
SCOPES = {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": True, "items": {"enum": ["personal", "team", "groupChat"]}}


def text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


URL = {"type": "string", "pattern": "^https://[^ {}]+$", "maxLength": 2048}
COMMANDS = {"type": "array", "maxItems": 10, "items": closed({"title": text(32), "description": text(128)})}
RULES = closed(
    {
        "manifestVersion": {"const": "1.19"},
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "id": {"type": "string", "pattern": GUID},
        "developer": closed({"name": text(32), "websiteUrl": URL, "privacyUrl": URL, "termsOfUseUrl": URL}),
        "name": closed({"short": text(30), "full": text(100)}),
        "description": closed({"short": text(80), "full": text(4000)}),
        "icons": closed({"color": text(2048), "outline": text(2048)}),
        "accentColor": {"type": "string", "pattern": "^#[0-9A-F]{6}$"},
        "bots": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": closed(
                {"botId": {"type": "string", "pattern": GUID}, "scopes": SCOPES},
                {
                    **{key: {"type": "boolean"} for key in ("isNotificationOnly", "supportsFiles", "supportsCalling", "supportsVideo")},
                    "commandLists": {"type": "array", "maxItems": 3, "items": closed({"scopes": SCOPES, "commands": COMMANDS})},
                },
            ),
        },
    },
    {
        "$schema": {"const": "https://developer.microsoft.com/json-schemas/teams/v1.19/MicrosoftTeams.schema.json"},
        "defaultInstallScope": {"enum": ["personal", "team", "groupChat", "meetings"]},
        "defaultGroupCapability": closed({}, {key: {"enum": ["bot", "tab", "connector"]} for key in ("team", "groupchat", "meetings")}),
        # What would ask for more than a bot needs has no place here: permissions, devicePermissions, authorization, webApplicationInfo.
    },
)


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, str(FOLDER / "package.py"), *arguments], capture_output=True, text=True, check=False, timeout=30)


@pytest.fixture
def package(tmp_path: Path) -> zipfile.ZipFile:
    done = make(APP_ID, ADDRESS, 'A "Trust" & partners', str(tmp_path / "app.zip"))
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(tmp_path / "app.zip")


@pytest.fixture
def manifest(package: zipfile.ZipFile) -> dict[str, Any]:
    with package:
        read: dict[str, Any] = json.loads(package.read("manifest.json"))
    return read


def test_the_manifest_keeps_the_documented_rules(manifest: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(RULES)
    jsonschema.Draft202012Validator(RULES).validate(manifest)
    assert manifest["name"]["short"] != manifest["name"]["full"]
    assert manifest["description"]["short"] not in manifest["description"]["full"]


def test_the_manifest_is_that_of_the_installation(manifest: dict[str, Any]) -> None:
    assert manifest["id"] == manifest["bots"][0]["botId"] == APP_ID
    assert manifest["developer"] == {
        "name": 'A "Trust" & partners',
        "websiteUrl": f"{ADDRESS}/about",
        "privacyUrl": f"{ADDRESS}/privacy",
        "termsOfUseUrl": f"{ADDRESS}/about",
    }


def test_every_command_that_is_offered_is_understood(manifest: dict[str, Any]) -> None:
    commands = [command["title"] for group in manifest["bots"][0]["commandLists"] for command in group["commands"]]
    assert commands
    assert set(commands) <= HELP


def test_the_package_holds_what_the_manifest_names_and_nothing_else(package: zipfile.ZipFile) -> None:
    with package:
        icons = json.loads(package.read("manifest.json"))["icons"]
        assert sorted(package.namelist()) == sorted(["manifest.json", *icons.values()])
        with Image.open(package.open(icons["color"])) as color, Image.open(package.open(icons["outline"])) as outline:
            assert (color.size, color.mode) == ((192, 192), "RGB")
            assert (outline.size, outline.mode) == ((32, 32), "RGBA")
            pixels = set(outline.get_flattened_data())
    assert {pixel[:3] for pixel in pixels} == {(255, 255, 255)}
    assert {pixel[3] for pixel in pixels} >= {0, 255}


def test_the_icons_are_those_that_the_script_draws() -> None:
    for name, drawn in runpy.run_path(str(FOLDER / "icons.py"))["icons"]().items():
        with Image.open(FOLDER / name) as kept:
            assert kept.mode == drawn.mode
            assert ImageChops.difference(kept, drawn).getbbox() is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("bot", ADDRESS, "Trust"), "bot is not the id of an app registration"),
        ((APP_ID, "http://assistant.example.org", "Trust"), "Teams takes HTTPS only"),
        ((APP_ID, 'https://a.example/"', "Trust"), "is not an address such as"),
        ((APP_ID, ADDRESS, "x" * 33), "has 1 to 32 characters"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(arguments: tuple[str, ...], told: str) -> None:
    done = make(*arguments)
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
