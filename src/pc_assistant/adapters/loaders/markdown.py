"""Markdown, and notes: Markdown whose headings say in a comment which section of a source they state."""

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from pc_assistant.adapters.loaders.files import read
from pc_assistant.domain.documents import Section
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Report, unreported
from pc_assistant.knowledge.anchors import Anchors
from pc_assistant.knowledge.blocks import parse
from pc_assistant.knowledge.markup import plain
from pc_assistant.knowledge.outline import fenced, markdown_heading, sections

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.S)
COMMENT = re.compile(r"\A\s*<!--\n(.*?)-->", re.S)
ANY_COMMENT = re.compile(r"<!--.*?-->", re.S)


class Markdown:
    """Reads .md files: notes by their headings' comments, other Markdown by its headings."""

    suffixes: tuple[str, ...] = (".md", ".markdown")

    def load(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        """The sections of a Markdown file. Raises DocumentUnreadable."""
        text = read(path)
        front = front_matter(text, path.name)
        body = FRONT_MATTER.sub("", text)
        if "document" in front:
            return notes(body, path.name)
        return sections(ANY_COMMENT.sub("", body).split("\n"), outline, plain(str(front.get("title") or path.stem)))


def front_matter(text: str, name: str) -> dict[str, object]:
    """The YAML between `---` lines at the top; empty where there is none. Raises DocumentUnreadable."""
    match = FRONT_MATTER.match(text)
    return _mapping(match.group(1), f"the front matter of {name}") if match else {}


def notes(body: str, name: str) -> tuple[Section, ...]:
    """The sections of a note; a heading without a comment belongs to the source of the heading above it."""
    lines = body.split("\n")
    code = fenced(lines)
    found = ((number, markdown_heading(line)) for number, line in enumerate(lines) if number not in code)
    starts = [(number, heading[0], plain(heading[1])) for number, heading in found if heading]
    if not starts:
        raise DocumentUnreadable(f"{name} is a note without a heading.")
    anchors = Anchors()
    result: list[Section] = []
    stated: tuple[tuple[str, ...], ...] = ()
    for (number, level, heading), end in zip(starts, [*[s[0] for s in starts[1:]], len(lines)], strict=True):
        text = "\n".join(lines[number + 1 : end])
        comment = COMMENT.match(text)
        data = _mapping(comment.group(1), f"the comment under “{heading}” of {name}") if comment else {}
        stated = tuple(tuple(part.strip() for part in path.split(" > ")) for path in _texts(data.get("source"))) or stated or ((heading,),)
        result.append(
            Section(
                path=stated[0],
                heading=heading,
                level=level,
                anchor=anchors.make(heading),
                blocks=parse(text[comment.end() if comment else 0 :].split("\n")),
                sources=stated,
                questions=tuple(_texts(data.get("questions"))),
            )
        )
    return tuple(result)


def _mapping(text: str, where: str) -> dict[str, object]:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DocumentUnreadable(f"The YAML in {where} cannot be read: {str(error).splitlines()[0]}.") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise DocumentUnreadable(f"The YAML in {where} is not a mapping.")
    return data


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
