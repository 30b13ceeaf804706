"""An embedder that is timed."""

from collections.abc import Callable, Sequence
from time import perf_counter

from pc_assistant.domain.ports import Embedder, Vectors


class Stopwatch:
    """An Embedder that notes how many seconds another one embeds."""

    def __init__(self, embedder: Embedder, clock: Callable[[], float] = perf_counter) -> None:
        self._embedder = embedder
        self._clock = clock
        self.seconds = 0.0

    @property
    def name(self) -> str:
        """That of the other."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """That of the other."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """That of the other."""
        return self._embedder.max_tokens

    def count(self, text: str) -> int:
        """That of the other."""
        return self._embedder.count(text)

    def knows(self, word: str) -> bool:
        """That of the other."""
        return self._embedder.knows(word)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the other; the time it took is added."""
        begun = self._clock()
        try:
            return self._embedder.embed(texts)
        finally:
            self.seconds += self._clock() - begun
