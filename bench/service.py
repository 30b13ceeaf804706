"""A real `pc-assistant serve` in a process of its own, on a free port."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from pc_assistant.domain.errors import SetupError

COMMAND = Path(sys.executable).parent / "pc-assistant"


@dataclass(frozen=True)
class Service:
    """Where it answers, which process it is, and how many seconds it took until it said that it answers."""

    url: str
    pid: int
    seconds: float

    def resident_mb(self, status: Path | None = None) -> float:
        """Resident memory now, in megabytes (10^6 bytes), as Linux has it in /proc."""
        text = (status or Path(f"/proc/{self.pid}/status")).read_text(encoding="ascii", errors="replace")
        kilobytes = next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS:"))
        return int(kilobytes) * 1024 / 1e6


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[Service]:
    """The service, from its start until it is ended. Raises SetupError where it does not start."""
    port = _free_port()
    begun = perf_counter()
    with subprocess.Popen(
        [COMMAND, "serve", "--port", str(port)], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline().startswith("pc-assistant answers on "):
                raise SetupError("`pc-assistant serve` did not start; what it said stands above.")
            yield Service(f"http://127.0.0.1:{port}", process.pid, perf_counter() - begun)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
