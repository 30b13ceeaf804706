"""Reading a file in a process of its own, which may be slow, greedy or broken without harm to anything else."""

import contextlib
import os
import resource
import signal
from collections.abc import Iterable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pc_assistant.adapters.loaders import load, loaders
from pc_assistant.adapters.loaders.limits import USUAL, Limits
from pc_assistant.domain.documents import Section
from pc_assistant.domain.errors import DocumentUnreadable
from pc_assistant.domain.ports import Report, unreported
from pc_assistant.domain.values import Value

MOST_TEXT = 500_000_000
OURS = "pc_assistant.adapters.loaders.isolated"
PRELOADED = {".pdf": "pdfplumber", ".docx": "docx", ".pptx": "pptx", ".html": "trafilatura", ".htm": "trafilatura"}


class Reading(Value):
    """What the process says: sections and what was left unread, or what is wrong. JSON, so that nothing of it is run."""

    sections: tuple[Section, ...] = ()
    gaps: tuple[str, ...] = ()
    fault: str = ""


READING = TypeAdapter(Reading)


class Isolated:
    """Reads files as `load` does, each in a process of its own under `limits`.

    The processes are forked from one that has imported what files with `suffixes` need.
    """

    def __init__(self, limits: Limits = USUAL, suffixes: Iterable[str] = ()) -> None:
        self._limits = limits
        self._preload = [OURS, *sorted({PRELOADED[suffix.lower()] for suffix in suffixes if suffix.lower() in PRELOADED})]
        self._context = get_context("forkserver")

    def __call__(self, path: Path, outline: Sequence[tuple[str, ...]] = (), report: Report = unreported) -> tuple[Section, ...]:
        """The sections of a file. Raises DocumentUnreadable, also where its process dies or takes too much."""
        self._context.set_forkserver_preload(self._preload)
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_read, args=(theirs, str(path), tuple(outline), self._limits), daemon=True)
        with ours:
            process.start()
            theirs.close()
            try:
                reading = self._wait(ours, path.name)
            finally:
                process.kill()
                process.join()
                process.close()
        if reading.fault:
            raise DocumentUnreadable(reading.fault)
        for gap in reading.gaps:
            report(gap)
        return reading.sections

    def _wait(self, answers: Connection, name: str) -> Reading:
        if not answers.poll(self._limits.seconds):
            raise DocumentUnreadable(f"{name} takes longer than {self._limits.seconds:g} seconds to read: it is left out.")
        try:
            return READING.validate_json(answers.recv_bytes(MOST_TEXT))
        except (EOFError, OSError, ValidationError) as error:
            raise DocumentUnreadable(f"{name} ends the process that reads it: it is damaged, or made to do harm.") from error


def _read(answers: Connection, path: str, outline: tuple[tuple[str, ...], ...], limits: Limits) -> None:
    """The process: no core, no child, no file written, bounded memory and time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what libraries grumble about a file is not for the user
    bound(resource.RLIMIT_CORE, 0)
    bound(resource.RLIMIT_FSIZE, 0)
    bound(resource.RLIMIT_AS, limits.memory_bytes)
    bound(resource.RLIMIT_CPU, int(limits.seconds) + 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    name = Path(path).name
    gaps: list[str] = []
    try:
        reading = Reading(sections=load(Path(path), outline, gaps.append, loaders(limits)), gaps=tuple(gaps))
    except DocumentUnreadable as error:
        reading = Reading(fault=str(error))
    except MemoryError:
        reading = Reading(fault=f"{name} needs more than the {limits.memory_bytes // 1_000_000:,} MB of memory that one file may take.")
    except Exception as error:  # a parser's bug is this file's matter alone
        reading = Reading(fault=f"{name} cannot be read ({type(error).__name__}): it is damaged, or made to do harm.")
    with contextlib.suppress(BrokenPipeError):
        answers.send_bytes(READING.dump_json(reading))


def bound(what: int, limit: int) -> None:
    """Bounds a resource of this process."""
    with contextlib.suppress(ValueError, OSError):  # a lower one holds already
        resource.setrlimit(what, (limit, limit))
