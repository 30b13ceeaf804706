"""Asks every case and writes each whole answer down before the next is asked, so that a run can be taken up where it stopped."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from time import perf_counter
from typing import NamedTuple, Protocol, runtime_checkable

from pc_assistant.domain.conversations import MAX_QUESTION, Filters, Question
from pc_assistant.domain.errors import NotFound, PcAssistantError, SetupError, UsageError
from pc_assistant.domain.ports import Assistant
from pc_assistant.evaluation.case import Case, Source
from pc_assistant.evaluation.perturb import VARIANTS, perturb
from pc_assistant.evaluation.record import RESULTS, RUN, Attempt, Found, Key, RunInfo, Variant, read_attempts, read_run, write_attempts
from pc_assistant.evaluation.sections import hits

FOUND = 10
PROBED = 20


@runtime_checkable
class PassageReader(Protocol):
    """What an assistant may also do: give the text of a passage by its id."""

    async def passage_text(self, passage_id: str) -> str:
        """Raises NotFound."""


class Ask(NamedTuple):
    """One question to be asked once."""

    case: Case
    variant: Variant | None
    repetition: int
    question: str

    @property
    def key(self) -> Key:
        """The key of the attempt that this leads to."""
        return self.case.id, self.variant, self.repetition


def planned(cases: Iterable[Case], run: RunInfo) -> list[Ask]:
    """Everything that a run asks: each case `repeat` times and, where wanted, once in each variant."""
    asks: list[Ask] = []
    for case in cases:
        asks += [Ask(case, None, repetition, case.question) for repetition in range(1, run.repeat + 1)]
        for variant in VARIANTS if run.variants else ():
            changed = perturb(case.question, variant, Random(f"{run.seed} {case.id} {variant}"))
            asks += [Ask(case, variant, 1, changed)] if changed else []
    return asks


def prepare(directory: Path, run: RunInfo, resume: bool) -> RunInfo:
    """Makes `directory` ready and returns the run to go on with.

    Raises UsageError where it holds a run that is not to be resumed, or another one: two assistants' answers are never mixed.
    """
    if not (directory / RUN).exists():
        directory.mkdir(parents=True, exist_ok=True)
        (directory / RUN).write_text(run.model_dump_json(indent=2) + "\n", encoding="utf-8")
        return run
    if not resume:
        raise UsageError(f"{directory} holds a run already; give --resume to go on with it, or another --out")
    before = read_run(directory)
    for name in ("target", "datasets", "split", "seed"):
        if getattr(before, name) != getattr(run, name):
            raise UsageError(f"{directory} holds a run with {name} {getattr(before, name)}, not {getattr(run, name)}; give another --out")
    now = run.model_copy(update={"started": before.started})
    (directory / RUN).write_text(now.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return now


def remaining(directory: Path, asks: Iterable[Ask]) -> list[Ask]:
    """What is still to ask: not answered yet, failed, or changed since. Cuts off a last line that was not written to its end."""
    path = directory / RESULTS
    written = path.read_bytes() if path.exists() else b""
    whole = written[: written.rfind(b"\n") + 1]
    if whole != written:
        path.write_bytes(whole)
    if not whole:
        return list(asks)
    done = {attempt.key: attempt for attempt in read_attempts(directory) if attempt.error is None}
    return [ask for ask in asks if not _is_done(ask, done.get(ask.key))]


def _is_done(ask: Ask, attempt: Attempt | None) -> bool:
    return attempt is not None and (attempt.question, attempt.case.history) == (ask.question, ask.case.history)


def settle(directory: Path, asks: Iterable[Ask]) -> list[Attempt]:
    """Leaves in `results.jsonl` one line an ask, in the order of the asks, with the case as it now reads; returns the attempts."""
    held = {attempt.key: attempt for attempt in read_attempts(directory)}
    settled = [held[ask.key].model_copy(update={"case": ask.case}) for ask in asks if ask.key in held]
    write_attempts(directory, settled)
    return settled


async def ask_all(
    assistant: Assistant,
    asks: Sequence[Ask],
    directory: Path,
    clock: Callable[[], float] = perf_counter,
    track: Callable[[Sequence[Ask]], Iterable[Ask]] = iter,
) -> None:
    """Asks one after the other (so that times are one question's) and appends each attempt to `results.jsonl`."""
    with (directory / RESULTS).open("a", encoding="utf-8") as results:
        for ask in track(asks):
            attempt = await _attempt(assistant, ask, clock)
            results.write(attempt.model_dump_json() + "\n")
            results.flush()


async def _attempt(assistant: Assistant, ask: Ask, clock: Callable[[], float]) -> Attempt:
    attempt = Attempt(case=ask.case, variant=ask.variant, repetition=ask.repetition, question=ask.question)
    begun = clock()
    try:
        answer = await assistant.ask(Question(text=ask.question, history=ask.case.history))
        attempt = attempt.model_copy(update={"answer": answer, "elapsed_ms": (clock() - begun) * 1000})
        return attempt if ask.variant else attempt.model_copy(update=await _evidence(assistant, attempt))
    except SetupError:
        raise
    except Exception as error:  # a crash is one failed case, not a lost run
        return attempt.model_copy(update={"error": f"{type(error).__name__}: {error}"})


async def _evidence(assistant: Assistant, attempt: Attempt) -> dict[str, object]:
    """What retrieval metrics and causes need: passages found, passages of the named sections, texts of the cited passages."""
    case, answer = attempt.case, attempt.answer
    query = (answer.standalone_question if answer else None) or attempt.question
    found = await _search(assistant, query, FOUND, Filters())
    held: dict[str, Found] = {}
    for source in case.sources if found is not None else ():
        held |= {passage.passage_id: passage for passage in await _held(assistant, source, found or ())}
    known = {passage.passage_id: passage.text for passage in (*(found or ()), *held.values())}
    cited: dict[str, str] = {}
    for citation in answer.citations if answer else ():
        if citation.passage_id not in cited:
            text = known.get(citation.passage_id)
            text = text if text is not None else await _text(assistant, citation.passage_id, citation.document_id, citation.quote)
            cited |= {citation.passage_id: text} if text is not None else {}
    return {"found": found, "held": tuple(held.values()), "cited": cited}


async def _search(assistant: Assistant, query: str, k: int, filters: Filters) -> tuple[Found, ...] | None:
    """None where the service has no search."""
    try:
        return tuple(map(Found.of, await assistant.search(query[:MAX_QUESTION], k, "hybrid", filters)))
    except NotFound:
        return None


async def _held(assistant: Assistant, source: Source, found: Sequence[Found]) -> Iterator[Found]:
    """The passages of the named section: of those found and of those that its heading finds in its document."""
    try:
        probed = await _search(assistant, source.section, PROBED, Filters(documents=(source.doc,))) or ()
    except PcAssistantError:  # the service may refuse to filter by a document that it does not hold
        probed = ()
    return (passage for passage in (*found, *probed) if hits(source, passage.document_id, passage.section))


async def _text(assistant: Assistant, passage_id: str, document_id: str, quote: str) -> str | None:
    """The text of a cited passage that the search for the question did not give; None where there is no way to know."""
    if isinstance(assistant, PassageReader):
        try:
            return await assistant.passage_text(passage_id)
        except NotFound:
            return ""
    probed = await _search(assistant, quote, FOUND, Filters(documents=(document_id,))) if quote.strip() else None
    return next((passage.text for passage in probed or () if passage.passage_id == passage_id), None)
