"""Every regular expression of some packages, and strings made from each to make it work as hard as it can."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from re import _constants as codes
from re import _parser as parser
from types import ModuleType
from typing import Any

CATEGORIES = {
    codes.CATEGORY_DIGIT: "7",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_WORD: " ",
}
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
OFTEN = 8  # a repeat that may go on for so long is one to attack
MOST, PAIRED = 12, 5  # single characters that are tried, and those that are tried two by two
ANY = "aA7 .-_'\n"


def patterns(*packages: str) -> dict[str, re.Pattern[str]]:
    """Every compiled pattern of text that a module of the packages holds, by where it is."""
    found: dict[str, re.Pattern[str]] = {}
    for module in (module for package in packages for module in modules(package)):
        for name, value in vars(module).items():
            for place, pattern in held(value):
                found.setdefault(f"{module.__name__}.{name}{place}", pattern)
    known: dict[re.Pattern[str], str] = {}
    for name, pattern in found.items():
        known.setdefault(pattern, name)
    return {name: pattern for pattern, name in known.items()}


def modules(package: str) -> Iterator[ModuleType]:
    """A package and all that is in it."""
    top = importlib.import_module(package)
    yield top
    for info in pkgutil.walk_packages(getattr(top, "__path__", ()), f"{package}."):
        yield importlib.import_module(info.name)


def held(value: Any, depth: int = 0) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns in a value, however they lie in it."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield "", value
    elif depth < 4:
        inside: Mapping[Any, Any] = {}
        if isinstance(value, Mapping):
            inside = dict(value)
        elif isinstance(value, (tuple, list, set, frozenset)):
            inside = dict(enumerate(value))
        elif is_dataclass(value) and not isinstance(value, type):
            inside = {field.name: getattr(value, field.name, None) for field in fields(value)}
        for key, one in inside.items():
            for place, pattern in held(one, depth + 1):
                yield f"[{key}]{place}", pattern


def hostile(pattern: re.Pattern[str], length: int) -> list[str]:
    """Strings of `length` that fail late: each part that repeats, for very long, and what would have to follow left out."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    pumps = {text for text in pumped(tree) if text}
    letters = sorted(set(alphabet(tree)))[:MOST]
    pumps |= {*letters, *(a + b for a in letters[:PAIRED] for b in letters[:PAIRED])}
    whole = sample(tree)
    found = set()
    for pump in pumps:
        for start in {"", whole, whole[:-1], whole[: len(whole) // 2]}:
            for end in ("", "\x00"):
                body = pump * (1 + length // len(pump))
                found.add((start + body)[: length - len(end)] + end)
    return sorted(found)


def pumped(tree: Any) -> Iterator[str]:
    """What stands once in each part of a pattern that may repeat often, and the whole of what follows it, too."""
    for place, (op, given) in enumerate(tree):
        if op in REPEATS and given[1] >= OFTEN:
            once = sample(given[2])
            yield once
            yield once + sample(list(tree)[place + 1 : place + 2])
            yield sample(tree)
        for inner in inners(op, given):
            yield from pumped(inner)


def alphabet(tree: Any) -> Iterator[str]:
    """Characters that matter to a pattern: those that it names outside of words, and one of each kind that it may repeat."""
    for op, given in tree:
        if op is codes.LITERAL and not chr(given).isalnum():
            yield chr(given)
        elif op is codes.IN:
            yield member(given)
            yield from (chr(one) for kind, one in given if kind is codes.LITERAL and given[0][0] is not codes.NEGATE)
            yield from (CATEGORIES.get(one, "a") for kind, one in given if kind is codes.CATEGORY and given[0][0] is not codes.NEGATE)
        for inner in inners(op, given):
            yield from alphabet(inner)


def inners(op: Any, given: Any) -> list[Any]:
    """The patterns inside one part of a pattern."""
    if op in REPEATS:
        return [given[2]]
    if op is codes.SUBPATTERN:
        return [given[-1]]
    if op is codes.BRANCH:
        return list(given[1])
    if op in (codes.ASSERT, codes.ASSERT_NOT):
        return [given[1]]
    return [given] if op is codes.ATOMIC_GROUP else []


def sample(tree: Any) -> str:
    """Something that a pattern matches, roughly."""
    out = ""
    for op, given in tree:
        if op is codes.LITERAL:
            out += chr(given)
        elif op is codes.NOT_LITERAL:
            out += next(char for char in ANY if ord(char) != given)
        elif op is codes.IN:
            out += member(given)
        elif op is codes.ANY:
            out += "a"
        elif op in REPEATS:
            out += sample(given[2]) * max(1, min(given[0], 3))
        elif op is codes.BRANCH:
            out += sample(given[1][0])
        elif op is codes.SUBPATTERN:
            out += sample(given[-1])
        elif op is codes.ATOMIC_GROUP:
            out += sample(given)
    return out


def member(choices: Any) -> str:
    """One character of a set."""
    if choices[0][0] is codes.NEGATE:
        shut = re.compile("[" + "".join(re.escape(chr(code)) for op, code in choices[1:] if op is codes.LITERAL) + "\x00]")
        kinds = {CATEGORIES.get(code) for op, code in choices[1:] if op is codes.CATEGORY}
        return next((char for char in ANY if not shut.match(char) and char not in kinds), "é")
    op, given = choices[0]
    if op is codes.RANGE:
        return chr(given[0])
    return CATEGORIES.get(given, "a") if op is codes.CATEGORY else chr(given)
