"""What stands beside the notes: glossary, timeline and collaboratives. Each file may be missing; then it is empty."""

from datetime import date
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import Field, ValidationError

from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.values import Value

Entry = TypeVar("Entry", bound=Value)


class Place(Value):
    """A section of a document, by its heading path joined with " > "."""

    doc: str
    section: str

    @property
    def path(self) -> tuple[str, ...]:
        """The heading path."""
        return tuple(part.strip() for part in self.section.split(" > "))


class Term(Value):
    """An acronym or term of art; `synonyms` are true equivalents."""

    term: str
    long: str
    meaning: str = ""
    synonyms: tuple[str, ...] = ()
    explained_in: str | None = None


class Event(Value):
    """A dated event that changes how a passage is to be read."""

    id: str
    date: date
    title: str
    what: str = ""


class Subject(Value):
    """A subject whose position an event changed, the words that touch it, and where the later position stands."""

    id: str
    terms: tuple[str, ...]
    changed: str
    message: str
    later_source: Place | None = None


class Collaborative(Value):
    """A collaborative, partnership or trust, with every section that speaks of it."""

    id: str
    name: str
    short: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    footprint: str | None = None
    type: str | None = None
    model: str | None = None
    governance: str | None = None
    headline: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sections: tuple[Place, ...] = Field(default=())


class Reference(Value):
    """The three files together."""

    terms: tuple[Term, ...] = ()
    events: tuple[Event, ...] = ()
    subjects: tuple[Subject, ...] = ()
    collaboratives: tuple[Collaborative, ...] = ()


def read_reference(corpus: Path) -> Reference:
    """The reference files of a corpus folder. Raises SetupError naming file and entry."""
    return Reference(
        terms=_entries(corpus / "glossary.yaml", "terms", Term),
        events=_entries(corpus / "timeline.yaml", "events", Event),
        subjects=_entries(corpus / "timeline.yaml", "subjects", Subject),
        collaboratives=_entries(corpus / "collaboratives.yaml", "collaboratives", Collaborative),
    )


def _entries(path: Path, name: str, kind: type[Entry]) -> tuple[Entry, ...]:
    if not path.is_file():
        return ()
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        entries = [{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if v is not None} for entry in data[name]]
        return tuple(kind.model_validate(entry) for entry in entries)
    except ValidationError as error:
        first = error.errors()[0]
        raise SetupError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(f"{path} cannot be read: it needs a list under `{name}:`.") from error
