"""Socket Mode: the service connects, and what happens is told through its connection."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from pc_assistant.bots.slack.standin.people import Delivered
from pc_assistant.bots.slack.standin.workspace import Workspace

PATIENCE = 20.0


class Socket:
    """The one connection, and the courier that uses it; it is used from other threads than the server's."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._connection: WebSocket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awaited: dict[str, asyncio.Future[Any]] = {}

    @property
    def connected(self) -> bool:
        """Whether the service is there."""
        return self._connection is not None

    def router(self) -> APIRouter:
        """The address that `apps.connections.open` gives."""
        router = APIRouter()

        @router.websocket("/socket")
        async def connect(websocket: WebSocket) -> None:
            await websocket.accept()
            await websocket.send_json({"type": "hello", "num_connections": 1})
            self._connection, self._loop = websocket, asyncio.get_running_loop()
            self._workspace.touch()
            try:
                while True:
                    said = json.loads(await websocket.receive_text())
                    awaited = self._awaited.pop(said["envelope_id"], None)
                    if awaited and not awaited.done():
                        awaited.set_result(said.get("payload"))
            except WebSocketDisconnect:
                self._connection = None

        return router

    def __call__(self, kind: str, body: Mapping[str, Any]) -> Delivered:
        """Keeps the Courier protocol."""
        self._workspace.wait(lambda: self.connected)
        assert self._loop is not None
        payload = asyncio.run_coroutine_threadsafe(self._send(kind, body), self._loop).result(PATIENCE)
        return Delivered(200, json.dumps(payload) if payload else "")

    async def _send(self, kind: str, body: Mapping[str, Any]) -> Any:
        assert self._connection is not None
        name = uuid4().hex
        self._awaited[name] = asyncio.get_running_loop().create_future()
        await self._connection.send_json({"envelope_id": name, "type": kind, "payload": body, "accepts_response_payload": True})
        return await self._awaited[name]
