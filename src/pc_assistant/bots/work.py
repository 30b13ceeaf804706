"""Work that goes on after a platform has been told that its message arrived: bounded, and drained when the service stops."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine

MOST = 64
DRAIN_SECONDS = 10.0
APOLOGY_SECONDS = 3.0

Apology = Callable[[], Awaitable[object]]
Changed = Callable[[int, int], None]

logger = logging.getLogger(__name__)


def unwatched(running: int, most: int) -> None:
    """For those whom nobody watches."""


class Work:
    """A registry of running work. A platform acknowledges at once and hands what is to be done here.

    `changed` is told, at every change, how much is running, and how much may.
    """

    def __init__(self, most: int = MOST, drain_seconds: float = DRAIN_SECONDS, changed: Changed = unwatched) -> None:
        self._most = most
        self._drain_seconds = drain_seconds
        self._changed = changed
        self._running: dict[asyncio.Task[object], Apology] = {}
        self._closed = False

    @property
    def running(self) -> int:
        """How much is running."""
        return len(self._running)

    def start(self, work: Coroutine[object, object, object], apology: Apology) -> bool:
        """Starts `work`, or leaves it alone where as much is running as may be, or the service is stopping; whether it was started.

        Work tells its own faults. `apology` is run where it is cancelled because the service stops.
        """
        if self._closed or len(self._running) >= self._most:
            work.close()
            return False
        task = asyncio.ensure_future(work)
        self._running[task] = apology
        self._changed(self.running, self._most)
        task.add_done_callback(self._ended)
        return True

    async def drain(self, apology_seconds: float = APOLOGY_SECONDS) -> None:
        """Takes no new work, waits for what runs, cancels what is left after `drain_seconds` and apologises for it."""
        self._closed = True
        if self._running:
            await asyncio.wait(set(self._running), timeout=self._drain_seconds)
        left = dict(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        try:
            async with asyncio.timeout(apology_seconds):
                said = await asyncio.gather(*(apologise() for apologise in left.values()), return_exceptions=True)
        except TimeoutError:
            logger.warning("work was cancelled, and its apology took too long")
            return
        for error in said:
            if isinstance(error, BaseException):
                logger.warning("work was cancelled, and its apology failed: %s", type(error).__name__)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._running.pop(task, None)
        self._changed(self.running, self._most)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("work failed: %s", type(error).__name__, exc_info=error)
