"""The language model as an answerer: it writes, and what it writes is lines of a draft like any other, to be verified like any other."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pc_assistant.answering.answerers.reply import Sentence, sentences
from pc_assistant.answering.draft import Line, Support
from pc_assistant.answering.prompts import Prompt
from pc_assistant.answering.steps.screen import visible
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.ports import LanguageModel
from pc_assistant.domain.writing import WritingRequest
from pc_assistant.knowledge.sentences import spans

MOST_SENTENCES = 12
MARKER = re.compile(r"\s{,20}\[(\d+)\]")
BREAKS_THE_FORM = "(a sentence that breaks the form)"


@dataclass(frozen=True)
class Writer:
    """A language model with the prompt that it is asked by."""

    model: LanguageModel
    prompt: Prompt

    def write(self, question: str, passages: Sequence[Passage]) -> Iterator[Line]:
        """The lines of an answer, each once it has come whole; unverified. Raises LanguageModelFailed, before or between them."""
        said: set[str] = set()
        for number, sentence in enumerate(sentences(self.model.write(self.request(question, passages)))):
            for line in lines(sentence, passages):
                if number < MOST_SENTENCES and line.text not in said:
                    said.add(line.text)
                    yield line

    def request(self, question: str, passages: Sequence[Passage]) -> WritingRequest:
        """The prompt with the question and the passages, numbered from 1, between two fences."""
        shown = [{"heading": " > ".join((*p.chunk.section, p.chunk.heading)), "text": p.chunk.text} for p in passages]
        return self.prompt.render({"fence": _fence(question, shown), "passages": shown, "question": question})


def lines(sentence: Sentence | None, passages: Sequence[Passage]) -> list[Line]:
    """A sentence as lines; without supports, so that none is shown, where a marker or a quote of it resolves to nothing."""
    if sentence is None:
        return [Line(text=BREAKS_THE_FORM, kind="sentence")]
    supports: list[Support] = []
    sound = True
    for cited in sentence.citations:
        found = _supports(passages[cited.marker - 1], cited.quote) if 1 <= cited.marker <= len(passages) else ()
        sound &= bool(found)
        supports += found
    text = visible(sentence.text)
    sound &= {int(match) for match in MARKER.findall(text)} <= {cited.marker for cited in sentence.citations}
    text = MARKER.sub("", text).strip()
    rests = tuple(dict.fromkeys(supports)) if sound else ()
    return [Line(text=text[start:end], kind="sentence", supports=rests) for start, end in spans(text)]


def _supports(passage: Passage, quote: str) -> tuple[Support, ...]:
    """The whole units that a quote runs through, lead-ins with them: what a quote leaves out of a sentence must not be lost."""
    chunk = passage.chunk
    found = re.search(r"\s+".join(map(re.escape, quote.split())), chunk.text) if quote.strip() else None
    if found is None:
        return ()
    units = [unit for unit in chunk.units if unit.start < found.end() and found.start() < unit.end]
    leads = [chunk.units[unit.lead] for unit in units if unit.lead is not None]
    return tuple(Support(chunk=chunk, document=passage.document, unit=unit) for unit in sorted({*leads, *units}, key=lambda u: u.start))


def _fence(question: str, shown: Sequence[dict[str, str]]) -> str:
    """A line that no document can foretell, as it is a hash of all that it stands around; the same whenever the same is asked."""
    everything = "\n".join([question, *(text for passage in shown for text in passage.values())])
    return f"=== {hashlib.sha256(everything.encode()).hexdigest()[:24]} ==="
