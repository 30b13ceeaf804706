"""Scoring a retrieval set in the layout of BEIR, generated small; and the generator."""

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench.beir import graded_ndcg, measure_beir, read_set
from bench.generated import told, write, write_set
from bench.run import main
from pc_assistant.domain.errors import UsageError
from pc_assistant.settings import read_settings


@pytest.fixture
def small(tmp_path: Path) -> Path:
    write_set(tmp_path / "small", 40, 8)
    return tmp_path / "small"


def test_a_set_is_scored_beside_the_recipe(small: Path, model_dir: Path) -> None:
    (part,) = measure_beir(read_settings(model_dir=model_dir), small)
    recipe, ours, _ = part.rows
    assert (recipe.n, ours.n) == (8, 8)
    assert ours.figures["hit@5"].value == 1
    assert 0 < recipe.figures["nDCG@10"].value <= 1
    assert 0 < ours.figures["nDCG@10"].value <= 1
    assert "40 documents, 8 queries" in part.note


def test_grades_are_gains() -> None:
    assert graded_ndcg(["a", "b"], {"a": 2, "b": 1}) == 1
    assert graded_ndcg(["b", "a"], {"a": 2, "b": 1}) == pytest.approx((1 + 2 / 1.58496) / (2 + 1 / 1.58496), abs=1e-4)
    assert graded_ndcg(["x"] * 10 + ["a"], {"a": 1}) == 0


def test_qrels_may_lie_beside_the_others_and_have_no_header(small: Path) -> None:
    (lines,) = [(small / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()]
    (small / "qrels" / "test.tsv").unlink()
    (small / "qrels.tsv").write_text("\n".join([*lines[1:], f"{lines[1].split()[0]}\ts0\t0"]), encoding="utf-8")
    assert len(read_set(small).grades) == 8
    assert all(grade == 1 for grades in read_set(small).grades.values() for grade in grades.values())


@pytest.mark.parametrize(
    ("name", "text", "told_so"),
    [
        ("corpus.jsonl", None, r"corpus\.jsonl is not there\."),
        ("corpus.jsonl", '{"_id": "s1"}\n', r"corpus\.jsonl, line 1: _id and text are needed\."),
        ("queries.jsonl", "no JSON\n", r"queries\.jsonl, line 1: this is not JSON\."),
        ("qrels/test.tsv", None, r"has neither qrels/test\.tsv nor qrels\.tsv\."),
        ("qrels/test.tsv", "q\tc\tscore\nq2\ts2\n", "line 2: query, document and grade"),
        ("qrels/test.tsv", "q2\tnowhere\t1\n", "line 1: the query or the document is not in the set"),
        ("qrels/test.tsv", "q2\ts2\t0\n", "grades no document above 0"),
    ],
)
def test_what_is_wrong_with_a_set_is_one_sentence(small: Path, name: str, text: str | None, told_so: str) -> None:
    (small / name).unlink()
    if text is not None:
        (small / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=told_so):
        read_set(small)


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"corpus\.jsonl is not there"):
        main(["beir", str(tmp_path)])


def test_a_generated_corpus_is_the_same_every_time_and_a_smaller_one_its_beginning() -> None:
    assert list(islice(told(), 50)) == list(islice(told(), 200))[:50]
    assert list(islice(told(1), 50)) != list(islice(told(), 50))


def test_a_generated_question_is_answered_by_one_section_alone(tmp_path: Path) -> None:
    sections = list(islice(told(), 2000))
    assert all(section.answer in " ".join(section.paragraphs) for section in sections)
    assert max(Counter(section.question for section in sections).values()) == 1
    assert max(Counter(section.answer for section in sections).values()) == 1
    asked = write(tmp_path / "corpus", 250, 10)
    written = [path.read_text(encoding="utf-8") for path in sorted((tmp_path / "corpus").iterdir())]
    assert len(written) == 3 and sum(text.count("\n## ") for text in written) == 250
    assert len(asked) == 10 and all(any(section.answer in text for text in written) for section in asked)
