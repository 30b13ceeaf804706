import pytest

from pc_assistant.retrieval.naming import named_documents
from pc_assistant.retrieval.snapshot import Snapshot


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What does the guidance say about membership?", {"harbour-guidance"}),
        ("What is in the tool kit?", {"harbour-toolkit"}),
        ("Which worksheets are there?", {"harbour-toolkit"}),
        ("What did the speaker at the conference say?", {"harbour-event"}),
        ("Does a case study mention cranes?", {"harbour-cases"}),
        ("What changed between the guidance and the event?", {"harbour-guidance", "harbour-event"}),
        ("What was published in June 2021?", {"harbour-cases"}),
        ("what is in “harbours at scale”?", {"harbour-guidance"}),
        ("What is a harbour collaborative?", set()),
    ],
)
def test_documents_are_named_by_kind_title_or_date(snapshot: Snapshot, question: str, named: set[str]) -> None:
    assert named_documents(question, [held.document for held in snapshot.held]) == named
