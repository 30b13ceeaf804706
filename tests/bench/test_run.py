from pathlib import Path

import httpx2
import pytest

from bench.run import PARTS, main
from bench.service import serving
from tests.conftest import CommandLine


def test_the_service_is_started_answers_and_is_ended(indexed: CommandLine) -> None:
    environment = {**indexed.env, "PC_DATA_DIR": str(indexed.data), "PC_CORPUS_DIR": str(indexed.corpus)}
    with serving(environment) as service:
        assert httpx2.get(f"{service.url}/readyz", trust_env=False).status_code == 200
        assert 50 < service.resident_mb() < 1000
        assert service.seconds > 0
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{service.url}/readyz", trust_env=False)


def test_without_an_index_it_says_what_to_do(tmp_path: Path, model_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PC_MODEL_DIR", str(model_dir))
    with pytest.raises(SystemExit, match="run `pc-assistant ingest`"):
        main(["--data-dir", str(tmp_path), "--out", str(tmp_path / "results.json")])
    assert not (tmp_path / "results.json").exists()


def test_a_part_that_is_not_there_is_a_wrong_use() -> None:
    assert list(PARTS) == ["answers", "retrieval", "generated", "ingest", "cold", "service", "page", "scale"]
    with pytest.raises(SystemExit) as ended:
        main(["speed"])
    assert ended.value.code == 2
