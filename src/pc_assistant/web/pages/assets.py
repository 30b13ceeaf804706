"""The static files: read once, served under the hash of them all, so that a browser may keep them for ever."""

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """One file, as it is and packed."""

    media_type: str
    body: bytes
    packed: bytes


@dataclass(frozen=True)
class Assets:
    """All files by their path under `static/`; `version` changes whenever one of them does."""

    version: str
    by_path: dict[str, Asset]

    def url(self, path: str) -> str:
        """Where a file is served. Raises KeyError where there is none, so that no page names one."""
        return f"/static/{self.version}/{path}" if self.by_path[path] else ""


def read_assets() -> Assets:
    """The package's own files."""
    found = dict(sorted(_walk(files("pc_assistant.web") / "static")))
    digest = hashlib.sha256(b"".join(path.encode() + asset.body for path, asset in found.items()))
    return Assets(digest.hexdigest()[:16], found)


def _walk(folder: Traversable, prefix: str = "") -> list[tuple[str, Asset]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        elif (suffix := entry.name.rpartition(".")[2]) in TYPES:
            body = entry.read_bytes()
            found.append((prefix + entry.name, Asset(TYPES[suffix], body, gzip.compress(body, 9, mtime=0))))
    return found
