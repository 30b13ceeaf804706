"""Files that are on the disk when we say so, whole or not at all: what a power cut or `kill -9` leaves is the former state or the new."""

import os
import secrets
from pathlib import Path

from pc_assistant.domain.errors import SetupError

SHORTEST = 32


def flush(path: Path) -> None:
    """Hands a file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, text: str) -> None:
    """Puts `text` in the place of what a file holds, by one rename. One process writes it at a time. Raises OSError."""
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    flush(partial)
    partial.rename(path)
    flush(path.parent)


def read_secret(path: Path, lost: str) -> bytes:
    """The secret in a file that only its owner can read, made where there is none. Raises SetupError.

    One that is damaged is not replaced: `lost` says what would be lost with it.
    """
    try:
        if not path.exists():
            partial = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.partial")
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_hex(SHORTEST).encode())
                file.flush()
                os.fsync(file.fileno())
            try:
                path.hardlink_to(partial)  # of two processes at the same time, one makes it
            except FileExistsError:
                pass
            finally:
                partial.unlink()
        found = path.read_bytes().strip()
    except OSError as error:
        raise SetupError(f"{path} cannot be read or written: {error.strerror}.") from error
    if len(found) < SHORTEST:
        raise SetupError(f"{path} is damaged: restore it from a backup, or delete it, after which {lost}.")
    return found
