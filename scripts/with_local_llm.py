"""Runs a command with a small language model of this machine behind it, and ends the model with the command.

python scripts/with_local_llm.py COMMAND [ARGUMENT ...]
"""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-local-llm" / "bin" / "python"
SECONDS = 120.0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Returns once the server lists its model."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/v1/models")
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.5)
    sys.exit("The local language model did not start.")


def main(command: list[str]) -> int:
    """The command's exit status."""
    port = free_port()
    with subprocess.Popen([PYTHON, ROOT / "scripts" / "local_llm_server.py", str(port)]) as server:
        try:
            wait_for(port, server)
            defaults = {
                "PC_LLM_SECONDS": "300",
                "PC_LLM_ATTEMPTS": "1",
                "PC_LLM_CONCURRENCY": "1",
                "PC_LLM_MAX_TOKENS": "300",
                "PC_QUESTION_SECONDS": "900",
            }
            env = {**defaults, **os.environ, "PC_LLM": "compatible:smollm2", "PC_LLM_URL": f"http://127.0.0.1:{port}/v1"}
            with contextlib.suppress(KeyboardInterrupt):
                return subprocess.run(command, env=env, check=False).returncode
            return 130
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
