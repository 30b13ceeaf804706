"""Reading a text file with bounds."""

import os
from pathlib import Path

from pc_assistant.domain.errors import DocumentUnreadable

MAX_BYTES = 20_000_000
OTHERS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read(path: Path) -> str:
    """The text of a UTF-8 file (a byte-order mark is dropped), lines ended by "\\n". Raises DocumentUnreadable."""
    size_checked(path, MAX_BYTES)
    data = path.read_bytes()
    if data.startswith(OTHERS):
        raise DocumentUnreadable(f"{path.name} is not text, whatever its name says.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentUnreadable(f"{path.name} is not UTF-8 text (byte {error.start}).") from error
    if "\x00" in text:
        raise DocumentUnreadable(f"{path.name} holds binary data, not text.")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")


def size_checked(path: Path, limit: int) -> None:
    """Raises DocumentUnreadable where a file is larger than `limit` bytes, cannot be opened or is none."""
    try:
        with path.open("rb") as handle:
            size = os.fstat(handle.fileno()).st_size
    except OSError as error:
        raise DocumentUnreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    if size > limit:
        raise DocumentUnreadable(f"{path.name} is larger than {limit // 1_000_000:,} MB.")
