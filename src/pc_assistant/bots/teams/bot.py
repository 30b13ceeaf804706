"""What is done with what people do in Teams. All that comes here has been checked."""

import hashlib
import logging
from dataclasses import dataclass

from pc_assistant.bots import desk as desks
from pc_assistant.bots.desk import Desk, conversation_id, sorry
from pc_assistant.bots.teams import cards
from pc_assistant.bots.teams.activities import Activity
from pc_assistant.bots.teams.cards import Json
from pc_assistant.bots.teams.feedback import is_liked, read_feedback
from pc_assistant.bots.teams.message import message, said, welcome
from pc_assistant.bots.teams.streaming import PACE, Stream
from pc_assistant.bots.teams.wire import Place, Wire
from pc_assistant.domain.errors import NotFound, Undelivered
from pc_assistant.domain.ports import SentMessages

LOOKING = "Looking in the documents …"
HELP = frozenset({"", "help"})
FORM_TITLE = "About this answer"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bot:
    """The bot before its desk. `secret` makes conversation ids; `pace` is the time between two parts of a stream, in seconds."""

    desk: Desk
    wire: Wire
    sent: SentMessages
    secret: str
    pace: float = PACE

    async def hear(self, activity: Activity) -> Json | None:
        """Does what an activity asks for, or has it done beside; for an invoke what Teams is answered, None for one that is not known."""
        match activity.type, activity.name or activity.action:
            case "message", _:
                await self._hear_message(activity)
            case "installationUpdate", "add":
                self.desk.work.start(self._tell(Place.of(activity), welcome()), _nothing)
            case "invoke", "message/fetchTask":
                return _form(liked=is_liked(activity.value))
            case "invoke", "message/submitAction":
                return await self._rate(activity)
            case "invoke", _:
                return None
        return {}

    async def _hear_message(self, activity: Activity) -> None:
        if not activity.is_addressed:
            return
        place = Place.of(activity)
        if activity.question.strip().lower() in HELP:
            self.desk.work.start(self._tell(place, welcome()), _nothing)
        elif not await self.desk.limit.allows("teams", activity.tenant or "", activity.person):
            self.desk.work.start(self._tell(place, said(desks.TOO_OFTEN)), _nothing)
        elif not self.desk.work.start(self._answer(activity, place), lambda: self._tell(place, said(desks.STOPPING))):
            await self._tell(place, said(desks.BUSY))

    async def _answer(self, activity: Activity, place: Place) -> None:
        stream = Stream(self.wire, place, self.pace)
        if activity.is_personal:
            await stream.begin(LOOKING)
        try:
            answer = await self.desk.ask(activity.question, self._thread(activity), _person(activity))
            shown = message(answer, self.desk.address)
        except Exception as error:
            await self._tell(place, said(sorry(error)), stream)
            return
        if message_id := await self._tell(place, shown, stream):
            await self.sent.remember(_key(activity, message_id), answer.id)

    async def _tell(self, place: Place, activity: Json, stream: Stream | None = None) -> str | None:
        """Sends a message; its id, or None where Teams does not take it, which is logged: there is nobody else to be told."""
        try:
            return await (stream.end(activity) if stream else self.wire.send(place, activity))
        except Undelivered as error:
            logger.error("Teams: a message was not delivered: %s", error)
            return None

    async def _rate(self, activity: Activity) -> Json:
        """Keeps what is said of an answer; Teams wants an empty answer."""
        try:
            answer_id = await self.sent.answer_of(_key(activity, activity.reply_to_id or ""))
            await self.desk.rate(read_feedback(activity.value, answer_id), _person(activity))
        except NotFound as error:
            logger.warning("Teams: feedback on a message that shows no answer that is kept: %s", error)
        return {}

    def _thread(self, activity: Activity) -> str:
        """The conversation: a thread of a channel; of a chat, which never ends, one day."""
        day = () if activity.conversation.conversation_type == "channel" else (self.desk.now().date().isoformat(),)
        return conversation_id(self.secret, "teams", activity.tenant or "", activity.conversation.id, *day)


def _person(activity: Activity) -> str:
    return desks.person("teams", activity.tenant or "", activity.person)


async def _nothing() -> None:
    """No apology is due."""


def _key(activity: Activity, message_id: str) -> str:
    """Names a message of all messages."""
    named = "\n".join((activity.tenant or "", activity.conversation.id, message_id))
    return f"teams:{hashlib.sha256(named.encode()).hexdigest()}"


def _form(liked: bool) -> Json:
    card = cards.attachment(cards.feedback_form(liked))
    return {"task": {"type": "continue", "value": {"title": FORM_TITLE, "height": "medium", "width": "small", "card": card}}}
