"""What the pages on security name is there: files, and the tests in them."""

import re

import pytest

from tests.docs.markdown import ROOT

PAGES = ("SECURITY.md", "docs/security/threat-model.md", "docs/security/asvs.md")
PLACE = re.compile(r"`((?:src|tests|docs|deploy)/[\w./-]+|run|requirements[\w-]*\.lock|pyproject\.toml)(?:::(\w+))?`")
# The requirements of level 1 of OWASP ASVS 4.0.3, those that were taken out left out: chapter.section, and their numbers.
LEVEL_1 = {
    "2.1": range(1, 13), "2.2": range(1, 4), "2.3": [1], "2.5": range(1, 7), "2.7": range(1, 5), "2.8": [1],
    "3.1": [1], "3.2": range(1, 4), "3.3": [1, 2], "3.4": range(1, 6), "3.7": [1],
    "4.1": [1, 2, 3, 5], "4.2": [1, 2], "4.3": [1, 2],
    "5.1": range(1, 6), "5.2": range(1, 9), "5.3": range(1, 11), "5.5": range(1, 5),
    "6.2": [1], "7.1": [1, 2], "7.4": [1], "8.2": range(1, 4), "8.3": range(1, 5), "9.1": range(1, 4), "10.3": range(1, 4),
    "11.1": range(1, 6), "12.1": [1], "12.3": range(1, 6), "12.4": [1, 2], "12.5": [1, 2], "12.6": [1],
    "13.1": [1, 3], "13.2": range(1, 4), "13.3": [1], "14.2": range(1, 4), "14.3": [2, 3], "14.4": range(1, 8), "14.5": range(1, 4),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    named = PLACE.findall((ROOT / page).read_text(encoding="utf-8"))
    assert page == "SECURITY.md" or len(named) > 30
    for path, test in named:
        assert (ROOT / path).exists(), path
        if test:
            assert re.search(rf"^(?:async )?def {test}\(", (ROOT / path).read_text(encoding="utf-8"), re.M), f"{path}::{test}"


def test_every_requirement_of_level_1_is_answered_once_and_says_where() -> None:
    rows = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", (ROOT / PAGES[2]).read_text(encoding="utf-8"), re.M)
    assert [row[0] for row in rows] == [f"{section}.{number}" for section, numbers in LEVEL_1.items() for number in numbers]
    assert {row[2] for row in rows} == {"met", "not applicable", "not met"}
    assert all(where.strip() for *_, where in rows)
    summary = re.search(
        r"(\d+) requirements: (\d+) met, (\d+) not applicable, (\d+) not met", (ROOT / PAGES[2]).read_text(encoding="utf-8")
    )
    counted = [sum(row[2] == answer for row in rows) for answer in ("met", "not applicable", "not met")]
    assert summary and list(map(int, summary.groups())) == [len(rows), *counted]
