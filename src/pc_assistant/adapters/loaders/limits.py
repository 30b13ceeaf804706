"""How much of a machine one file may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of one file: its size, what it unpacks to, its pages or slides, and the seconds and the memory of reading it."""

    file_bytes: int = 200_000_000
    unpacked_bytes: int = 500_000_000
    pages: int = 2_000
    seconds: float = 600.0
    memory_bytes: int = 2_000_000_000


USUAL = Limits()
