"""The retention job of a service: on a timer, in one worker at a time, and not by a clock that has jumped."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import PcAssistantError
from pc_assistant.domain.retention import Removed

FIRST_SECONDS = 60.0
EVERY_SECONDS = 3600.0
TOLERANCE = timedelta(hours=1)
COUNTER = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # goes on while the machine sleeps

logger = logging.getLogger(__name__)


def seconds() -> float:
    """Seconds since some moment, whatever the clock on the wall is set to."""
    return time.clock_gettime(COUNTER)


class Clock:
    """The time, as long as it goes on as it should: since this was made, the clock on the wall has gone as far as the seconds counted."""

    def __init__(self, now: Callable[[], datetime] = utc_now, counted: Callable[[], float] = seconds) -> None:
        self._now, self._counted = now, counted
        self._begun, self._count = now(), counted()

    def __call__(self) -> datetime | None:
        """The time; None where the clock was set while the service ran, since by such a clock anything may look old."""
        now = self._now()
        expected = self._begun + timedelta(seconds=self._counted() - self._count)
        return now if abs(now - expected) <= TOLERANCE else None


async def keep_house(
    delete_old: Callable[[datetime], Awaitable[Removed | None]],
    clock: Callable[[], datetime | None],
    first_seconds: float = FIRST_SECONDS,
    every_seconds: float = EVERY_SECONDS,
) -> None:
    """Runs until it is cancelled; what goes wrong is logged, and tried again the next time."""
    await asyncio.sleep(first_seconds)
    while True:
        now = clock()
        if now is None:
            logger.error("The clock was set while the service ran: nothing is deleted until the service is started again.")
        else:
            try:
                removed = await delete_old(now)
                if removed is not None and removed.total:
                    logger.info("Retention: deleted %s.", removed.told())
            except PcAssistantError as error:
                logger.error("Retention: %s", error)
        await asyncio.sleep(every_seconds)
