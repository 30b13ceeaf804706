"""Is the same question, written otherwise, answered the same: refused or not, and from the same sections?"""

from functools import partial

from pc_assistant.domain.answers import Answer
from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.perturb import VARIANTS
from pc_assistant.evaluation.record import Record, Variant


def _rests_on(answer: Answer) -> tuple[bool, frozenset[tuple[str, tuple[str, ...]]]]:
    return answer.status == "refused", frozenset((citation.document_id, citation.section) for citation in answer.citations)


def judge(record: Record, variant: Variant | None = None) -> Score | None:
    """Share of the variants (of one kind, or all) answered as the question itself."""
    answered = [(item.variant, item.answer) for item in record.variants if item.answer and variant in (None, item.variant)]
    if record.answer is None or not answered:
        return None
    others = [name for name, answer in answered if _rests_on(answer) != _rests_on(record.answer)]
    return share(len(answered) - len(others), len(answered), "otherwise: " + ", ".join(str(name) for name in others) if others else "")


METRICS = (
    Metric("robustness", judge, "share of a question's variants that are answered from the same sections"),
    *(
        Metric(f"robustness_{variant}", partial(judge, variant=variant), f"the same, for the variant “{variant}” alone", gate="no")
        for variant in VARIANTS
    ),
)
