"""An answer as one Markdown text, for clients that show nothing else: chat programs over the OpenAI endpoint, tools of language models."""

from collections.abc import Callable

from pc_assistant.answering.citing import escape
from pc_assistant.channels import words
from pc_assistant.channels.presenting import present
from pc_assistant.domain.answers import Answer

RULE = "\n\n---\n\n"  # stands in no answer: the delimiter of a table has bars

Address = Callable[[str], str]


def with_sources(answer: Answer, address: Address) -> str:
    """The answer, word for word, and what belongs to it beneath; `address` makes a path of the service an address that holds outside."""
    return answer.answer + beneath(answer, address)


def beneath(answer: Answer, address: Address) -> str:
    """What a follow-up was understood as, the notices, and a line a source; "" where there is nothing of these."""
    presented = present(answer)
    parts = [f"{words.UNDERSTOOD_AS}: {escape(presented.understood_as)}"] * bool(presented.understood_as)
    parts += [f"> **{title}.** {escape(message)}" for title, message in presented.notices]
    if presented.citations:
        listed = (f"- [{c.marker}] {escape(words.reference(c))} <{address(c.url)}>" for c in presented.citations)
        parts += [f"{words.SOURCES}:", "\n".join(listed)]
    return RULE + "\n\n".join(parts) if parts else ""


def without_sources(text: str) -> str:
    """The answer alone, of a text that a client sends back as what was said before."""
    return text.partition(RULE)[0]
