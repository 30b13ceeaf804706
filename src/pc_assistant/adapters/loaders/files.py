"""Reading a text file with bounds."""

from pathlib import Path

from pc_assistant.domain.errors import DocumentUnreadable

MAX_BYTES = 20_000_000


def read(path: Path) -> str:
    """The text of a UTF-8 file (a byte-order mark is dropped), lines ended by "\\n". Raises DocumentUnreadable."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentUnreadable(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB.")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentUnreadable(f"{path.name} cannot be read: {error.strerror}.") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentUnreadable(f"{path.name} is not UTF-8 text (byte {error.start}).") from error
    if "\x00" in text:
        raise DocumentUnreadable(f"{path.name} holds binary data, not text.")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
