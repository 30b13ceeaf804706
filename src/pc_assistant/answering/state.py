"""State: what is known of one question on its way; each step returns a new one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pc_assistant.answering.asking import Ask
from pc_assistant.answering.draft import Draft
from pc_assistant.answering.evidence import Evidence
from pc_assistant.answering.support import Verdicts
from pc_assistant.domain.answers import Citation, Notice, RefusalReason, Status
from pc_assistant.domain.conversations import Question
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.traces import Check
from pc_assistant.knowledge.reference import Reference
from pc_assistant.retrieval.adapter import QueryAdapter
from pc_assistant.retrieval.entities import Entities
from pc_assistant.retrieval.expansion import Expander
from pc_assistant.retrieval.facets import Facet
from pc_assistant.retrieval.network import Network
from pc_assistant.retrieval.query import Query
from pc_assistant.retrieval.sections import Expected
from pc_assistant.retrieval.snapshot import Snapshot
from pc_assistant.retrieval.spelling import Spelling


@dataclass(frozen=True)
class Corpus:
    """What answers are made from: a snapshot with its reference files."""

    snapshot: Snapshot
    reference: Reference
    entities: Entities
    expander: Expander
    spelling: Spelling
    adapter: QueryAdapter
    verdicts: Verdicts
    expected: Expected
    reranking: Network | None = None
    ranking: Network | None = None


@dataclass(frozen=True)
class State:
    """`text` is the question as understood; a state with a `status` is finished and passes the other steps by.

    `spare` is the extractive draft behind that of a language model (`asked_model`); `fallback` says why it was needed. `show` is handed the beginning of
    the answer while it is still being written.
    """

    question: Question
    corpus: Corpus
    text: str
    asked: str = ""
    standalone: str | None = None
    ask: Ask | None = None
    query: Query | None = None
    facets: tuple[Facet, ...] = ()
    passages: tuple[Passage, ...] = ()
    rejected: tuple[tuple[Passage, str], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    draft: Draft | None = None
    spare: Draft | None = None
    answerer: Literal["extractive", "llm"] = "extractive"
    asked_model: str | None = None
    prompt_version: str | None = None
    fallback: str | None = None
    show: Callable[[str], None] | None = None
    status: Status | None = None
    reason: RefusalReason | None = None
    answer: str = ""
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    suggestions: tuple[str, ...] = ()
    confidence: float = 0.0
    checks: tuple[Check, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)


Step = Callable[[State], State]
