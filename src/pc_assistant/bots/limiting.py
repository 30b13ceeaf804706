"""How often one person may ask."""

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter


class PerUser:
    """At most so many questions in any minute from one person; counted in memory, by each process for itself."""

    def __init__(self, per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def allows(self, *user: str) -> bool:
        """Counts one question of the person whom these words name (platform, organisation, user); whether it may be asked."""
        return await self._limiter.hit(self._limit, *user)
