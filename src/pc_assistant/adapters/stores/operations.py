"""What the database of conversations tells of how a service does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from pc_assistant.adapters.stores import tables
from pc_assistant.adapters.stores.database import NAME, DatabaseConversations
from pc_assistant.adapters.stores.faults import explained
from pc_assistant.domain.operations import Outcomes, RatedAnswer

MOST_ANSWERS = 20_000
MOST_FEEDBACK = 25
MOST_GAPS = 2_000


@dataclass(frozen=True)
class Told:
    """Outcomes by day, questions that the documents did not answer, answers by the document that they cite, and the latest feedback."""

    outcomes: Sequence[Outcomes]
    gaps: Sequence[str]
    cited: Counter[str]
    feedback: Sequence[RatedAnswer]
    truncated: bool


async def tell(conversations: DatabaseConversations, since: datetime) -> Told:
    """What there is since then; the newest MOST_ANSWERS answers are looked at. Raises SetupError, Busy."""
    kept, said = tables.answers.c, tables.feedback.c
    status, reason = kept.answer["status"].as_string(), kept.answer["reason"].as_string()
    newest = select(kept.created, status.label("status"), reason.label("reason"), kept.answer["citations"].label("citations"))
    newest = newest.where(kept.created >= since).order_by(kept.created.desc()).limit(MOST_ANSWERS + 1)
    gaps = select(kept.question).where(kept.created >= since, status == "refused", reason == "not_covered")
    gaps = gaps.order_by(kept.created.desc()).limit(MOST_GAPS)
    rated = select(tables.feedback, kept.question, status.label("status"), kept.answer["answer"].as_string().label("text"))
    rated = rated.join(tables.answers, kept.id == said.answer_id).where(said.created >= since)
    rated = rated.order_by(said.created.desc(), said.id.desc()).limit(MOST_FEEDBACK)
    with explained(NAME):
        async with conversations.engine.connect() as connection:
            rows = (await connection.execute(newest)).all()
            questions = list((await connection.scalars(gaps)).all())
            feedback = (await connection.execute(rated)).all()
    days: dict[date, Counter[str]] = {}
    reasons: dict[date, Counter[str]] = {}
    cited: Counter[str] = Counter()
    for row in rows[:MOST_ANSWERS]:
        day = row.created.astimezone(UTC).date()
        days.setdefault(day, Counter())[row.status] += 1
        if row.reason:
            reasons.setdefault(day, Counter())[row.reason] += 1
        cited.update({citation["document_id"] for citation in row.citations or ()})
    outcomes = [
        Outcomes.model_validate({"day": day, **counted, "reasons": dict(reasons.get(day, {}))})
        for day, counted in sorted(days.items(), reverse=True)
    ]
    told = [
        RatedAnswer(
            created=row.created,
            rating=row.rating,
            reasons=tuple(row.reasons),
            comment=row.comment,
            answer_id=row.answer_id,
            question=row.question,
            status=row.status,
            answer=row.text,
        )
        for row in feedback
    ]
    return Told(outcomes, questions, cited, told, len(rows) > MOST_ANSWERS)
