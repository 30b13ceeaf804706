"""What is done with what people do in Slack; each listener acknowledges at once and leaves the work to the desk's registry."""

import logging
import re
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from pc_assistant.bots import desk as desks
from pc_assistant.bots.desk import Desk, conversation_id, is_silent, sorry
from pc_assistant.bots.slack import views
from pc_assistant.bots.slack.mrkdwn import read
from pc_assistant.bots.slack.rendering import HELPFUL, NOT_HELPFUL, SOURCES, Json, said
from pc_assistant.bots.slack.replying import Direct, InChannel, Reply, ToCommand, post
from pc_assistant.channels import words
from pc_assistant.channels.cleaning import clean
from pc_assistant.domain.conversations import Feedback
from pc_assistant.domain.errors import NotFound, SetupError

LOOKING = "Looking in the documents …"
TYPED = {None, "file_share", "thread_broadcast"}  # subtypes of messages that a person typed
ANYTHING = re.compile("")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listeners:
    """All listeners over one desk. `secret` makes conversation ids."""

    desk: Desk
    secret: str
    private_replies: bool
    silent_without_citations: bool
    streaming: bool

    def add_to(self, app: AsyncApp) -> None:
        """Registers every listener; what is left is acknowledged and ignored."""
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.messaged)
        app.event("app_home_opened")(self.opened_home)
        app.event(ANYTHING)(ignored)
        app.command(ANYTHING)(self.commanded)
        app.action(HELPFUL)(self.found_helpful)
        app.action(NOT_HELPFUL)(self.found_not_helpful)
        app.action(SOURCES)(self.asked_for_sources)
        app.action(views.ASK)(self.asked_example)
        app.view(views.REASONS_VIEW)(self.gave_reasons)
        app.action(ANYTHING)(acknowledged)
        app.view(ANYTHING)(acknowledged)

    async def mentioned(self, event: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A mention in a channel. Direct messages come as messages."""
        if _from_person(event) and not str(event["channel"]).startswith("D") and await self._new(event, context):
            thread = event.get("thread_ts") or event["ts"]
            reply = InChannel(client, event["channel"], event["user"], thread, "thread_ts" in event, self.private_replies)
            who = (event["user"],) if self.private_replies else ()  # what one was told privately is no part of another's conversation
            place = (context.team_id or "", event["channel"], thread, *who)
            await self._ask(event["text"], place, event["user"], context, reply, self.silent_without_citations)

    async def messaged(self, event: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A direct message; what is said in channels is none of our business."""
        if event.get("channel_type") == "im" and _from_person(event) and await self._new(event, context):
            await self._ask_directly(event["text"], event["channel"], event.get("thread_ts") or event["ts"], event["user"], context, client)

    async def opened_home(self, event: Json, client: AsyncWebClient) -> None:
        """Somebody looks at the home of the app."""
        if event.get("tab", "home") == "home":
            try:
                documents = [held.document for held in self.desk.library.documents()]
            except SetupError:
                documents = []
            await client.views_publish(user_id=event["user"], view=views.home_view(documents, self.desk.address))

    async def commanded(self, command: Json, context: AsyncBoltContext, ack: AsyncAck, respond: AsyncRespond) -> None:
        """A slash command; each is a conversation of its own, since Slack gives it no thread."""
        text = read(command.get("text", ""))
        if text.lower() in ("", "help"):
            await ack(response_type="ephemeral", text=views.HOW)
            return
        await ack(response_type="ephemeral", text=LOOKING)
        place = (context.team_id or "", command["channel_id"], command["trigger_id"], command["user_id"])
        await self._ask(text, place, command["user_id"], context, ToCommand(respond))

    async def asked_example(self, ack: AsyncAck, action: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """A click on an example: asked and answered in the direct message."""
        await ack()
        user = str(context.user_id)
        opened = await client.conversations_open(users=user)
        channel = opened["channel"]["id"]
        thread = await post(client, channel, None, said(f"You asked: {action['value']}"))
        await self._ask_directly(action["value"], channel, thread, user, context, client)

    async def found_helpful(self, ack: AsyncAck, action: Json, context: AsyncBoltContext, respond: AsyncRespond) -> None:
        """An answer was helpful."""
        await ack()
        try:
            await self.desk.rate(Feedback(answer_id=action["value"], rating="up"), _person(context, context.user_id))
        except NotFound:
            await respond(text=words.NOT_KEPT, response_type="ephemeral", replace_original=False)
            return
        await respond(text=words.THANKS, response_type="ephemeral", replace_original=False)

    async def found_not_helpful(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        """An answer was not helpful: asks why."""
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=views.reasons_view(action["value"]))

    async def gave_reasons(self, ack: AsyncAck, view: Json, context: AsyncBoltContext) -> None:
        """Why an answer was not helpful; kept before it is acknowledged, since the acknowledgement thanks for it."""
        given = view["state"]["values"]
        reasons = [option["value"] for option in given[views.REASONS_BLOCK][views.REASONS_BLOCK].get("selected_options") or ()]
        try:
            comment = clean(given[views.COMMENT_BLOCK][views.COMMENT_BLOCK].get("value") or "", 0, views.MAX_COMMENT)
        except PydanticCustomError as error:
            await ack(response_action="errors", errors={views.COMMENT_BLOCK: error.message()})
            return
        known = tuple(reason for reason in dict.fromkeys(reasons) if reason in words.REASONS)
        feedback = Feedback(answer_id=view["private_metadata"], rating="down", comment=comment, reasons=known)
        try:
            await self.desk.rate(feedback, _person(context, context.user_id))
        except NotFound:
            await ack(response_action="update", view=views.told_view(words.NOT_KEPT))
            return
        await ack(response_action="update", view=views.told_view(words.THANKS))

    async def asked_for_sources(self, ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient, respond: AsyncRespond) -> None:
        """All sources of an answer."""
        await ack()
        try:
            answer = (await self.desk.conversations.read_answer(action["value"])).answer
        except NotFound:
            await respond(text=words.NOT_KEPT, response_type="ephemeral", replace_original=False)
            return
        await client.views_open(trigger_id=body["trigger_id"], view=views.sources_view(answer, self.desk.address))

    async def _ask_directly(
        self, text: str, channel: str, thread: str, user: str, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        team = context.team_id or ""
        reply = Direct(client, team, channel, user, thread, self.streaming)
        await self._ask(text, (team, channel, thread), user, context, reply)

    async def _ask(
        self, text: str, place: tuple[str, ...], user: str, context: AsyncBoltContext, reply: Reply, silent: bool = False
    ) -> None:
        """Asks beside, and replies; says so where the person asks too often or too much is running."""
        question = read(text, context.bot_user_id or "")
        if not question:
            await reply.say(said(views.HOW))
        elif not await self.desk.limit.allows("slack", context.team_id or "", user):
            await reply.say(said(desks.TOO_OFTEN))
        elif not self.desk.work.start(
            self._answer(question, conversation_id(self.secret, "slack", *place), _person(context, user), reply, silent),
            lambda: reply.say(said(desks.STOPPING)),
        ):
            await reply.say(said(desks.BUSY))

    async def _answer(self, question: str, conversation: str, person: str, reply: Reply, silent: bool) -> None:
        try:
            answer = await self.desk.ask(question, conversation, person)
        except Exception as error:
            await reply.say(said(sorry(error)))
            return
        if not is_silent(answer, silent):
            await reply.answer(answer, self.desk.address)

    def _new(self, event: Json, context: AsyncBoltContext) -> Coroutine[Any, Any, bool]:
        """Whether this message comes for the first time: one that is edited comes again, as another event."""
        return self.desk.seen.first(f"slack:message:{context.team_id}:{event['channel']}:{event['ts']}")


def _person(context: AsyncBoltContext, user: str | None) -> str:
    return desks.person("slack", context.team_id or "", user or "")


def _from_person(event: Json) -> bool:
    """Whether a person typed this; a bot that is answered by a bot would never end."""
    return event.get("subtype") in TYPED and "bot_id" not in event and bool(event.get("user")) and "text" in event


async def ignored() -> None:
    """An event that nothing is done with; bolt has acknowledged it."""


async def acknowledged(ack: AsyncAck) -> None:
    """A click that nothing is done with, such as on a link."""
    await ack()
