"""An answer as every channel presents it: what kind of answer it is in words, its blocks, its notices and sources; and all that as text."""

from dataclasses import dataclass

from pc_assistant.channels import words
from pc_assistant.channels.blocks import Block, block_text, of_answer
from pc_assistant.domain.answers import Answer, Citation


@dataclass(frozen=True)
class Presented:
    """`label` and `lead` are the status in words; `notices` have a title and a message; a refusal has no sources, whatever it was given."""

    label: str
    lead: str
    understood_as: str
    blocks: tuple[Block, ...]
    notices: tuple[tuple[str, str], ...]
    citations: tuple[Citation, ...]
    suggestions: tuple[str, ...]


def present(answer: Answer) -> Presented:
    """The parts of an answer, in the order in which they are read."""
    citations = answer.citations if answer.status != "refused" else ()
    label = {"answered": words.ANSWERED, "partial": words.PARTIAL}.get(answer.status) or words.refused(answer.reason)
    return Presented(
        label=label,
        lead={"answered": words.rests_on(answer.citations), "partial": words.PARTIAL_LEAD}.get(answer.status, ""),
        understood_as=answer.standalone_question or "",
        blocks=of_answer(answer.answer, {citation.marker for citation in citations}),
        notices=tuple((words.NOTICES.get(notice.code, words.NOTICE), notice.message) for notice in answer.notices),
        citations=citations,
        suggestions=answer.suggestions or (words.FIRST_EXAMPLES if answer.status == "refused" else ()),
    )


def plain_text(presented: Presented) -> str:
    """The whole as text, markers in brackets and sources beneath: for notifications, screen readers and clients that show nothing else."""
    parts = [f"{presented.label}. {presented.lead}".strip()]
    parts += [f"{words.UNDERSTOOD_AS}: {presented.understood_as}"] * bool(presented.understood_as)
    parts += [block_text(block) for block in presented.blocks]
    parts += [f"{title}: {message}" for title, message in presented.notices]
    if presented.citations:
        parts.append("\n".join([f"{words.SOURCES}:", *(f"[{c.marker}] {words.reference(c)}" for c in presented.citations)]))
    return "\n\n".join(parts)


def in_context(citation: Citation) -> str:
    """The path of the reader that shows a citation's passage, marked."""
    path, _, anchor = citation.url.partition("#")
    return f"{path}?passage={citation.passage_id}#{anchor}"
