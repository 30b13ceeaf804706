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


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did NHS Providers say about trust?", {"harbour-cases"}),
        ("What do NHS Providers' case studies say about trust?", {"harbour-cases"}),
        ("What does the Confed want?", {"harbour-toolkit"}),
        ("What did the NHS Providers speaker say?", {"harbour-event"}),
        ("What do NHS Providers' slides say?", {"harbour-event"}),
        ("What was NHS Providers’ own presentation about?", {"harbour-event"}),
        ("Does NHS Providers agree with the speaker?", {"harbour-cases", "harbour-event"}),
    ],
)
def test_a_publisher_names_what_it_published_unless_it_spoke(snapshot: Snapshot, question: str, named: set[str]) -> None:
    publishers = {"harbour-cases": "NHS Providers", "harbour-toolkit": "NHS Confederation"}
    documents = [held.document for held in snapshot.held]
    published = [one.model_copy(update={"publisher": publishers.get(one.id, one.publisher)}) for one in documents]
    assert named_documents(question, published) == named
