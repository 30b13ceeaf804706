"""Does the answer cite the documents and the sections that hold the facts? An answer without a citation cites nothing right."""

from pc_assistant.domain.answers import Citation
from pc_assistant.evaluation.metric import Metric, Score, share
from pc_assistant.evaluation.record import Record
from pc_assistant.evaluation.sections import hits


def _applies(record: Record) -> bool:
    return record.given is not None and bool(record.case.sources)


def _citations(record: Record) -> tuple[Citation, ...]:
    return record.given.citations if record.given else ()


def _where(citation: Citation) -> str:
    return f"[{citation.marker}] {citation.document_id} › {' › '.join(citation.section)}"


def _in_document(record: Record, citation: Citation) -> bool:
    return citation.document_id in {source.doc for source in record.case.sources}


def _in_section(record: Record, citation: Citation) -> bool:
    return any(hits(source, citation.document_id, citation.section) for source in record.case.sources)


def document_precision(record: Record) -> Score | None:
    """Share of the citations that are from a named document."""
    return _precision(record, [citation for citation in _citations(record) if not _in_document(record, citation)])


def section_precision(record: Record) -> Score | None:
    """Share of the citations that are from a named section."""
    return _precision(record, [citation for citation in _citations(record) if not _in_section(record, citation)])


def _precision(record: Record, wrong: list[Citation]) -> Score | None:
    if not _applies(record):
        return None
    cited = _citations(record)
    if not cited:
        return Score(value=0.0, reason="nothing is cited")
    return share(len(cited) - len(wrong), len(cited), "not from there: " + "; ".join(map(_where, wrong)) if wrong else "")


def document_recall(record: Record) -> Score | None:
    """Share of the named documents that are cited."""
    if not _applies(record):
        return None
    named = {source.doc for source in record.case.sources}
    missed = sorted(named - {citation.document_id for citation in _citations(record)})
    return share(len(named) - len(missed), len(named), "not cited: " + ", ".join(missed) if missed else "")


def section_recall(record: Record) -> Score | None:
    """Share of the named sections that are cited."""
    if not _applies(record):
        return None
    missed = [
        source.section
        for source in record.case.sources
        if not any(hits(source, cited.document_id, cited.section) for cited in _citations(record))
    ]
    return share(len(record.case.sources) - len(missed), len(record.case.sources), "not cited: " + "; ".join(missed) if missed else "")


def first_document(record: Record) -> Score | None:
    """1 where the first citation is from a named document."""
    if not _applies(record):
        return None
    first = next(iter(_citations(record)), None)
    if first is None:
        return Score(value=0.0, reason="nothing is cited")
    return Score(value=float(_in_document(record, first)), reason=_where(first))


METRICS = (
    Metric("citation_document_precision", document_precision, "share of the citations that are from a named document"),
    Metric("citation_document_recall", document_recall, "share of the named documents that are cited"),
    Metric("citation_section_precision", section_precision, "share of the citations that are from a named section"),
    Metric("citation_section_recall", section_recall, "share of the named sections that are cited"),
    Metric("first_citation_document", first_document, "the first citation is from a named document"),
)
