"""Slack's Web API, as far as the assistant uses it."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pc_assistant.bots.slack.standin.limits import MARKDOWN, message_faults, view_faults
from pc_assistant.bots.slack.standin.workspace import BOT, BOT_ID, TEAM, Json, Said, Workspace
from pc_assistant.domain.errors import UsageError


def api_router(workspace: Workspace, token: str, open_socket: Callable[[], str]) -> APIRouter:
    """`token` is the bot's; `open_socket` gives an address for Socket Mode."""
    router = APIRouter()
    methods = _Methods(workspace, open_socket)

    @router.post("/api/{method}")
    async def call(method: str, request: Request) -> Response:
        arguments = await _arguments(request)
        workspace.calls.append((method, arguments))
        if fault := workspace.take_fault(method):
            workspace.touch()
            return JSONResponse(fault.body, fault.status, fault.headers)
        if request.headers.get("authorization") != f"Bearer {token}" and method != "apps.connections.open":
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        known = methods.named(method)
        try:
            body = {"ok": True, **known(arguments)} if known else {"ok": False, "error": "unknown_method"}
        except UsageError as error:
            body = {"ok": False, "error": str(error.args[0]), "response_metadata": {"messages": list(error.args[1:])}}
        workspace.touch()
        return JSONResponse(body)

    @router.post("/responses/{name}")
    async def respond(name: str, request: Request) -> Response:
        arguments = await _arguments(request)
        workspace.calls.append(("response_url", arguments))
        if name not in workspace.responses:
            return Response("no_such_response", 404)
        channel, user = workspace.responses[name]
        faults = message_faults(arguments)
        if faults:
            return Response("; ".join(faults), 400)
        seen_by = user if arguments.get("response_type", "ephemeral") == "ephemeral" else ""
        workspace.add(Said(channel, workspace.next_ts(), BOT, arguments.get("text", ""), arguments.get("blocks") or [], seen_by=seen_by))
        return Response("ok")

    return router


class _Methods:
    """One method of the API each; a call that Slack would not carry out is a UsageError with Slack's word for it."""

    def __init__(self, workspace: Workspace, open_socket: Callable[[], str]) -> None:
        self._workspace = workspace
        self._open_socket = open_socket

    def named(self, method: str) -> Callable[[Json], Json] | None:
        return {
            "auth.test": self.who,
            "apps.connections.open": lambda _: {"url": self._open_socket()},
            "chat.postMessage": self.post,
            "chat.postEphemeral": self.post_for_one,
            "chat.startStream": self.start_stream,
            "chat.appendStream": self.append_stream,
            "chat.stopStream": self.stop_stream,
            "conversations.open": self.open_direct,
            "views.open": self.open_view,
            "views.publish": self.publish_home,
        }.get(method)

    def who(self, _arguments: Json) -> Json:
        return {
            "url": "https://standin.example/",
            "team": "Stand-in",
            "team_id": TEAM,
            "user_id": BOT,
            "user": "assistant",
            "bot_id": BOT_ID,
        }

    def post(self, arguments: Json) -> Json:
        return self._add(arguments, "")

    def post_for_one(self, arguments: Json) -> Json:
        return {"message_ts": self._add(arguments, arguments["user"])["ts"]}

    def start_stream(self, arguments: Json) -> Json:
        if not arguments.get("thread_ts"):
            raise UsageError("invalid_thread_ts")
        said = self._workspace.add(
            Said(self._channel(arguments), self._workspace.next_ts(), BOT, thread=arguments["thread_ts"], streaming=True)
        )
        self._grow(said, arguments)
        return {"channel": said.channel, "ts": said.ts}

    def append_stream(self, arguments: Json) -> Json:
        said = self._streaming(arguments)
        self._grow(said, arguments)
        return {"channel": said.channel, "ts": said.ts}

    def stop_stream(self, arguments: Json) -> Json:
        said = self._streaming(arguments)
        blocks = arguments.get("blocks") or []
        self._check(message_faults({"text": "streamed", "blocks": blocks}))
        self._grow(said, arguments)
        said.blocks, said.text, said.streaming = blocks, said.markdown, False
        return {"channel": said.channel, "ts": said.ts}

    def open_direct(self, arguments: Json) -> Json:
        users = arguments["users"]
        return {"channel": {"id": self._workspace.direct(users[0] if isinstance(users, list) else users)}}

    def open_view(self, arguments: Json) -> Json:
        user = self._workspace.triggers.pop(arguments["trigger_id"], None)
        if user is None:
            raise UsageError("exchanged_trigger_id")
        self._check(view_faults(arguments["view"]))
        self._workspace.modals[user] = {"id": f"V{self._workspace.next_ts()}", **arguments["view"]}
        return {"view": self._workspace.modals[user]}

    def publish_home(self, arguments: Json) -> Json:
        self._check(view_faults(arguments["view"]))
        self._workspace.homes[arguments["user_id"]] = arguments["view"]
        return {"view": arguments["view"]}

    def _add(self, arguments: Json, seen_by: str) -> Json:
        self._check(message_faults(arguments))
        channel = self._channel(arguments)
        said = Said(
            channel,
            self._workspace.next_ts(),
            BOT,
            arguments.get("text", ""),
            arguments.get("blocks") or [],
            arguments.get("thread_ts") or "",
            seen_by,
        )
        if said.thread and self._workspace.message(channel, said.thread) is None:
            raise UsageError("thread_not_found")
        self._workspace.add(said)
        return {"channel": channel, "ts": said.ts}

    def _channel(self, arguments: Json) -> str:
        channel = str(arguments["channel"])
        if channel not in self._workspace.channels:
            raise UsageError("channel_not_found")
        return channel

    def _streaming(self, arguments: Json) -> Said:
        said = self._workspace.message(arguments["channel"], arguments["ts"])
        if said is None or not said.streaming:
            raise UsageError("message_not_in_streaming_state")
        return said

    def _grow(self, said: Said, arguments: Json) -> None:
        said.markdown += "".join(chunk["text"] for chunk in arguments.get("chunks") or [])
        if len(said.markdown) > MARKDOWN:
            raise UsageError("msg_too_long")

    def _check(self, faults: list[str]) -> None:
        if faults:
            raise UsageError("invalid_blocks", *faults)


async def _arguments(request: Request) -> Json:
    """What was given, as JSON, or in the address and a form, where lists and objects are JSON."""
    if "json" in request.headers.get("content-type", ""):
        given: Any = await request.json()
    else:
        given = {name: _unpacked(str(value)) for name, value in (*request.query_params.items(), *(await request.form()).items())}
    return {name: value for name, value in given.items() if value is not None}


def _unpacked(value: str) -> Any:
    return json.loads(value) if value[:1] in ("{", "[") else value
