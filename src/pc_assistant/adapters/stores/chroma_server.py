"""Chunk vectors on a Chroma server, a collection a generation: readers of one keep it while the next is written beside it."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import httpx
from chromadb.api.client import Client
from chromadb.api.fastapi import FastAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from pc_assistant.adapters.stores.chroma import CONFIGURATION, CollectionVectors
from pc_assistant.domain.errors import IndexMismatch, SetupError

PREFIX = "pc-assistant-"
NAME = re.compile(PREFIX + "[0-9a-f]{32}")
SECONDS = 30.0
GONE = "The Chroma server no longer holds the vectors of this index: run `pc-assistant ingest`."


class ChromaServer:
    """The server at a URL; it is asked for nothing until it is used."""

    def __init__(self, url: str) -> None:
        self.url = url

    @staticmethod
    def new_name() -> str:
        """A name that no other collection has, so that many data directories may share a server."""
        return f"{PREFIX}{uuid.uuid4().hex}"

    def create(self, name: str) -> CollectionVectors:
        """An empty collection. Raises SetupError where the server cannot be reached."""
        return self._collection(lambda client: client.create_collection(name, embedding_function=None, configuration=CONFIGURATION))

    def open(self, name: str) -> CollectionVectors:
        """A collection that is there. Raises IndexMismatch where it is not, SetupError where the server cannot be reached."""
        return self._collection(lambda client: client.get_collection(name, embedding_function=None))

    def has(self, name: str) -> bool:
        """Whether a collection is there. Raises SetupError."""
        try:
            self.open(name).close()
        except IndexMismatch:
            return False
        return True

    def drop(self, name: str) -> None:
        """Deletes a collection, if it is there and one of ours. Raises SetupError."""
        if NAME.fullmatch(name):
            with suppress(IndexMismatch), self._explained(), self._client() as client:
                client.delete_collection(name)

    def _collection(self, of: Callable[[Client], Collection]) -> CollectionVectors:
        with self._explained(), ExitStack() as stack:
            client = stack.enter_context(self._client())
            return CollectionVectors(of(client), self._explained, stack.pop_all().close)

    @contextmanager
    def _client(self) -> Iterator[Client]:
        address = urlsplit(self.url)
        secure = address.scheme == "https"
        client = Client(
            settings=Settings(
                anonymized_telemetry=False,
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=address.hostname,
                chroma_server_http_port=address.port or (443 if secure else 80),
                chroma_server_ssl_enabled=secure,
            )
        )
        sessions = [api._session for api in (client._server, getattr(client._admin_client, "_server", None)) if isinstance(api, FastAPI)]
        for session in sessions:
            session.timeout = httpx.Timeout(SECONDS)  # Chroma's own waits for ever, and has no setting
        try:
            yield client
        finally:
            client.close()
            for session in sessions:  # which Chroma forgets
                session.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except NotFoundError as error:
            raise IndexMismatch(GONE) from error
        except Exception as error:  # Chroma's, httpx's and ValueError, for a server that is not there
            reason = f" ({error})" if str(error) and not isinstance(error, ValueError | httpx.TransportError) else ""
            raise SetupError(
                f"The Chroma server at {self.url} cannot be used{reason}: see that it runs, and that PC_CHROMA_URL names it."
            ) from error
