"""The wiring of what the operator's page shows."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pc_assistant.adapters.llms.ledger import Ledger
from pc_assistant.adapters.llms.options import LlmOptions
from pc_assistant.adapters.stores.database import DatabaseConversations
from pc_assistant.adapters.stores.generations import Generations
from pc_assistant.adapters.stores.operations import tell
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import LanguageModelFailed, PcAssistantError
from pc_assistant.domain.operations import DocumentUse, Evaluated, IndexState, Measured, Operations, Spent
from pc_assistant.observing.themes import themes
from pc_assistant.settings import Settings

if TYPE_CHECKING:
    from pc_assistant.answering.state import Corpus

# Of all that a baseline holds, what tells an operator whether answers are right.
SHOWN = ("complete", "follow_ups_complete", "first_citation_document", "hit@5", "false_refusals", "refusal_recall", "quotes_verbatim")


@dataclass(frozen=True)
class OperationsDesk:
    """Gathers it. `corpus` is what is answered from; `pending` the documents by which the index is behind its folder, and faults met."""

    settings: Settings
    corpus: "Callable[[], Corpus]"
    conversations: DatabaseConversations
    pending: Callable[[], tuple[Sequence[str], Sequence[str]]]
    ledger: tuple[Ledger, LlmOptions] | None = None
    today: Callable[[], date] = lambda: utc_now().date()

    async def __call__(self, days: int) -> Operations:
        """The last `days` days, today included. Raises SetupError, Busy where the database cannot be read."""
        since = self.today() - timedelta(days=days - 1)
        told = await tell(self.conversations, datetime.combine(since, time(), UTC))
        index, documents = await asyncio.to_thread(self._held, told.cited)
        return Operations(
            since=since,
            outcomes=tuple(told.outcomes),
            themes=await asyncio.to_thread(themes, told.gaps),
            documents=documents,
            feedback=tuple(told.feedback),
            index=index,
            evaluations=tuple(baselines(self.settings.corpus_dir.parent / "eval" / "baselines", index.version if index else "")),
            spending=await asyncio.to_thread(self._spent, since),
            truncated=told.truncated,
        )

    def _held(self, cited: Counter[str]) -> tuple[IndexState | None, tuple[DocumentUse, ...]]:
        index = Generations(self.settings.data_dir / "index")
        try:
            snapshot, withheld, published = self.corpus().snapshot, index.withheld.states(), index.published()
        except PcAssistantError:
            return None, ()
        titles = {text.document.id: text.document.title for text in snapshot.held}
        names = sorted({*titles, *withheld}, key=lambda name: (cited[name], name))
        uses = tuple(
            DocumentUse(document_id=name, title=titles.get(name, name), state=withheld.get(name, "cited"), answers=cited[name])
            for name in names
        )
        return IndexState(version=snapshot.version, published=published, chunks=len(snapshot.chunks), pending=self._behind()), uses

    def _behind(self) -> tuple[str, ...] | None:
        try:
            changes, faults = self.pending()
        except PcAssistantError:
            return None
        return None if faults and not changes else tuple(changes)

    def _spent(self, since: date) -> tuple[Spent, ...]:
        if self.ledger is None:
            return ()
        ledger, options = self.ledger
        try:
            days = ledger.since(since)
        except LanguageModelFailed:
            return ()
        return tuple(
            Spent(
                day=day,
                tokens_in=used.tokens_in,
                tokens_out=used.tokens_out,
                cost=options.cost(used.tokens_in, used.tokens_out) if options.priced else None,
            )
            for day, used in sorted(days.items(), reverse=True)
        )


def baselines(folder: Path, version: str) -> list[Evaluated]:
    """The evaluation's baselines, where the service runs beside them; one that cannot be read is left out."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            metrics = tuple(
                Measured(name=name, **{field: held["metrics"][name][field] for field in ("n", "mean", "low", "high")})
                for name in SHOWN
                if name in held["metrics"]
            )
            found.append(
                Evaluated(name=path.stem, started=held["started"], on_this_corpus=version in held["corpus_versions"], metrics=metrics)
            )
        except (OSError, ValueError, LookupError, TypeError, ValidationError):
            continue
    return found
