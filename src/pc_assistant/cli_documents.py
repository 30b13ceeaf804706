"""The commands that change the index: ingest, and what takes documents back. They import `syncing` late, as `cli` does."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pc_assistant.domain.errors import UsageError
from pc_assistant.settings import Settings, read_settings

if TYPE_CHECKING:
    from pc_assistant.knowledge.indexing import Step, SyncReport

DataDir = Annotated[Path | None, typer.Option(help="Where all state lives (PC_DATA_DIR).")]


def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; corpus/ by default.")] = None,
    data_dir: DataDir = None,
    rebuild: Annotated[bool, typer.Option(help="Forget the index and build it anew.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Take in every change of the folders until it is stopped.")] = False,
) -> None:
    """Bring the index up to date with the files: added, changed, gone, unchanged."""
    if watch and rebuild:
        raise UsageError("--watch and --rebuild do not go together: rebuild first, then watch.")
    settings = read_settings(data_dir=data_dir)
    if watch:
        _watch(settings, paths or [])
    else:
        sync(settings, paths or [], rebuild, quiet=False)


def sync(settings: Settings, paths: Sequence[Path], rebuild: bool, quiet: bool) -> None:
    """One ingest, its progress and its end told; where `quiet` without a line a document. Raises Exit with 1 where there were faults."""
    from pc_assistant import syncing

    with Bar(lines=not quiet) as bar:
        report, version = syncing.ingest(settings, paths, rebuild, bar.step)
    _sum_up(report, version)
    if report.faults:
        raise typer.Exit(1)


def _watch(settings: Settings, paths: Sequence[Path]) -> None:
    with _until_stopped(), Bar(lines=False) as bar:
        from pc_assistant import syncing

        for done in syncing.watch(settings, paths, bar.step):
            bar.clear()
            if isinstance(done, Exception):
                print(done, file=sys.stderr, flush=True)
            else:
                _sum_up(*done, named=True)
    print("No longer watching.")


def _sum_up(report: "SyncReport", version: str, named: bool = False) -> None:
    """The summary on standard output, where `named` with the documents that are no longer as they were; the faults on standard error."""
    changes = []
    for change in ("added", "changed", "gone", "unchanged", "failed"):
        names = [name for name, what in report.changes.items() if what == change]
        if names:
            changes.append(f"{len(names)} {change}" + (f" ({', '.join(names)})" if named and change != "unchanged" else ""))
    print(f"{len(report.changes)} documents: {', '.join(changes) or 'nothing to do'}. Corpus version {version}.", flush=True)
    for fault in report.faults:
        print(fault, file=sys.stderr, flush=True)


class Bar:
    """The progress of an ingest: a bar on a terminal, and where `lines` a line for each document that has been dealt with.

    The bar is on standard error. Where the lines come onto the same screen they come after it, and without what is unchanged.
    """

    def __init__(self, lines: bool) -> None:
        err = Console(stderr=True)
        columns = (TextColumn("Documents"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        self._progress = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task = self._progress.add_task("", total=None)
        self._lines = lines
        self._screen = sys.stdout.isatty()
        self._after: list[str] = []

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        for line in self._after:
            print(line)

    def step(self, step: "Step") -> None:
        """An ingest's step."""
        self._progress.update(self._task, completed=step.done, total=step.total, description=step.name, visible=True)
        if self._lines and step.change:
            line = f"{step.change:<9} {step.name}" + (f" ({step.chunks} passages)" if step.chunks else "")
            if not self._screen:
                print(line, flush=True)
            elif step.change != "unchanged":
                self._after.append(line)

    def clear(self) -> None:
        """Takes the bar away until the next step."""
        self._progress.update(self._task, visible=False)
        self._progress.refresh()


@contextmanager
def _until_stopped() -> Iterator[None]:
    """What is within ends, without an error, at the first SIGINT or SIGTERM."""

    def stop(*_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # once is enough
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with suppress(KeyboardInterrupt):
        yield


documents = typer.Typer(help="The documents: what is held, and what must not be cited.", no_args_is_help=True)


@documents.command("list")
def list_documents(data_dir: DataDir = None) -> None:
    """Show every document, whether it is cited, held or removed, and what of it could not be read."""
    from pc_assistant import syncing

    for name, state, text in syncing.documents(read_settings(data_dir=data_dir)):
        held = f"  {text.document.representation}, {len(text.chunks)} passages" if text else ""
        print(f"{state:<8} {name}{held}" + "".join(f"\n         {gap}" for gap in (text.gaps if text else ())))


@documents.command()
def hold(document_id: str, data_dir: DataDir = None) -> None:
    """Keep a document from being cited, from the next question on, until it is released."""
    from pc_assistant import syncing

    syncing.withhold(read_settings(data_dir=data_dir), document_id, "held")
    print(f"{document_id} is held: it is not cited from now on.")


@documents.command()
def release(document_id: str, data_dir: DataDir = None) -> None:
    """Let a document that was held or removed be cited again."""
    from pc_assistant import syncing

    there = syncing.withhold(read_settings(data_dir=data_dir), document_id, None)
    print(f"{document_id} is released." + ("" if there else " Run `pc-assistant ingest` to take it in again."))


@documents.command()
def remove(document_id: str, data_dir: DataDir = None) -> None:
    """Take a document out of the index and leave it out, though its file stays, until it is released."""
    from pc_assistant import syncing

    there = syncing.withhold(read_settings(data_dir=data_dir), document_id, "removed")
    print(f"{document_id} is removed: it is not cited from now on." + (" Its text leaves the index with the next ingest." if there else ""))
