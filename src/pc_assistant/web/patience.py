"""Clients that take for ever: the head of a request must arrive in time (the Envelope sees to the body)."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def impatient(seconds: float) -> type[asyncio.Protocol]:
    """Uvicorn's protocol, which by itself waits for ever, with a limit on the time in which the head of a request arrives."""

    class Impatient(HttpToolsProtocol):
        _waited_for: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            before = self.cycle
            super().data_received(data)
            begun = self.cycle is not before
            if begun or (before is not None and not before.response_complete):  # a head is whole, or this is of a body
                self._stop_waiting()
            else:
                self._wait()

        def connection_lost(self, error: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(error)

        def _wait(self) -> None:
            if self._waited_for is None:
                self._waited_for = self.loop.call_later(seconds, self.transport.close)

        def _stop_waiting(self) -> None:
            if self._waited_for is not None:
                self._waited_for.cancel()
                self._waited_for = None

    return Impatient
