"""Prompts: Markdown files with a header, rendered with exactly their inputs. No prompt stands in Python."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, TemplateError, meta
from pydantic import Field, JsonValue, ValidationError

from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.values import Value
from pc_assistant.domain.writing import WritingRequest

PACKAGED = Path(__file__).parent.parent / "prompts"  # in a wheel
SHIPPED = PACKAGED if PACKAGED.is_dir() else Path(__file__).parents[3] / "prompts"
ROLES = ("# System\n", "# User\n")
VERSION_DIGITS = 12

# A document's mark-up is data, not HTML: nothing is escaped. A value that holds template mark-up is not rendered again.
_templates = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)


class Change(Value):
    """One entry of a prompt's changelog; `compared` holds the figures against the prompt before it, or says that there are none."""

    date: dt.date
    change: str
    compared: str


class Prompt(Value):
    """What a model is told: templates for the system's and the user's message, and the JSON schema of the reply."""

    purpose: str
    inputs: tuple[str, ...]
    output: dict[str, JsonValue]
    changelog: tuple[Change, ...] = Field(min_length=1)
    system: str
    user: str

    @classmethod
    def read(cls, name: str, folder: Path = SHIPPED) -> "Prompt":
        """The prompt of a name. Raises SetupError where the file is missing or breaks the form, or where its inputs are not those it uses."""
        path = folder / f"{name}.md"
        try:
            _, header, body = path.read_text(encoding="utf-8").split("---\n", 2)
            system, user = _parts(body)
            prompt = cls.model_validate({**yaml.safe_load(header), "system": system, "user": user})
            used = set().union(*(meta.find_undeclared_variables(_templates.parse(text)) for text in (system, user)))
        except OSError as error:
            raise SetupError(f"The prompt {path} cannot be read: {error.strerror}.") from error
        except (ValueError, TypeError, yaml.YAMLError, TemplateError, ValidationError) as error:
            raise SetupError(f"The prompt {path} does not keep the form that docs/language-models.md describes: {error}.") from error
        if used != set(prompt.inputs):
            raise SetupError(f"The prompt {path} names the inputs {', '.join(prompt.inputs)} and uses {', '.join(sorted(used))}.")
        return prompt

    @cached_property
    def version(self) -> str:
        """A hash of all that a model is shown: both templates and the schema; the header's notes do not count."""
        shown = json.dumps([self.system, self.user, self.output], sort_keys=True)
        return hashlib.sha256(shown.encode()).hexdigest()[:VERSION_DIGITS]

    def render(self, given: Mapping[str, Any]) -> WritingRequest:
        """The messages for exactly the inputs of the header. Raises SetupError for any other."""
        if set(given) != set(self.inputs):
            raise SetupError(f"A prompt with the inputs {', '.join(self.inputs)} was given {', '.join(sorted(given))}.")
        system, user = (_templates.from_string(text).render(given).strip() for text in (self.system, self.user))
        return WritingRequest(system=system, user=user, output=self.output)


def _parts(body: str) -> tuple[str, str]:
    """The system's and the user's template, each under its heading. Raises ValueError."""
    _, rest = body.split(ROLES[0], 1)
    system, user = rest.split(ROLES[1], 1)
    return system, user
