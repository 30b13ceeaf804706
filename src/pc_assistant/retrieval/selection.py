"""Which of the candidates become passages; what is left out keeps its reason."""

from collections.abc import Sequence

from pc_assistant.domain.documents import Passage

LEAST = 0.15


def select(found: Sequence[Passage], k: int) -> tuple[tuple[Passage, ...], tuple[tuple[Passage, str], ...]]:
    """At most `k` passages, and the rejected with the reason: far below the best, the same words as a better one, or beyond `k`."""
    chosen: list[Passage] = []
    rejected: list[tuple[Passage, str]] = []
    seen: set[str] = set()
    for passage in found:
        words = " ".join(passage.chunk.text.lower().split())
        if passage.score < LEAST * found[0].score:
            rejected.append((passage, "score far below the best"))
        elif words in seen:
            rejected.append((passage, "same words as a better passage"))
        elif len(chosen) == k:
            rejected.append((passage, f"beyond the first {k}"))
        else:
            chosen.append(passage)
            seen.add(words)
    return tuple(chosen), tuple(rejected)
