"""JSON Lines in and out: one value a line, every fault named by file and line."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pc_assistant.domain.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)


def read_lines(path: Path, model: type[Model]) -> list[tuple[int, Model]]:
    """Every value of a file with its line number (from 1); blank lines are passed over.

    Raises UsageError naming every faulty line as `file:line: field: what is wrong`.
    """
    values: list[tuple[int, Model]] = []
    faults: list[str] = []
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values.append((number, model.model_validate_json(line)))
        except ValidationError as error:
            faults += [f"{path}:{number}: {fault}" for fault in explain(error)]
    if faults:
        raise UsageError("\n".join(faults))
    return values


def write_lines(path: Path, values: Iterable[BaseModel]) -> None:
    """One value a line, in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(value.model_dump_json() + "\n" for value in values), encoding="utf-8")


def text_of(path: Path) -> str:
    """The text of a file. Raises UsageError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def explain(error: ValidationError) -> list[str]:
    """Each fault of one value in a line: where, and what is wrong."""
    faults = []
    for detail in error.errors(include_url=False, include_context=False):
        where = ".".join(str(part) for part in detail["loc"])
        faults.append(f"{where}: {detail['msg']}" if where else detail["msg"])
    return faults
