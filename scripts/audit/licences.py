"""Whether every pinned package has a licence that may be used, by what it says of itself where it is installed."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml
from license_expression import LicenseExpression, get_spdx_licensing

SPDX = get_spdx_licensing()
ALLOWED = Path(__file__).with_name("licences.yaml")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-image.lock")
IMAGE = "requirements-image.lock"
PIN = re.compile(r"(?m)^([a-z0-9][a-z0-9-]*)==(\S+)$")


@dataclass(frozen=True)
class Rules:
    """Licences that may be used, what words mean which, and the packages that are judged by hand."""

    allowed: frozenset[str]
    said: Mapping[str, str]
    packages: Mapping[str, Mapping[str, Any]]

    @classmethod
    def read(cls, path: Path = ALLOWED) -> "Rules":
        """Those of the file."""
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(frozenset(told["allowed"]), told["said"], told["packages"])


def pinned(lock: Path) -> dict[str, str]:
    """Name to version of what a lock pins."""
    return dict(PIN.findall(lock.read_text(encoding="utf-8")))


def licence_of(package: str) -> list[str]:
    """What an installed package says of its licence, one or several that hold together. Raises PackageNotFoundError."""
    said = metadata.metadata(package)
    if expression := said.get("License-Expression"):
        return [expression]
    classified = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or [] if line.startswith("License :: ")]
    in_words = (said.get("License") or "").strip().partition("\n")[0]
    return classified or ([in_words] if in_words else [])


def faults(folder: Path, rules: Rules, licence: Callable[[str], list[str]] = licence_of) -> list[str]:
    """One sentence for each package of the locks in `folder` that may not be used, and for each rule that nothing needs."""
    everything = {name for lock in LOCKS for name in pinned(folder / lock)}
    found = [fault for name in sorted(everything - rules.packages.keys()) if (fault := _fault(name, rules, licence))]
    found += [f"{name} is judged in licences.yaml and pinned nowhere." for name in sorted(rules.packages.keys() - everything)]
    of_tests = {name for name, judged in rules.packages.items() if judged.get("tests")}
    return found + [f"{name} is for tests alone and pinned in {IMAGE}." for name in sorted(of_tests & pinned(folder / IMAGE).keys())]


def _fault(name: str, rules: Rules, licence: Callable[[str], list[str]]) -> str | None:
    try:
        words = licence(name)
    except metadata.PackageNotFoundError:
        return f"{name} is pinned and not installed, so that its licence is not known."
    if not words:
        return f"{name} names no licence: look it up and judge it in licences.yaml."
    refused = [word for word in words if not may_be_used(rules.said.get(word, word), rules.allowed)]
    return f"{name} is under {', '.join(refused)}, which is not allowed in licences.yaml." if refused else None


def may_be_used(expression: str, allowed: Iterable[str]) -> bool:
    """Whether an SPDX expression holds by licences that are allowed: all parts of an AND, one of an OR."""
    try:
        parsed = SPDX.parse(expression, validate=True)
    except Exception:  # the parser has several errors of its own for what is no expression
        return False
    return parsed is not None and _holds(parsed, frozenset(allowed))


def _holds(part: LicenseExpression, allowed: frozenset[str]) -> bool:
    if isinstance(part, SPDX.AND):
        return all(_holds(each, allowed) for each in part.args)
    if isinstance(part, SPDX.OR):
        return any(_holds(each, allowed) for each in part.args)
    return str(part) in allowed
