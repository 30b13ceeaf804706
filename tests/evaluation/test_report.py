"""The page of a run stands alone, shows its data, and trusts nothing that it is given."""

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.ports import Assistant
from pc_assistant.evaluation.case import Case
from pc_assistant.evaluation.compare import compare
from pc_assistant.evaluation.record import Attempt, read_run
from pc_assistant.evaluation.report import comparison_page, run_page
from pc_assistant.evaluation.score import CaseResult, score
from pc_assistant.evaluation.summary import Summary, summarise

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)> & \"quoted\""


class Page(HTMLParser):
    """The tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


@pytest.fixture(scope="module")
def scored(
    spoilt: Callable[[Callable[[Answer], Answer]], Assistant],
    cases: list[Case],
    record: Callable[..., list[Attempt]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Summary, list[CaseResult]]:
    directory = tmp_path_factory.mktemp("evil")

    def poisoned(answer: Answer) -> Answer:
        citations = tuple(one.model_copy(update={"quote": EVIL, "section": (EVIL,)}) for one in answer.citations)
        return answer.model_copy(update={"answer": f"{EVIL} [1].", "citations": citations, "confidence": 0.37, "timings_ms": {EVIL: 1.0}})

    some = [case.model_copy(update={"category": EVIL, "note": EVIL, "question": f"{case.question} {EVIL}"}) for case in cases[:4]]
    results = score(record(spoilt(poisoned), [*some, *cases[-4:]], directory))
    return summarise(read_run(directory), results, resamples=100), results


def test_the_page_is_self_contained_and_escapes_everything(scored: tuple[Summary, list[CaseResult]]) -> None:
    html = run_page(*scored)
    page = Page(html)
    assert page.count("script") == page.count("img") == page.count("link") == page.count("iframe") == 0
    assert not [attributes for _, attributes in page.tags if any(name.startswith("on") for name in attributes)]
    references = [value or "" for _, attributes in page.tags for name, value in attributes.items() if name in ("href", "src", "xlink:href")]
    assert all(reference.startswith("#") for reference in references)
    assert not re.search(r"url\((?!#)|@import", html)
    assert EVIL in page.text


def test_every_plot_has_its_table_and_every_case_its_disclosure(scored: tuple[Summary, list[CaseResult]]) -> None:
    summary, results = scored
    page = Page(run_page(summary, results))
    assert page.count("svg") == 4
    captions = re.findall(r"Data: ([^\n]+)", page.text)
    assert [caption.split(" (")[0].split(",")[0] for caption in captions] == [
        "Metrics with 95% intervals",
        "Passed by category",
        "Reliability of the confidence",
        "Latency by step",
    ]
    assert page.count("details") == len(results)
    ids = Counter(attributes["id"] for _, attributes in page.tags if attributes.get("id"))
    assert {name: times for name, times in ids.items() if times > 1} == {}
    targets = {(attributes.get("href") or "").removeprefix("#") for tag, attributes in page.tags if tag == "a"}
    assert targets == {f"case-{result.id}" for result in results if result.cause}


def test_the_same_run_gives_the_same_page(scored: tuple[Summary, list[CaseResult]]) -> None:
    assert run_page(*scored) == run_page(*scored)


def test_two_runs_stand_side_by_side(
    scored: tuple[Summary, list[CaseResult]], oracle: Assistant, record: Callable[..., list[Attempt]], tmp_path: Path
) -> None:
    _, results = scored
    before = score(record(oracle, [result.record.case for result in results], tmp_path))
    page = Page(comparison_page(compare(before, results), "A", EVIL))
    assert page.count("script") == page.count("img") == 0
    assert page.count("details") == 8
    assert page.count("del") >= 8
    assert page.count("ins") >= 8
    assert EVIL in page.text
