"""A Chroma server of the tests' own, by the command that comes with the package, on a free port."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

COMMAND = Path(sys.executable).parent / "chroma"
PATIENCE = 60.0


@dataclass
class Server:
    """A server over a folder; it can be stopped and started again."""

    folder: Path
    port: int
    running: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = [COMMAND, "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self.running.append(subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        until = time.monotonic() + PATIENCE
        while not self.answers():
            assert time.monotonic() < until, "The Chroma server did not start."
            time.sleep(0.05)

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()
        self.running.clear()

    def answers(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/api/v2/heartbeat", trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False

    def collections(self) -> list[str]:
        found = httpx2.get(f"{self.url}/api/v2/tenants/default_tenant/databases/default_database/collections", trust_env=False)
        return sorted(one["name"] for one in found.json())


@contextmanager
def serving() -> Iterator[Server]:
    """A server, from its start to its end."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = Server(Path(tempfile.mkdtemp(prefix="pc-chroma-")), port)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder)
