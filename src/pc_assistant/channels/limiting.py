"""How often one person or program may ask."""

import logging
import math
import time
from typing import NamedTuple

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from pc_assistant.domain.errors import SetupError

PATIENCE = 1.0  # seconds that a question waits to be counted

logger = logging.getLogger(__name__)


class Use(NamedTuple):
    """How much somebody has asked: whether they may once more, how often they may in a minute, how often still, and seconds until more."""

    allowed: bool
    most: int
    left: int
    seconds: int


class PerMinute:
    """At most so many questions in any minute from one person.

    Counted in the memory of each process, or in `storage` for all of them. Where that cannot be reached nobody is refused.
    """

    def __init__(self, most: int, storage: Storage | None = None) -> None:
        self._most = most
        self._item = RateLimitItemPerMinute(most)
        self._limiter = MovingWindowRateLimiter(storage or MemoryStorage())

    async def allows(self, *who: str) -> bool:
        """Counts one question of the person whom these words name (platform, organisation, user); whether it may be asked."""
        return (await self.count(*who)).allowed

    async def count(self, *who: str) -> Use:
        """Counts one question of the person whom these words name."""
        try:
            allowed = await self._limiter.hit(self._item, *who)
            reset, left = await self._limiter.get_window_stats(self._item, *who)
        except StorageError as error:
            logger.error("questions cannot be counted: %s", error)
            return Use(True, self._most, self._most, 60)
        return Use(allowed, self._most, max(0, left), min(60, max(1, math.ceil(reset - time.time()))))


def shared_storage(url: str) -> Storage:
    """Where all processes count, such as redis://HOST:6379/0. Raises SetupError where the extra for it is not installed."""
    try:
        found = storage_from_string(
            f"async+{url}",
            implementation="redispy",
            wrap_exceptions=True,
            key_prefix="pc-assistant",
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
        )
    except Exception as error:  # limits has one of its own for a missing package, and redis-py others for an address it cannot read
        raise SetupError(f"PC_REDIS_URL cannot be used ({type(error).__name__}): is pc-assistant[redis] installed?") from error
    assert isinstance(found, Storage)
    return found
