"""The wiring of the Model Context Protocol; what it needs is imported where it is on."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pc_assistant.domain.errors import SetupError
from pc_assistant.domain.ports import Assistant, ConversationStore, Library
from pc_assistant.settings import Settings

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from starlette.routing import BaseRoute

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


def make_mcp(settings: Settings, assistant: Assistant, library: Library, conversations: ConversationStore) -> "MCPServer[Any]":
    """The server of the Model Context Protocol. Raises SetupError where the extra is not installed."""
    try:
        from pc_assistant.mcp import make_server  # imports the extra, which takes a second
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("mcp"):
            raise
        raise SetupError("The package mcp is not installed: run `pip install 'mcp>=2.3,<3'` in .venv, or leave PC_MCP off.") from error
    return make_server(assistant, library, conversations, lambda path: settings.address + path)


def mcp_routes(settings: Settings, server: "MCPServer[Any]") -> list["BaseRoute"]:
    """The routes of streamable HTTP, for the hosts of this machine and of `public_url`; for every host, where neither says who may come."""
    from pc_assistant.mcp import guard, routes

    public = urlsplit(settings.public_url or "").hostname
    hosts = [*LOOPBACK, public] if public else LOOPBACK if settings.host in LOOPBACK else []
    return routes(server, guard(hosts))
