"""How often one may ask, counted by each process or by all of them together in a real Redis."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pc_assistant.channels.limiting import PerMinute, Use, shared_storage
from pc_assistant.domain.errors import SetupError


async def test_each_has_their_own_count() -> None:
    limit = PerMinute(2)
    assert [(await limit.count("a")).allowed for _ in range(3)] == [True, True, False]
    assert await limit.count("b") == Use(True, 2, 1, 60)
    assert await limit.allows("slack", "team", "a")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = shutil.which("redis-server") or shutil.which("valkey-server")
    assert server, "No Redis is installed: run the tests by ./run test, which sees to it."
    words = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path), "--logfile", str(tmp_path / "log")]
    with subprocess.Popen(words) as process:
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.01)
        yield f"redis://127.0.0.1:{port}/0", process
        process.terminate()


@pytest.mark.redis
async def test_processes_that_share_a_redis_count_together_and_go_on_without_it(
    redis: tuple[str, "subprocess.Popen[bytes]"], caplog: pytest.LogCaptureFixture
) -> None:
    url, process = redis
    stores = [shared_storage(url), shared_storage(url)]
    one, other = (PerMinute(3, store) for store in stores)
    assert [(await limit.count("a")).left for limit in (one, other, one)] == [2, 1, 0]
    refused = await other.count("a")
    assert not refused.allowed and 50 <= refused.seconds <= 60
    assert (await other.count("b")).allowed
    process.terminate()
    process.wait()
    assert await one.count("a") == Use(True, 3, 3, 60)
    assert "questions cannot be counted" in caplog.text
    for store in stores:
        await store.bridge.storage.aclose()


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(SetupError, match="PC_REDIS_URL cannot be used"):
        shared_storage("nonsense://x")
