"""Ids of people, messages and events as they are kept: hashed with a secret of the data directory, so that a table alone names nobody.

The same id gives the same pseudonym, by which what is one person's is found; without the secret nobody finds the id, not even by trying all.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from pc_assistant.domain.errors import SetupError

FILE = "secret"
SHORTEST = 32

Pseudonym = Callable[[str], str]


def pseudonyms(secret: bytes) -> Pseudonym:
    """Makes 64 hexadecimal digits of any id."""
    return lambda identity: hmac.new(secret, identity.encode(), hashlib.sha256).hexdigest()


unkeyed = pseudonyms(b"")


def read_secret(folder: Path) -> bytes:
    """The secret of a data directory, made where there is none; only its owner can read it. Raises SetupError.

    Without it nobody could be told apart from anybody else, so one that is damaged is not replaced.
    """
    path = folder / FILE
    try:
        if not path.exists():
            partial = folder / f"{FILE}.{os.getpid()}.{secrets.token_hex(4)}.partial"
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
        raise SetupError(
            f"{path} is damaged: restore it from a backup, or delete it, after which nobody finds their earlier conversations."
        )
    return found
