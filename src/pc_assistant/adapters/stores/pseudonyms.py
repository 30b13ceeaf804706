"""Ids of people, messages and events as they are kept: hashed with a secret of the data directory, so that a table alone names nobody.

The same id gives the same pseudonym, by which what is one person's is found; without the secret nobody finds the id, not even by trying all.
"""

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path

from pc_assistant.adapters.stores.disk import read_secret

FILE = "secret"

Pseudonym = Callable[[str], str]


def pseudonyms(secret: bytes) -> Pseudonym:
    """Makes 64 hexadecimal digits of any id."""
    return lambda identity: hmac.new(secret, identity.encode(), hashlib.sha256).hexdigest()


unkeyed = pseudonyms(b"")


def read_key(folder: Path) -> bytes:
    """The secret of a data directory, made where there is none: without it nobody could be told apart from anybody else. Raises SetupError."""
    return read_secret(folder / FILE, "nobody finds their earlier conversations")
