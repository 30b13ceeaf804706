"""Is every quote found, character for character, in the passage that it names? Every citation, whatever was expected."""

from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.record import Record


def judge(record: Record) -> Score | None:
    """Share of the quotes that stand in their passage, of those whose passage's text is known."""
    if record.answer is None:
        return None
    texts = record.attempt.cited
    known = [citation for citation in record.answer.citations if citation.passage_id in texts]
    if not known:
        return None
    invented = [citation for citation in known if not citation.quote.strip() or citation.quote not in texts[citation.passage_id]]
    return share(
        len(known) - len(invented), len(known), "; ".join(f"[{cited.marker}] not in its passage: {cited.quote!r}" for cited in invented)
    )


METRICS = (Metric("quotes_verbatim", judge, "share of the quotes that stand in the passage they name", gate="strict"),)
