"""Generations whose vectors are on a Chroma server: a collection each, kept while it is read, and gone when the folder goes."""

import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from pc_assistant.adapters.stores.chroma_server import ChromaServer
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.domain.errors import IndexMismatch, SetupError
from pc_assistant.domain.ports import Vectors
from tests.adapters.ingesting import EMBEDDER, held
from tests.chroma import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(3):
        words = "\n\n".join(f"Record {n} of port {number} tells of tides and winds." for n in range(12))
        (folder / f"port-{number}.md").write_text(f"# Port {number}\n\n{words}\n", encoding="utf-8")
    return folder


def count(index: Generations) -> int:
    with closing(index.vectors()) as vectors:
        return vectors.count()


def publish(index: Generations, corpus: Path) -> None:
    with index.lock():
        index.publish(held([corpus]), EMBEDDER)


def chunks(corpus: Path) -> list[tuple[str, Vectors]]:
    return [(chunk.id, vector) for one in held([corpus]) for chunk, vector in zip(one.text.chunks, one.chunk_vectors, strict=True)]


def collections(chroma: Server, index: Path) -> set[str]:
    """The collections that the generations of an index name, all of which must be on the server."""
    named = {path.read_text(encoding="utf-8") for path in index.glob("*/collection")}
    assert named <= set(chroma.collections())
    return named


def test_readers_keep_a_generation_until_the_second_after_it(tmp_path: Path, corpus: Path, chroma: Server) -> None:
    before = set(chroma.collections())
    writer, reader = (Generations(tmp_path / "index", ChromaServer(chroma.url)) for _ in range(2))
    publish(writer, corpus)
    assert not (tmp_path / "index" / "1" / "chroma").exists()
    old = reader.vectors()
    expected = chunks(corpus)
    publish(writer, corpus)
    assert [reader.current(), count(reader), old.count()] == ["2", len(expected), len(expected)]
    assert [old.nearest(vector, 1)[0][1] for _, vector in expected] == pytest.approx([1] * len(expected), abs=1e-5)
    assert len(collections(chroma, tmp_path / "index")) == 2
    publish(writer, corpus)
    with pytest.raises(IndexMismatch):
        old.nearest(expected[0][1], 1)
    old.close()
    assert set(chroma.collections()) - before == collections(chroma, tmp_path / "index")
    assert [path.name for path in sorted((tmp_path / "index").glob("[0-9]*"))] == ["2", "3"]


def test_what_a_killed_ingest_left_on_the_server_is_cleared(tmp_path: Path, corpus: Path, chroma: Server) -> None:
    index = Generations(tmp_path / "index", ChromaServer(chroma.url))
    publish(index, corpus)
    before = set(chroma.collections())
    words = f"""
import os, signal
from pathlib import Path
from pc_assistant.adapters.stores import generation
from pc_assistant.adapters.stores.chroma_server import ChromaServer
from pc_assistant.adapters.stores.generations import Generations
from tests.adapters.ingesting import EMBEDDER, held

generation.write(Path({str(tmp_path / "index" / "building")!r}), held([Path({str(corpus)!r})])[:1], EMBEDDER, ChromaServer({chroma.url!r}))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(set(chroma.collections()) - before) == 1
    assert count(index) == len(chunks(corpus))
    publish(index, corpus)
    left = collections(chroma, tmp_path / "index")
    assert len(left) == 2
    assert set(chroma.collections()) - before < left


def test_two_indexes_share_a_server_and_nothing_else(tmp_path: Path, corpus: Path, chroma: Server) -> None:
    one, other = (Generations(tmp_path / name, ChromaServer(chroma.url)) for name in ("one", "other"))
    publish(one, corpus)
    publish(other, corpus)
    for _ in range(3):
        publish(other, corpus)
    assert count(one) == len(chunks(corpus))
    assert not collections(chroma, tmp_path / "one") & collections(chroma, tmp_path / "other")


def test_moving_between_folder_and_server_says_what_to_run(tmp_path: Path, corpus: Path, chroma: Server) -> None:
    folder, server = Generations(tmp_path / "index"), Generations(tmp_path / "index", ChromaServer(chroma.url))
    publish(folder, corpus)
    assert folder.placed() and not server.placed()
    with pytest.raises(IndexMismatch, match="PC_CHROMA_URL names a server: run `pc-assistant ingest`"):
        server.vectors()
    publish(server, corpus)
    assert server.placed() and not folder.placed()
    with pytest.raises(IndexMismatch, match="on a Chroma server: set PC_CHROMA_URL, or run `pc-assistant ingest`"):
        folder.vectors()
    ChromaServer(chroma.url).drop((tmp_path / "index" / "2" / "collection").read_text(encoding="utf-8"))
    assert not server.placed()
    with pytest.raises(IndexMismatch, match="no longer holds the vectors of this index: run `pc-assistant ingest`"):
        server.vectors()


def test_a_collection_of_others_is_never_dropped(chroma: Server) -> None:
    server = ChromaServer(chroma.url)
    with closing(server.create("their-own")) as others:
        others.add(["a"], np.ones((1, 3), dtype=np.float32))
    server.drop("their-own")
    server.drop(server.new_name())
    assert server.has("their-own")


def test_a_server_that_goes_is_told_and_one_that_comes_back_is_used(tmp_path: Path, corpus: Path, chroma: Server) -> None:
    index = Generations(tmp_path / "index", ChromaServer(chroma.url))
    publish(index, corpus)
    vectors = index.vectors()
    _, vector = chunks(corpus)[0]
    chroma.stop()
    try:
        for work in (lambda: vectors.nearest(vector, 1), index.vectors, lambda: publish(index, corpus)):
            with pytest.raises(SetupError, match=f"The Chroma server at {chroma.url} cannot be used: see that it runs") as caught:
                work()
            assert not isinstance(caught.value, IndexMismatch)
    finally:
        chroma.start()
    assert vectors.nearest(vector, 1)[0][1] == pytest.approx(1, abs=1e-5)
    vectors.close()
    publish(index, corpus)
    assert count(index) == len(chunks(corpus))


def test_what_is_no_chroma_server_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(SetupError, match=f"The Chroma server at {url} cannot be used"):
        ChromaServer(url).open("anything")
