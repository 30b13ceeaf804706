"""docs/reference/cli.md, from the commands themselves."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer.main

from pc_assistant.cli import app
from pc_assistant.evaluation.commands import build_app
from scripts.reference.tables import table

HEAD = """# Commands

Made from the command line itself by `./run docs`; a test fails where the two disagree.

`pc-assistant` is in `.venv/bin`. Every command takes `--help`. Exit status: 0 done, 1 done with faults that were told, 2 used wrongly. An error is one
sentence on standard error; `--debug` shows where it came from. Settings are in [settings.md](settings.md); the verbs of `./run` are listed by `./run`
alone.
"""
EVALUATION = "eval"
NAMES = {str: "text", int: "whole number", float: "number", Path: "path"}


def cli_page() -> str:
    """The page."""
    return "\n".join([HEAD, *_told(typer.main.get_command(app), "pc-assistant")])


def _told(command: Any, name: str) -> Iterator[str]:
    """A command, or those of a group, one after the other."""
    if name == f"pc-assistant {EVALUATION}":
        command = typer.main.get_command(build_app(_nothing))
    if hasattr(command, "commands"):
        for word, below in command.commands.items():
            yield from _told(below, f"{name} {word}")
        return
    usage = " ".join([name, *(_metavar(one) for one in command.params if one.param_type_name == "argument")])
    rows = [row for one in sorted(command.params, key=_is_option) if not one.hidden and (row := _row(one))]
    text = f"## {name}\n\n{_sentence(command.help)}\n\n```\n{usage}{' [OPTIONS]' if rows else ''}\n```\n"
    yield text + ("\n" + table(("", "takes", "what", "default"), rows) if rows else "")


def _is_option(one: Any) -> bool:
    return bool(one.param_type_name == "option")


def _row(one: Any) -> tuple[str, ...] | None:
    if one.name == "help":
        return None
    names = _metavar(one) if one.param_type_name == "argument" else ", ".join([*one.opts, *one.secondary_opts])
    takes = ", ".join(_takes(one))
    value = one.default
    given = value is not None and value is not False and value != [] and not callable(value) and "Sentinel" not in type(value).__name__
    if one.required and _is_option(one):
        takes += ", needed"
    return f"`{names}`", takes, _sentence(one.help), f"`{value}`" if given else ""


def _takes(one: Any) -> Iterator[str]:
    """What a value may be, and its bounds."""
    kind = one.type_descriptor.annotation
    if get_origin(kind) is Literal:
        yield " or ".join(f"`{choice}`" for choice in get_args(kind))
    elif not getattr(one, "is_flag", False):
        kind = next(iter(get_args(kind)), kind)
        yield NAMES[kind]
        bounds = [f"{word} {bound:,}" for word, bound in (("from", one.min), ("to", one.max)) if bound is not None]
        if bounds:
            yield " ".join(bounds)


def _metavar(one: Any) -> str:
    name = one.name.upper()
    many = name + (" …" if one.nargs == -1 else "")
    return many if one.required else f"[{many}]"


def _sentence(text: str | None) -> str:
    words = " ".join((text or "").split())
    return words if not words or words.endswith((".", ")")) else f"{words}."


@asynccontextmanager
async def _nothing(target: str) -> Any:
    """Nobody is asked where commands are only described."""
    yield None
