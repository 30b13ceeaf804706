"""Asks the question of a receipt again, and tells what has changed since: in the answer, and in what it was made from."""

import re
from collections.abc import Iterator, Mapping
from difflib import ndiff

from pc_assistant.domain.answers import Answer, Citation
from pc_assistant.domain.conversations import Question
from pc_assistant.domain.ports import Assistant
from pc_assistant.domain.receipts import Receipt
from pc_assistant.domain.traces import Trace
from pc_assistant.domain.values import Value

# Told of a question that held personal data; as it is kept it holds none, so this does not come again.
PERSONAL_DATA = "personal_data_removed"
AFTER_MARKERS = re.compile(r"(?<=\d\]) (?!\[)")

Lines = tuple[str, ...]


class Difference(Value):
    """Something that is not as it was: its lines before and after."""

    what: str
    before: Lines
    after: Lines


class Replay(Value):
    """`answer` holds what a reader would see change; `made_from` what changed beneath, which need not change the answer."""

    id: str
    question: str
    same: bool
    answer: tuple[Difference, ...] = ()
    made_from: tuple[Difference, ...] = ()


def question_of(receipt: Receipt) -> Question:
    """The question to ask again. A follow-up whose history was not kept is asked as it was understood."""
    text = receipt.question if receipt.history else receipt.standalone_question or receipt.question
    wanted = Question.model_validate({"text": text, "answerer": receipt.wanted})
    return wanted.model_copy(update={"history": receipt.history, "filters": receipt.filters})


async def replay(receipt: Receipt, assistant: Assistant) -> Replay:
    """Asks again and compares."""
    now = await assistant.ask(question_of(receipt))
    trace = now.trace or Trace()
    before = {passage.passage_id: passage.sha256 for passage in receipt.passages if passage.sha256}
    answer = tuple(_differences(_shown(receipt), _shown(now)))
    made_from = tuple(_differences(_beneath(receipt, receipt.made_with, before), _beneath(now, trace.made_with, trace.hashes)))
    return Replay(id=receipt.id, question=receipt.question, same=not answer, answer=answer, made_from=made_from)


def as_text(found: Replay) -> str:
    """For people: a value as `before → after`, lines that went with a minus and lines that came with a plus."""
    parts = [f"{found.question}\n{'The answer is the same.' if found.same else 'The answer differs.'}"]
    for title, differences in (("In the answer", found.answer), ("In what it is made from", found.made_from)):
        if differences:
            parts.append("\n".join([f"{title}:", *(line for difference in differences for line in _told(difference))]))
    return "\n\n".join(parts)


def _shown(answer: Answer) -> dict[str, Lines]:
    return {
        "status": (answer.status,),
        "reason": (answer.reason or "none",),
        "answerer": (answer.answerer,),
        "sentences": tuple(sentence for line in answer.answer.splitlines() for sentence in AFTER_MARKERS.split(line)),
        "citations": tuple(map(_cited, answer.citations)),
        "notices": tuple(f"{notice.code}: {notice.message}" for notice in answer.notices if notice.code != PERSONAL_DATA),
    }


def _beneath(answer: Answer, made_with: Mapping[str, str], hashes: Mapping[str, str]) -> dict[str, Lines]:
    return {
        "corpus version": (answer.corpus_version,),
        "prompt version": (answer.prompt_version or "none",),
        **{name: (version,) for name, version in made_with.items()},
        "passages": tuple(sorted(f"{name} (SHA-256 {digest})" for name, digest in hashes.items())),
    }


def _differences(before: Mapping[str, Lines], after: Mapping[str, Lines]) -> Iterator[Difference]:
    for what in dict.fromkeys([*before, *after]):
        old, new = before.get(what, ("none",)), after.get(what, ("none",))
        if old != new:
            yield Difference(what=what, before=old, after=new)


def _told(difference: Difference) -> Iterator[str]:
    if len(difference.before) == len(difference.after) == 1:
        yield f"  {difference.what}: {difference.before[0]} → {difference.after[0]}"
        return
    yield f"  {difference.what}:"
    yield from (f"    {line}" for line in ndiff(difference.before, difference.after) if line[0] in "+-")


def _cited(citation: Citation) -> str:
    where = " > ".join(citation.section)
    return f"[{citation.marker}] {citation.document_id}, {where}, {citation.passage_id}: {' '.join(citation.quote.split())}"
