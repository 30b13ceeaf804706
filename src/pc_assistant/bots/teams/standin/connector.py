"""The service that takes the bot's messages, and refuses what Teams would refuse."""

import json
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pc_assistant.bots.teams.standin.issuer import Issuer
from pc_assistant.bots.teams.standin.organisation import BOT, Json, Organisation, Said

LARGEST = 28_000
CARD_PARTS = {
    "AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "Container", "ActionSet", "Action.OpenUrl", "Action.Submit",
    "Input.Text", "Input.ChoiceSet",
}  # fmt: skip


class Refused(Exception):
    """Teams would not take this."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message}}


def connector_router(organisation: Organisation, issuer: Issuer) -> APIRouter:
    """The one route that the bot uses."""
    router = APIRouter()

    @router.post("/v3/conversations/{conversation}/activities")
    async def create(conversation: str, request: Request) -> Response:
        if not issuer.is_from_bot(request.headers.get("authorization", "")):
            return JSONResponse({"error": {"code": "Unauthorized"}}, 401)
        body = await request.body()
        activity = json.loads(body)
        organisation.calls.append({"conversation": conversation, "activity": activity})
        if organisation.faults:
            fault = organisation.faults.popleft()
            return JSONResponse(fault.body, fault.status, fault.headers)
        try:
            check(activity, len(body))
            said = take(organisation, conversation, activity)
        except Refused as refused:
            return JSONResponse(refused.body, refused.status)
        return JSONResponse({"id": said.id} if said.parts <= 1 else {}, 201 if said.parts <= 1 else 202)

    return router


def take(organisation: Organisation, conversation: str, activity: Json) -> Said:
    """Keeps a message, or what a stream has grown by. Raises Refused."""
    info = next((entity for entity in activity.get("entities") or () if entity["type"] == "streaminfo"), None)
    if info is None:
        return organisation.add(Said(conversation, organisation.next_id(), BOT, activity))
    if not conversation.startswith("a:"):
        raise Refused(403, "ContentStreamNotAllowed", "Content stream is not allowed")
    said = organisation.message(info["streamId"]) if "streamId" in info else None
    if said is None:
        if info.get("streamSequence") != 1 or not activity.get("text"):
            raise Refused(400, "BadRequest", "Start streaming activities should include text")
        said = organisation.add(Said(conversation, organisation.next_id(), BOT, {}, streaming=True))
    elif not said.streaming:
        raise Refused(403, "ContentStreamNotAllowed", "Content stream is not allowed on an already completed streamed message")
    elif not activity.get("text", "").startswith(said.text):
        raise Refused(403, "ContentStreamNotAllowed", "A stream only grows")
    final = info["streamType"] == "final"
    if final == ("streamSequence" in info) or (not final and info["streamSequence"] != said.parts + 1):
        raise Refused(202, "ContentStreamSequenceOrderPreConditionFailed", "PreCondition failed")
    said.parts += 1
    said.streaming = not final
    if info["streamType"] == "informative":
        said.progress = activity["text"]
    else:
        said.activity, said.progress = activity, ""
    organisation.touch()
    return said


def check(activity: Json, size: int) -> None:
    """Raises Refused for what breaks a limit of messages, citations or cards."""
    if size > LARGEST:
        raise Refused(413, "MessageSizeTooBig", f"{size} bytes")
    if activity["type"] == "typing":
        if activity.get("attachments"):
            raise Refused(400, "BadRequest", "a part of a stream has no attachments")
        return
    entities = [entity for entity in activity.get("entities") or () if entity["type"] == "https://schema.org/Message"]
    if len(entities) > 1:
        raise Refused(400, "BadRequest", "Multiple root message entities found")
    claims = entities[0].get("citation", []) if entities else []
    if len(claims) > 20:
        raise Refused(400, "BadRequest", "Bot message with more than 20 citations")
    for claim in claims:
        shown = claim["appearance"]
        words = shown.get("keywords", [])
        if not (
            0 < len(shown["name"]) <= 80 and 0 < len(shown["abstract"]) <= 160 and len(words) <= 3 and all(len(w) <= 28 for w in words)
        ):
            raise Refused(400, "BadRequest", f"Error while parsing citation entity with ID: {claim['position']}")
        if f"[{claim['position']}]" not in activity["text"]:
            raise Refused(400, "BadRequest", "a citation without its mark in the text")
    unknown = {part["type"] for card in activity.get("attachments") or () for part in parts(card["content"])} - CARD_PARTS
    if unknown:
        raise Refused(400, "BadRequest", f"unknown parts of a card: {', '.join(sorted(unknown))}")


def parts(value: Any) -> list[Json]:
    """Every part of a card."""
    if isinstance(value, list):
        return [part for one in value for part in parts(one)]
    if not isinstance(value, dict):
        return []
    found = [part for name, one in value.items() if name != "data" for part in parts(one)]
    return [*([value] if isinstance(value.get("type"), str) else []), *found]
