"""Clients that take for ever: the head of a request must arrive in time (the Envelope sees to the body)."""

import asyncio
from functools import partial
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def impatient(seconds: float) -> type[asyncio.Protocol]:
    """Uvicorn's protocol, which by itself waits for ever, with a limit on the time in which the head of a request arrives.

    It can be pickled, as what several workers are started with must be.
    """
    return cast(type[asyncio.Protocol], partial(Impatient, seconds))


class Impatient(HttpToolsProtocol):
    """Closes a connection whose head takes longer than `seconds`."""

    _waited_for: asyncio.TimerHandle | None = None

    def __init__(self, seconds: float, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._seconds = seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The time begins."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Something has come: the time ends where the head is whole."""
        before = self.cycle
        super().data_received(data)
        begun = self.cycle is not before
        if begun or (before is not None and not before.response_complete):  # a head is whole, or this is of a body
            self._stop_waiting()
        else:
            self._wait()

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop_waiting()
        super().connection_lost(error)

    def _wait(self) -> None:
        if self._waited_for is None:
            self._waited_for = self.loop.call_later(self._seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waited_for is not None:
            self._waited_for.cancel()
            self._waited_for = None
