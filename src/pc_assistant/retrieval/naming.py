"""Which documents a question names: by kind, publisher, title or date."""

import re
from collections.abc import Sequence

from pc_assistant.domain.documents import Document, Kind

BY_KIND: dict[Kind, str] = {
    "guidance": r"\bguidance\b|\bguideline",
    "toolkit": r"\btool ?kit\b|\bworksheet",
    "case_studies": r"\bcase stud(?:y|ies)\b|\bproviders deliver\b",
    "briefing": r"\bbriefing\b",
    "event": r"\bevent\b|\bconference\b|\bslides?\b|\bspeakers?\b|\bpresent(?:ation|er|ed)\b|\btalks?\b|\bwebinar\b",
}
SPOKE = r"(?!(?:['’]s?)? (?:\w+ )?(?:speakers?|slides?|presentations?|presenter|talks?|event|conference)\b)"  # then it is the event that is named
PUBLISHERS = {"nhs confederation": rf"\bconfed(?:eration)?\b{SPOKE}", "nhs providers": rf"\bnhs providers\b{SPOKE}"}


def named_documents(text: str, documents: Sequence[Document]) -> frozenset[str]:
    """The ids of the documents that a question names; empty where it names none."""
    lowered = text.lower()
    found = set()
    for document in documents:
        kind = BY_KIND.get(document.kind)
        publisher = PUBLISHERS.get(document.publisher.lower())
        year = document.published and re.search(rf"\b{document.published:%B} {document.published.year}\b", lowered, re.I)
        if (
            (kind and re.search(kind, lowered))
            or (publisher and re.search(publisher, lowered))
            or year
            or document.title.lower() in lowered
        ):
            found.add(document.id)
    return frozenset(found)
