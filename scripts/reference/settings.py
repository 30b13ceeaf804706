"""docs/reference/settings.md, from the fields of the settings."""

import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from pc_assistant.settings import PREFIX, Settings
from scripts.reference.tables import table

HEAD = """# Settings

Made from `src/pc_assistant/settings.py` by `./run docs`; a test fails where the two disagree.

Settings are read from the environment, from the file `.env` in the folder from which the command is run, and from the files of `PC_SECRETS_DIR`;
the environment wins. `HOST` and `PORT` may stand without their prefix. A name that is not a setting, or a value out of bounds, stops the program at its start, with one sentence that
names every fault. *Secret* values are never shown or logged.
"""
# A setting goes under the first heading that has its name or the beginning of it; what no heading has goes under the last.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Serving", ("host", "port", "public_url", "embed_origins", "mcp", "api_key")),
    ("Who may ask", ("authentication", "guests", "open_to_all", "oidc_", "session_")),
    ("How much may be asked", ("questions_", "question_", "slow_", "redis_")),
    ("Slack and Microsoft Teams", ("bots_", "slack_", "teams_")),
    ("A language model", ("llm",)),
    ("Log and traces", ("log_", "otel_")),
    ("Reading documents", ("read_", "corpus_", "originals_", "embed_threads")),
    ("What is kept, and where", ("",)),
)
NUMBERS = {int: "whole number", float: "number"}
WORDS = {bool: "`true` or `false`", Path: "path", str: "text", SecretStr: "secret"}


def settings_page() -> str:
    """The page."""
    left = dict(Settings.model_fields)
    parts = [HEAD]
    for heading, beginnings in GROUPS:
        taken = {name: left.pop(name) for name in list(left) if name.startswith(beginnings)}
        rows = [(f"`{PREFIX}{name.upper()}`", values(field), default(field), field.description or "") for name, field in taken.items()]
        parts.append(f"## {heading}\n\n" + table(("setting", "takes", "default", "what"), rows))
    return "\n".join(parts)


def values(field: FieldInfo) -> str:
    """What a setting takes, its bounds included."""
    found = " or ".join(dict.fromkeys(_kinds(field.annotation)))
    return found + _bounds([*field.metadata, *_nested(field.annotation)])


def default(field: FieldInfo) -> str:
    """The default as one writes it."""
    value = field.default
    if value is None or value == "":
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _kinds(annotation: Any) -> Iterator[str]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _kinds(arguments[0])
    elif origin in (Union, types.UnionType):
        for one in arguments:
            if one is not type(None):
                yield from _kinds(one)
    elif origin is Literal:
        yield ", ".join(f"`{one}`" for one in arguments)
    elif origin is tuple:
        yield "words, spaces between"
    else:
        yield (NUMBERS | WORDS)[annotation]


def _nested(annotation: Any) -> Iterator[Any]:
    """The bounds that stand inside of a union."""
    if get_origin(annotation) is Annotated:
        yield from get_args(annotation)[1:]
    elif get_origin(annotation) in (Union, types.UnionType):
        for one in get_args(annotation):
            yield from _nested(one)


def _bounds(metadata: Iterable[Any]) -> str:
    flat = [one for item in metadata for one in (getattr(item, "metadata", None) or [item])]
    words = []
    for bound in flat:
        match bound:
            case Ge(ge=least):
                words.append(f"from {_number(least)}")
            case Gt(gt=less):
                words.append(f"above {_number(less)}")
            case Le(le=most):
                words.append(f"to {_number(most)}")
            case MinLen(min_length=least) if least > 1:
                words.append(f"at least {least} characters")
    return f", {' '.join(words)}" if words else ""


def _number(value: Any) -> str:
    return f"{value:,}"
