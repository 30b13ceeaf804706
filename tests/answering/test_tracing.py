import hashlib
from dataclasses import replace

from pc_assistant.answering.draft import Draft
from pc_assistant.answering.grounding import supported
from pc_assistant.answering.pipeline import Pipeline
from pc_assistant.answering.state import Corpus
from pc_assistant.answering.steps.verify import verify
from pc_assistant.domain.conversations import Filters, Question
from tests.answering.conftest import Ask
from tests.answering.drafts import line
from tests.retrieval import tiny


def test_the_trace_tells_what_was_asked_for_the_steps_and_the_passages_by_their_hashes(corpus: Corpus) -> None:
    pipeline = Pipeline(lambda: corpus, tiny.EMBEDDER, made_with={"pc-assistant": "1.2.3"})
    asked = Question(text="May a joint committee decide?", filters=Filters(kinds=("event",)), answerer="extractive")
    answer = pipeline.answer(asked)
    trace = answer.trace
    assert trace is not None
    assert (trace.wanted, trace.kinds, trace.documents) == ("extractive", ("event",), ())
    assert trace.steps == ("screen", "rewrite", "route", "retrieve", "answer", "verify", "annotate")
    assert trace.made_with == {"pc-assistant": "1.2.3", "embedder": tiny.EMBEDDER.name}
    assert {c.passage_id for c in answer.citations} | {r.passage_id for r in answer.retrieved} == set(trace.hashes)
    for name, digest in trace.hashes.items():
        assert hashlib.sha256(corpus.snapshot.passage(name).text.encode()).hexdigest() == digest
    assert {name for check in trace.checks for name in check.passages} == {c.passage_id for c in answer.citations}


def test_a_refusal_has_a_trace_of_the_steps_that_ran(assistant: Pipeline) -> None:
    trace = assistant.answer(Question(text="hello")).trace
    assert trace is not None
    assert trace.steps == ("screen", "rewrite", "route", "annotate")
    assert (trace.checks, trace.hashes) == ((), {})


def test_the_trace_is_left_out_wherever_an_answer_is_written(assistant: Pipeline) -> None:
    answer = assistant.answer(Question(text="What is a harbour collaborative?"))
    assert answer.trace is not None
    assert "trace" not in answer.model_dump() and "made_with" not in answer.model_dump_json() and "made_with" not in repr(answer)


def test_verification_tells_of_every_line_why_it_is_shown_or_not(ask: Ask) -> None:
    true = line("The ferry sails at nine.", "The ferry sails at nine.")
    false = line("The ferry sails at ten.", "The ferry sails at nine.")
    lead, lost = line("Bring:", "Bring:", kind="lead"), line("a boat", "a coat", kind="item")
    state = verify(replace(ask("When does it sail?"), draft=Draft(lines=(true, false, lead, lost))))
    assert [(check.text, check.kept, check.why) for check in state.checks] == [
        (true.text, True, supported(true)[1]),
        (false.text, False, supported(false)[1]),
        (lead.text, False, "nothing is left beneath it"),
        (lost.text, False, supported(lost)[1]),
    ]
    assert state.checks[0].passages == ("c-The ferry sails at nine.",)
    refused = verify(replace(ask("When does it sail?"), draft=Draft(lines=(false,))))
    assert (refused.status, [check.kept for check in refused.checks]) == ("refused", [False])
