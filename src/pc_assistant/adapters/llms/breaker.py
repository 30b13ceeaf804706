"""A circuit breaker: a model that keeps failing is left alone for a while."""

import threading
import time
from collections.abc import Callable

from pc_assistant.domain.errors import LanguageModelFailed

FAILURES = 5
REST_SECONDS = 30.0


class Breaker:
    """Opens after so many failures in a row; once its rest is over it lets one call through, whose end decides."""

    def __init__(self, failures: int = FAILURES, rest: float = REST_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = failures
        self._rest = rest
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    def enter(self) -> None:
        """Raises LanguageModelFailed while the circuit is open."""
        with self._lock:
            now = self._clock()
            if self._failures >= self._most:
                if now < self._open_until:
                    raise LanguageModelFailed("it has failed too often and is left alone for a while")
                self._open_until = now + self._rest  # this call is the trial; the others wait for its end

    def succeeded(self) -> None:
        """Closes the circuit."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Counts a failure."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._open_until = self._clock() + self._rest
