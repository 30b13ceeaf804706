"""A PostgreSQL server of the tests' own, from Debian's package, on a free port; it refuses to run as root, so that root runs it as `postgres`."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

PASSWORD = "correct horse"
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def programs() -> Path:
    """The folder with initdb and pg_ctl of the newest PostgreSQL that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    beside = shutil.which("initdb")
    assert found or beside, "No PostgreSQL is installed: run the tests by ./run test, which sees to it."
    return found[-1].parent if found else Path(str(beside)).parent


@dataclass(frozen=True)
class Server:
    """A cluster in a folder."""

    folder: Path
    port: int
    numbers: Iterator[int]

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        return f"postgresql+asyncpg://postgres:{password.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"pc_{next(self.numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def sql(self, statement: str, database: str = "postgres") -> str:
        words = [programs() / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database, "-tAc", statement]
        done = subprocess.run(words, env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {QUICK}"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", options, "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "fast", "-w", "stop")

    def make(self) -> None:
        secret = self.folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        self._run(
            *("initdb", "-D", f"{self.folder}/data", "-U", "postgres", "-E", "UTF8", "--locale=C"),
            *("-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync", "--no-instructions"),
        )

    def _run(self, program: str, *arguments: str) -> None:
        user = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            [programs() / program, *arguments],
            cwd=self.folder,
            user=user,
            group=user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def serving() -> Iterator[Server]:
    """A server, from its making to its end."""
    folder = Path(tempfile.mkdtemp(prefix="pc-postgres-"))
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = Server(folder, port, count(1))
    try:
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
