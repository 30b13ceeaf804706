"""When a passage stands in the section that a case names."""

import pytest

from pc_assistant.evaluation.case import Source
from pc_assistant.evaluation.sections import hits


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        ("Form and governance", ("Form and governance",), True),
        ("Form and governance", ("Setting up", "FORM  and “Governance”:"), True),
        ("Form and governance", ("Form and governance", "Provider models"), True),
        ("Provider models", ("Form and governance", "Provider models"), True),
        ("Form and governance > Provider models", ("Guide", "Form and governance", "Provider models", "Lead"), True),
        ("Form and governance > Provider models", ("Provider models",), True),
        ("3. Continuation of the split", ("Continuation of the **split**",), True),
        ("Form and governance > Provider models", ("Form and governance", "Options"), False),
        ("Form and governance > Provider models", ("Form and governance", "Options", "Provider models"), False),
        ("Governance", ("Form and governance",), False),
        ("2021", ("2022",), False),
        ("Anything", (), False),
    ],
)
def test_hits(section: str, path: tuple[str, ...], expected: bool) -> None:
    assert hits(Source(doc="d", section=section), "d", path) is expected


def test_another_document_never_hits() -> None:
    assert not hits(Source(doc="d", section="S"), "e", ("S",))
