"""What is deployed, read: the Dockerfile as instructions, YAML as documents, files of settings as their names."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pc_assistant.settings import PREFIX, Settings
from tests.test_run import ROOT

DEPLOY = ROOT / "deploy"
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
SECRETS = {PREFIX + name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
WORKER_MB = 500  # resident, with the shipped corpus
READ_BY_OTHERS = {"ANONYMIZED_TELEMETRY", "FORWARDED_ALLOW_IPS", "HOST", "PORT"}  # Chroma, uvicorn, and the two without our prefix


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile, in the stage so many."""

    stage: int
    word: str
    rest: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.rest)

    @property
    def pairs(self) -> Mapping[str, str]:
        return dict(word.split("=", 1) for word in self.words if "=" in word)


def dockerfile(path: Path = DEPLOY / "container" / "Dockerfile") -> list[Instruction]:
    """The instructions, their lines joined, comments left out."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    stage, found = -1, []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            stage += word == "FROM"
            found.append(Instruction(stage, word, rest.strip()))
    return found


def health_command(instructions: list[Instruction]) -> list[str]:
    """What the image's HEALTHCHECK runs."""
    (check,) = (each.rest for each in instructions if each.word == "HEALTHCHECK")
    command: list[str] = json.loads(check.partition("CMD")[2])
    return command


def documents(path: Path) -> list[dict[str, Any]]:
    """The documents of a YAML file."""
    return [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document]


def offered(path: Path) -> dict[str, str]:
    """The settings of an example file, those in comments included."""
    return dict(re.findall(r"(?m)^#?([A-Z][A-Z_]+)=(.*)$", path.read_text(encoding="utf-8")))


def seconds(text: str) -> int:
    """`90s`, `2m` and `100` as seconds."""
    return int(text.rstrip("sm")) * (60 if text.endswith("m") else 1)


def default(name: str) -> Any:
    """What a setting is where nobody has set it."""
    return Settings.model_fields[name].default
