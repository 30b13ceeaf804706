from typing import get_args

import pytest

from pc_assistant.answering.respond import REFUSALS, personal_data_removed, predates_act, refusal
from pc_assistant.domain.answers import RefusalReason


def test_every_reason_to_refuse_has_its_words() -> None:
    assert set(REFUSALS) == set(get_args(RefusalReason))


@pytest.mark.parametrize("reason", get_args(RefusalReason))
def test_a_refusal_says_what_to_ask_instead(reason: RefusalReason) -> None:
    assert "provider collaboratives" in refusal(reason)
    assert "[" not in refusal(reason)


def test_what_is_not_covered_names_what_is_near() -> None:
    said = refusal("not_covered", ("Models", "Membership"))
    assert "Models; Membership" in said
    assert "provider collaboratives" not in said


def test_notices_say_what_they_are_about() -> None:
    notice = predates_act(("“A”", "“B”"), ("Funds may be pooled since.",))
    assert notice.code == "predates_2022_act"
    assert notice.message.startswith("“A” and “B”: ")
    assert "Funds may be pooled since." in notice.message
    assert personal_data_removed().code == "personal_data_removed"
