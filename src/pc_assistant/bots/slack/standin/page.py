"""The page on which a person chats with the assistant as one of the people of the workspace."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from pc_assistant.bots.slack.standin.people import People
from pc_assistant.bots.slack.standin.preview import Json, blocks_html, markdown_html, mrkdwn_html
from pc_assistant.bots.slack.standin.workspace import ALEX, BOT, COMMAND, GENERAL, Said

HOME = "home"
LOOK_SECONDS = 0.3
CLICK = Markup(
    '<form method="post" action="/click"><input type="hidden" name="user" value="{user}"><input type="hidden" name="channel" value="{channel}">'
    '<input type="hidden" name="ts" value="{ts}"><button name="action" value="{action}" aria-label="{spoken}">{text}</button>'
    '<input type="hidden" name="value" value="{value}"></form>'
)


def page_router(people: People) -> APIRouter:
    """The page, what can be done on it, and a stream that says when something has changed."""
    router = APIRouter()
    workspace = people.workspace
    page = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("page.html")

    @router.get("/")
    def show(user: str = ALEX, channel: str = GENERAL, thread: str = "") -> HTMLResponse:
        if channel == HOME and user not in workspace.homes:
            people.open_home(user)
        if channel.startswith("D"):
            channel = workspace.direct(user)
        seen = [said for said in workspace.said if said.channel == channel and said.seen_by in ("", user)]
        roots = [said for said in seen if not said.thread]
        return HTMLResponse(
            page.render(
                people={name: person for name, person in workspace.people.items() if name != BOT},
                names=workspace.people,
                user=user,
                channel=channel,
                channels={GENERAL: workspace.channels[GENERAL], workspace.direct(user): "Direct message", HOME: "Home of the app"},
                thread=thread,
                threads=[(root, [said for said in seen if said.thread == root.ts]) for root in roots],
                shown=lambda said: _shown(said, user),
                home=blocks_html(workspace.homes[user]["blocks"], lambda e: _button(e, user, "", ""))
                if channel == HOME and user in workspace.homes
                else "",
                modal=workspace.modals.get(user),
                modal_blocks=lambda view: blocks_html(view["blocks"], lambda e: _button(e, user, "", "")),
                command=COMMAND,
            )
        )

    @router.post("/say")
    def say(
        user: Annotated[str, Form()], channel: Annotated[str, Form()], text: Annotated[str, Form()], thread: Annotated[str, Form()] = ""
    ) -> Response:
        if text.strip():
            people.say(user, channel, text.strip(), thread)
        return _back(user, channel, thread)

    @router.post("/click")
    def click(
        user: Annotated[str, Form()],
        action: Annotated[str, Form()],
        value: Annotated[str, Form()],
        channel: Annotated[str, Form()] = "",
        ts: Annotated[str, Form()] = "",
    ) -> Response:
        said = workspace.message(channel, ts)
        people.click(user, said, {"action_id": action, "value": value, "text": {"type": "plain_text", "text": action}})
        return _back(user, channel or workspace.direct(user), said.thread if said else "")

    @router.post("/submit")
    def submit(
        user: Annotated[str, Form()],
        channel: Annotated[str, Form()],
        reasons: Annotated[list[str] | None, Form()] = None,
        comment: Annotated[str, Form()] = "",
    ) -> Response:
        people.submit(user, reasons or [], comment)
        return _back(user, channel)

    @router.post("/close")
    def close(user: Annotated[str, Form()], channel: Annotated[str, Form()]) -> Response:
        workspace.modals.pop(user, None)
        return _back(user, channel)

    @router.get("/changes")
    async def changes() -> StreamingResponse:
        async def told() -> AsyncIterator[str]:
            version = -1
            while not workspace.closed:
                if version != workspace.version:
                    version = workspace.version
                    yield f"data: {version}\n\n"
                await asyncio.sleep(LOOK_SECONDS)

        return StreamingResponse(told(), media_type="text/event-stream")

    return router


def _back(user: str, channel: str, thread: str = "") -> Response:
    return RedirectResponse(f"/?user={user}&channel={channel}&thread={thread}", 303)


def _shown(said: Said, user: str) -> Markup:
    words = markdown_html(said.markdown) if said.markdown else Markup() if said.blocks else mrkdwn_html(said.text)
    return words + blocks_html(said.blocks, lambda element: _button(element, user, said.channel, said.ts))


def _button(element: Json, user: str, channel: str, ts: str) -> Markup:
    return CLICK.format(
        user=user,
        channel=channel,
        ts=ts,
        action=element["action_id"],
        value=element["value"],
        text=element["text"]["text"],
        spoken=element.get("accessibility_label", ""),
    )
