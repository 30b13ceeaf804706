"""Vectors in two layers: a large store that stays as it is, and beside it a small one of what has come or changed since."""

from collections.abc import Collection

from pc_assistant.adapters.stores.chroma import CollectionVectors
from pc_assistant.domain.ports import Vectors


class LayeredVectors:
    """Finds the nearest among both; `dead` are the ids in `base` of what is no longer held, or held anew in `recent`."""

    def __init__(self, base: CollectionVectors, recent: CollectionVectors, dead: Collection[str]) -> None:
        self._base = base
        self._recent = recent
        self._dead = frozenset(dead)

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """At most `k` ids with their cosine similarity, best first."""
        asked = k + min(k, len(self._dead))
        while True:
            found = self._base.nearest(vector, asked)
            alive = [(name, cosine) for name, cosine in found if name not in self._dead]
            if len(alive) >= k or len(found) < asked:
                break
            asked *= 2
        both = [*alive[:k], *self._recent.nearest(vector, k)]
        return sorted(both, key=lambda one: -one[1])[:k]

    def count(self) -> int:
        """How many vectors are held."""
        return self._base.count() - len(self._dead) + self._recent.count()

    def close(self) -> None:
        """Lets go of both folders."""
        self._base.close()
        self._recent.close()
