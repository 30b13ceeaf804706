"""An answer that grows before the eyes of one person: a line that says what is being done, the first part, the whole.

The SDK has a stream of its own; it sends in tasks whose errors nobody sees, and waits half a minute where Teams does not allow a stream.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pc_assistant.bots.teams.cards import Json
from pc_assistant.bots.teams.message import first_part
from pc_assistant.bots.teams.wire import Place, Wire
from pc_assistant.domain.errors import Undelivered

PACE = 0.5  # seconds between two parts: Teams drops what comes faster

logger = logging.getLogger(__name__)


class Stream:
    """One streamed message. Where Teams takes no stream, the message is sent whole in the end, and nothing else is lost."""

    def __init__(self, wire: Wire, place: Place, pace: float = PACE, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._wire = wire
        self._place = place
        self._pace = pace
        self._sleep = sleep
        self._id = ""
        self._parts = 0

    async def begin(self, text: str) -> None:
        """Shows a line over a progress bar."""
        await self._part(text, "informative")

    async def end(self, activity: Json) -> str:
        """Shows the first part of a message, then the whole; the id under which Teams has it. Raises Undelivered."""
        if self._id:
            await self._sleep(self._pace)
            await self._part(first_part(activity), "streaming")
        if self._id:
            await self._sleep(self._pace)
            try:
                await self._wire.send(self._place, self._with(activity, "final"))
            except Undelivered as error:
                logger.warning("Teams: a streamed answer is sent again as a message: %s", error)
            else:
                return self._id
        return await self._wire.send(self._place, activity)

    async def _part(self, text: str, kind: str) -> None:
        self._parts += 1
        try:
            sent = await self._wire.send(self._place, self._with({"type": "typing", "text": text}, kind, self._parts))
        except Undelivered as error:
            logger.info("Teams: an answer is not streamed: %s", error)
            self._id = ""
        else:
            self._id = self._id or sent

    def _with(self, activity: Json, kind: str, sequence: int | None = None) -> Json:
        """An activity that says which part of the stream it is, as Teams wants it: beside the message and among its entities."""
        info: Json = {"streamType": kind}
        info |= {"streamId": self._id} if self._id else {}
        info |= {"streamSequence": sequence} if sequence else {}
        entities = [*activity.get("entities", ()), {"type": "streaminfo", **info}]
        whole = {**activity, "entities": entities, "channelData": {**activity.get("channelData", {}), **info}}
        return whole | ({"id": self._id} if self._id else {})
