"""Answers to take away, with full references: Markdown, plain text, and the parts that a Word file is made from."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from pc_assistant.channels import words
from pc_assistant.channels.blocks import block_text
from pc_assistant.channels.presenting import in_context
from pc_assistant.domain.answers import Citation
from pc_assistant.web.pages.views import Card

Address = Callable[[str], str]
SPECIAL = re.compile(r"[\\`*_\[\]<>|~&#]")
START = re.compile(r"^(\d*)([-+.)=])")
TITLE = f"{words.SERVICE}: questions and answers"


def footing(cards: Sequence[Card], at: datetime) -> str:
    """The last line of every export: what this is, from when, and from which state of the documents."""
    versions = ", ".join(dict.fromkeys(card.kept.answer.corpus_version for card in cards if card.kept.answer.corpus_version))
    held = f" Version of the documents held: {versions}." if versions else ""
    return f"{words.STANDING} Saved on {at.day} {at:%B %Y}.{held}"


def plain_text(card: Card, address: Address) -> str:
    """One answer as text, as it is copied to the clipboard: markers in brackets, sources beneath."""
    understood = card.kept.answer.standalone_question
    parts = [card.kept.question, *([f"Understood as: {understood}"] if understood else [])]
    parts += [f"{card.label}. {card.lead}".strip()] if card.family != "answered" else []
    parts.append("\n\n".join(block_text(block) for block in card.blocks))
    parts += [f"{title}: {message}" for title, message in card.notices]
    if card.sources:
        parts.append("Sources\n" + "\n".join(f"[{c.marker}] {words.reference(c)} {address(in_context(c))}" for c in _citations(card)))
    parts.append(words.STANDING)
    return "\n\n".join(parts) + "\n"


def markdown(cards: Sequence[Card], address: Address, at: datetime) -> str:
    """Answers as Markdown; what was asked is escaped, what was answered is Markdown already."""
    parts = [f"# {TITLE}"]
    for card in cards:
        answer = card.kept.answer
        parts.append(f"## {escaped(card.kept.question)}")
        if answer.standalone_question:
            parts.append(f"Understood as: {escaped(answer.standalone_question)}")
        parts.append(f"**{card.label}.** {card.lead}".strip())
        parts.append(answer.answer)
        parts += [f"> **{title}.** {escaped(message)}" for title, message in card.notices]
        if card.sources:
            parts += ["### Sources", "\n".join(_listed(citation, address) for citation in _citations(card))]
    parts += ["---", footing(cards, at)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """`text` on one line, none of it read as Markdown, and no more escaped than that takes: some read the file as it is."""
    return START.sub(r"\1\\\2", SPECIAL.sub(r"\\\g<0>", " ".join(text.split())))


def _citations(card: Card) -> list[Citation]:
    return [source.citation for source in card.sources]


def _listed(citation: Citation, address: Address) -> str:
    quote = " ".join(citation.quote.split())
    return f"{citation.marker}. {escaped(words.reference(citation))} “{escaped(quote)}” <{address(in_context(citation))}>"
