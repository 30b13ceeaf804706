"""The page on which a person chats with the bot as one of the people of the organisation."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from pc_assistant.bots.teams.standin.organisation import ALEX, BOT, BOT_NAME, CHANNEL, GROUP, PEOPLE, Said
from pc_assistant.bots.teams.standin.people import MENTION, People
from pc_assistant.bots.teams.standin.preview import card_html, text_html

CHAT = "chat"
PLACES = {CHAT: "Chat with the bot", "group": "Group chat", "general": "Channel General"}
LOOK_SECONDS = 0.3
PRESS = Markup(
    '<form method="post" action="/press"><input type="hidden" name="who" value="{who}"><input type="hidden" name="place" value="{place}">'
    '<input type="hidden" name="message" value="{message}"><button name="action" value="{action}">{title}</button></form>'
)


def page_router(people: People) -> APIRouter:
    """The page, what can be done on it, and a stream that says when something has changed."""
    router = APIRouter()
    organisation = people.organisation
    page = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True).get_template("page.html")

    @router.get("/")
    def show(who: str = ALEX.key, place: str = CHAT, thread: str = "") -> HTMLResponse:
        seen = [said for said in organisation.said if said.conversation.partition(";")[0] == _conversation(place, who)]
        return HTMLResponse(
            page.render(
                people=PEOPLE,
                names={BOT: BOT_NAME, **{key: person.name for key, person in PEOPLE.items()}},
                bot=BOT,
                who=who,
                place=place,
                places=PLACES,
                thread=thread,
                threads=_threads(seen) if place == "general" else [("", seen)] if seen else [],
                shown=lambda said: _shown(said, who, place),
                labelled=lambda said: any("additionalType" in entity for entity in said.activity.get("entities", ())),
                rateable=lambda said: "feedbackLoop" in said.activity.get("channelData", {}),
                form=organisation.forms.get(who),
                form_html=lambda form: card_html(form["card"]["content"]["body"], lambda _: Markup()),
                mention=MENTION,
            )
        )

    @router.post("/say")
    def say(
        who: Annotated[str, Form()], place: Annotated[str, Form()], text: Annotated[str, Form()], thread: Annotated[str, Form()] = ""
    ) -> Response:
        if text.strip():
            people.say(PEOPLE[who], text.strip(), _conversation(place, who), thread)
        return _back(who, place, thread)

    @router.post("/install")
    def install(who: Annotated[str, Form()], place: Annotated[str, Form()]) -> Response:
        people.install(PEOPLE[who], _conversation(place, who))
        return _back(who, place)

    @router.post("/press")
    def press(
        who: Annotated[str, Form()], place: Annotated[str, Form()], message: Annotated[str, Form()], action: Annotated[str, Form()]
    ) -> Response:
        said = organisation.message(message)
        if said is not None:
            data = {"msteams": {"displayText": action, "text": action, "value": {"ask": action}}}
            people.press(PEOPLE[who], said, {"data": data})
        return _back(who, place)

    @router.post("/thumb")
    def thumb(
        who: Annotated[str, Form()], place: Annotated[str, Form()], message: Annotated[str, Form()], liked: Annotated[str, Form()]
    ) -> Response:
        said = organisation.message(message)
        if said is not None:
            people.thumb(PEOPLE[who], said, liked == "yes")
        return _back(who, place)

    @router.post("/submit")
    async def submit(request: Request) -> Response:
        form = await request.form()
        given = {name: ",".join(map(str, form.getlist(name))) for name in form}
        who, place = given.pop("who"), given.pop("place")
        if who in organisation.forms:
            await asyncio.to_thread(people.submit, PEOPLE[who], given)
        return _back(who, place)

    @router.post("/close")
    def close(who: Annotated[str, Form()], place: Annotated[str, Form()]) -> Response:
        organisation.forms.pop(who, None)
        return _back(who, place)

    @router.get("/changes")
    async def changes() -> StreamingResponse:
        async def told() -> AsyncIterator[str]:
            version = organisation.version
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                if version != organisation.version:
                    version = organisation.version
                    yield f"data: {version}\n\n"

        return StreamingResponse(told(), media_type="text/event-stream")

    return router


def _conversation(place: str, who: str) -> str:
    return {"group": GROUP, "general": CHANNEL}.get(place, PEOPLE[who].chat)


def _threads(seen: list[Said]) -> list[tuple[str, list[Said]]]:
    roots = dict.fromkeys(said.conversation for said in seen)
    return [(root.rpartition("=")[2], [said for said in seen if said.conversation == root]) for root in roots]


def _back(who: str, place: str, thread: str = "") -> Response:
    return RedirectResponse(f"/?who={who}&place={place}&thread={thread}", 303)


def _shown(said: Said, who: str, place: str) -> Markup:
    def button(action: Mapping[str, Any]) -> Markup:
        asked = action["data"]["msteams"]["value"]["ask"]
        return PRESS.format(who=who, place=place, message=said.id, action=asked, title=action["title"])

    card = Markup('<div class="card">{}</div>').format(card_html(said.card["body"], button)) if said.card else Markup()
    return text_html(said.activity) + card
