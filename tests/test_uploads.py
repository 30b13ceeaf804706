"""Documents handed in over HTTP: kept and cited in every worker, or told why not; nothing half is left by what is killed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from pc_assistant.adapters.stores.generations import Generations
from tests.conftest import CommandLine
from tests.test_serving import serving

TIDES = b"# Tides\n\nHigh water at Lundy is at noon on Sundays.\n"
WHEN = "When is high water at Lundy?"


def found(client: httpx2.Client) -> set[str]:
    """The documents that several requests, whichever worker has them, find."""
    seen: set[str] = set()
    for _ in range(6):
        seen |= {p["document_id"] for p in client.post("/v1/search", json={"query": WHEN}).json()["passages"]}
    return seen


def upload(client: httpx2.Client, *files: tuple[str, bytes], **said: str) -> httpx2.Response:
    return client.post("/v1/documents", files=[("files", file) for file in files], data=said)


def taken(response: httpx2.Response) -> list[tuple[str, str]]:
    assert response.status_code == 201, response.text
    return [(one["document_id"], one["change"]) for one in response.json()["documents"]]


def problem(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["detail"]


def files(pc: CommandLine) -> list[str]:
    return sorted(path.name for path in (pc.data / "uploads").rglob("*") if path.is_file())


def test_what_is_uploaded_is_cited_by_every_worker_until_it_is_held_or_deleted(indexed: CommandLine) -> None:
    with (
        serving(indexed.with_env(PC_UPLOAD_MB="1"), "--workers", "2") as port,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        client.timeout = httpx2.Timeout(60)
        first = upload(client, ("../../etc/tides.md", TIDES), ("bad.pdf", b"%PDF-1.7 no more"), ("run.exe", b"MZ"), publisher="The harbour")
        assert taken(first) == [("tides", "added"), ("bad", "failed"), ("run", "failed")]
        assert [one["reason"] != "" for one in first.json()["documents"]] == [False, True, True]
        assert files(indexed) == ["manifest.yaml", "tides.md"]
        assert "tides" in found(client)
        document: dict[str, Any] = client.get("/v1/documents/tides").json()
        assert (document["title"], document["publisher"], document["representation"]) == ("tides", "The harbour", "original")

        assert taken(upload(client, ("tides.md", TIDES), publisher="The harbour")) == [("tides", "unchanged")]
        assert taken(upload(client, ("Tides.MD", TIDES + b"\nLow water is at six.\n"), title="Of tides")) == [("tides", "changed")]
        assert client.get("/v1/documents/tides").json()["title"] == "Of tides"
        assert problem(upload(client, ("lighthouse.md", TIDES)))[0] == 422
        assert "not uploaded" in client.delete("/v1/documents/lighthouse").json()["detail"]
        assert problem(upload(client, ("big.txt", b"words " * 200_000))) == (413, "The body is larger than the 1 MB that may be uploaded.")
        for sent, field in (({"kind": "poem"}, "kind"), ({"mood": "good"}, "mood"), ({"url": "javascript:x"}, "url")):
            status, detail = problem(upload(client, ("tides.md", TIDES), **sent))
            assert status == 422 and detail.startswith(field)
        assert problem(client.post("/v1/documents", json={})) == (415, "Send the files as multipart/form-data.")
        assert problem(upload(client)) in [(422, "files: Send at least one file."), (415, "Send the files as multipart/form-data.")]

        assert client.patch("/v1/documents/tides", json={"state": "held"}).json() == {"document_id": "tides", "state": "held"}
        assert "tides" not in found(client)
        client.patch("/v1/documents/tides", json={"state": "cited"})
        assert "tides" in found(client)
        with Generations(indexed.data / "index").lock():
            busy = upload(client, ("other.md", TIDES))
        assert problem(busy)[0] == 503 and busy.headers["retry-after"]

        assert indexed("ingest", "--rebuild").returncode == 0
        assert "tides" in found(client)
        assert client.delete("/v1/documents/tides").status_code == 204
        assert "tides" not in found(client)
        assert files(indexed) == ["manifest.yaml"]
        assert client.delete("/v1/documents/tides").status_code == client.delete("/v1/documents/..%2Fx").status_code == 404
    assert "3 documents" not in indexed("ingest").stdout


CODE = """
import sys
from pathlib import Path
from pc_assistant.domain.documents import Document
from pc_assistant.domain.uploads import Upload
from pc_assistant.settings import read_settings
from pc_assistant.uploading import take_in
if __name__ == "__main__":
    print("begun", flush=True)
    uploads = [Upload(Path(f"{n}.md"), ".md", Document(id=f"up-{n}", title="Up")) for n in sys.argv[1:]]
    take_in(read_settings(), uploads)
"""


@pytest.mark.slow
def test_an_upload_killed_at_any_point_is_there_whole_or_not_at_all(indexed: CommandLine) -> None:
    script = indexed.folder / "take_in.py"
    script.write_text(CODE, encoding="utf-8")
    dice = random.Random(3)
    for n in range(4):
        words = "\n\n".join(f"Record {n} {line} tells of tides and winds and boats." for line in range(60))
        (indexed.folder / f"{n}.md").write_text(f"# Port {n}\n\n{words}\n", encoding="utf-8")
    for n in range(3):
        process = subprocess.Popen(
            [sys.executable, str(script), str(n)],
            cwd=indexed.folder,
            env=indexed.env,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout and process.stdout.readline() == "begun\n"
        time.sleep(dice.random() * 2)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        named = kept(indexed.data / "uploads")
        assert all(path.stat().st_size > 1000 for path in named)
    done = subprocess.run([sys.executable, str(script), "3"], cwd=indexed.folder, env=indexed.env, check=False)
    assert done.returncode == 0
    named = kept(indexed.data / "uploads")
    assert set((indexed.data / "uploads").glob("*/*")) == named  # no remains
    assert indexed("ingest").returncode == 0
    assert indexed("doctor").returncode == 0
    listed = {line.split()[1] for line in indexed("documents", "list").stdout.splitlines()}
    assert listed == {"ferry-guide", "lighthouse"} | {path.stem for path in named}


def kept(folder: Path) -> set[Path]:
    """The files that the manifest names, all of which are there."""
    manifest = folder / "manifest.yaml"
    entries = yaml.safe_load(manifest.read_text(encoding="utf-8"))["documents"] if manifest.exists() else []
    return {folder / entry["file"] for entry in entries}
