"""The packages of Word and PowerPoint: ZIP files that are looked through before anything in them is opened."""

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from pc_assistant.adapters.loaders.limits import Limits
from pc_assistant.domain.errors import DocumentUnreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.I)
MEMBERS = 20_000
PIECE = 1 << 16


def check(path: Path, main: str, kind: str, limits: Limits) -> None:
    """Raises DocumentUnreadable where a package is not what its suffix says, is not whole, is too much or holds what is not text."""
    name = path.name
    with path.open("rb") as handle:
        start = handle.read(8)
        if start == OLE:
            if ENCRYPTED in handle.read():
                raise DocumentUnreadable(f"{name} is encrypted: save a copy without a password.")
            raise DocumentUnreadable(f"{name} is in an older Office format: save it as {kind} anew.")
        if not start.startswith(b"PK"):
            raise DocumentUnreadable(f"{name} is not a {kind} document, whatever its name says.")
        try:
            _look_through(handle, name, main, kind, limits)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError) as error:
            raise DocumentUnreadable(f"{name} is damaged or cut short: its parts cannot be unpacked.") from error


def _look_through(handle: IO[bytes], name: str, main: str, kind: str, limits: Limits) -> None:
    with zipfile.ZipFile(handle) as package:
        members = package.infolist()
        names = {member.filename for member in members}
        if len(members) > MEMBERS:
            raise DocumentUnreadable(f"{name} has {len(members):,} parts, more than the {MEMBERS:,} that are opened.")
        if main not in names:
            raise DocumentUnreadable(f"{name} is not a {kind} document, whatever its name says.")
        if any(member.flag_bits & 1 for member in members):
            raise DocumentUnreadable(f"{name} is encrypted: save a copy without a password.")
        if any(part.lower().endswith("vbaproject.bin") for part in names):
            raise DocumentUnreadable(f"{name} carries macros: save a copy without them.")
        room = limits.unpacked_bytes
        for member in members:
            markup = member.filename.lower().endswith((".xml", ".rels"))
            with package.open(member) as part:
                before = b""
                while piece := part.read(PIECE):  # what a part says of its own size is not believed
                    room -= len(piece)
                    if room < 0:
                        megabytes = limits.unpacked_bytes // 1_000_000
                        raise DocumentUnreadable(f"{name} unpacks to more than the {megabytes:,} MB that are read.")
                    if markup and DOCTYPE.search((before + piece).replace(b"\x00", b"")):
                        raise DocumentUnreadable(f"{name} declares entities of its own, which no {kind} document needs: it is not opened.")
                    before = piece[-16:]
