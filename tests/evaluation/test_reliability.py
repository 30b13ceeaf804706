"""Confidence against what came true."""

import pytest

from pc_assistant.domain.answers import Answer
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.record import Attempt, Record
from pc_assistant.evaluation.reliability import reliability

CASE = Case(id="a", category="c", question="?", expect="refuse")


def record(confidence: float, passed: bool) -> Record:
    """An answer to a question that must be answered (without any statement), or refused: it passes or fails by what was expected."""
    case = CASE.model_copy(update={"expect": "answer", "key_facts": (("yes",),)}) if passed else CASE
    return Record(attempt=Attempt(case=case, question="?", answer=Answer(id="x", status="answered", answer="Yes.", confidence=confidence)))


def test_bins_and_error_are_weighted_by_their_answers() -> None:
    found = reliability([record(0.9, True), record(0.95, True), record(1.0, False), record(0.2, False)])
    assert found is not None
    low, high = found.bins
    assert (low.low, low.high, low.n, low.confidence, low.passed) == (0.2, 0.3, 1, 0.2, 0.0)
    assert (high.low, high.high, high.n, high.confidence, high.passed) == (0.9, 1.0, 3, pytest.approx(0.95), pytest.approx(2 / 3))
    assert found.calibration_error == pytest.approx((0.2 + 3 * (0.95 - 2 / 3)) / 4)


def test_refusals_have_no_reliability() -> None:
    refusal = Answer(id="x", status="refused", answer="No.")
    assert reliability([Record(attempt=Attempt(case=CASE, question="?", answer=refusal))]) is None
