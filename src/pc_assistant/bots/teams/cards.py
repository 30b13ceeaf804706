"""Adaptive Cards as plain JSON: the sources and suggestions of an answer, the welcome, and the form for feedback.

What comes from documents stands in text runs, in which Teams reads no markup; only our own fixed words stand in text blocks.
"""

from collections.abc import Callable, Iterable, Sequence
from textwrap import shorten
from typing import Any

from pc_assistant.channels import words
from pc_assistant.channels.presenting import in_context
from pc_assistant.domain.answers import Citation

Json = dict[str, Any]
Address = Callable[[str], str]

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"  # the newest that every Teams client shows
LONGEST_QUOTE = 300
LONGEST_BUTTON = 120
LONGEST_COMMENT = 2000

NEXT = "You could ask next"
INSTEAD = "You could ask instead"
OPEN = "Open source {number} in the reader"
WELCOME = (
    "I answer questions about NHS provider collaboratives from named documents, and cite each sentence. Where the documents do not "
    "know, I say so. In a channel or a group chat, mention me to ask."
)
KEPT = (
    "Questions and answers are kept so that you can ask further and so that the answers can be made better. Do not give names or "
    "details of patients or staff."
)
TRY = "Try one of these"
FORM = "Tell us about this answer"
MATTER = "What was the matter?"
LIKED = "What was good about it? (optional)"
SHOULD = "What should it have said? (optional)"
NO_NAMES = "Do not give names or details of patients or staff."
SEND = "Send"


def of_answer(citations: Sequence[Citation], suggestions: Sequence[str], refused: bool, address: Address, quotes: bool) -> Json | None:
    """The card under an answer: its sources with links into the reader, and what to ask next; None where there is neither."""
    body: list[Json] = []
    if citations:
        body.append(_heading(words.SOURCES))
        body += [_source(citation, address, quotes) for citation in citations]
    if suggestions:
        body.append(_heading(INSTEAD if refused else NEXT, separator=bool(citations)))
        body.append(_questions(suggestions))
    return _card(body, spoken(citations)) if body else None


def welcome() -> Json:
    """The card with which the bot introduces itself."""
    examples = [question for _, questions in words.EXAMPLES for question in questions[:1]]
    body = [
        _heading(words.SERVICE, size="Large"),
        _paragraph(WELCOME),
        _paragraph(f"{words.STANDING} {KEPT}"),
        _heading(TRY),
        _questions(examples),
    ]
    return _card(body, f"{words.SERVICE}. {WELCOME} {words.STANDING} {KEPT}")


def feedback_form(liked: bool) -> Json:
    """The form behind the thumbs: for "down" the reasons that the page offers; a comment for both."""
    body: list[Json] = []
    if not liked:
        choices = [{"title": title, "value": reason} for reason, title in words.REASONS.items()]
        body.append(
            {"type": "Input.ChoiceSet", "id": "reasons", "label": MATTER, "isMultiSelect": True, "style": "expanded", "choices": choices}
        )
    comment = {
        "type": "Input.Text",
        "id": "comment",
        "label": LIKED if liked else SHOULD,
        "isMultiline": True,
        "maxLength": LONGEST_COMMENT,
    }
    body += [comment, _paragraph(NO_NAMES)]
    return _card(body, FORM) | {"actions": [{"type": "Action.Submit", "title": SEND}]}


def attachment(card: Json) -> Json:
    """A card as a part of a message."""
    return {"contentType": CARD, "content": card}


def spoken(citations: Iterable[Citation]) -> str:
    """The sources in one text, for whoever cannot see the card."""
    return " ".join(f"Source {citation.marker}: {words.reference(citation)}" for citation in citations)


def _card(body: list[Json], text: str) -> Json:
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "lang": "en-GB",
        "fallbackText": text,
        "body": body,
        "msteams": {"width": "Full"},
    }


def _source(citation: Citation, address: Address, quotes: bool) -> Json:
    about = [citation.publisher, words.published(citation), words.KINDS[citation.kind], words.HELD_SHORT[citation.representation]]
    where = words.path(citation.section) + (f", page {citation.page}" if citation.page is not None else "")
    items = [
        _runs({"text": f"{citation.marker}. {citation.title}", "weight": "Bolder"}),
        _runs({"text": " · ".join(part for part in about if part), "isSubtle": True, "size": "Small"}),
    ]
    if where:
        items.append(_runs({"text": where, "isSubtle": True, "size": "Small"}))
    if quotes and citation.quote:
        items.append(_runs({"text": f"“{shorten(citation.quote, LONGEST_QUOTE, placeholder=' …')}”", "italic": True}))
    action = {"type": "Action.OpenUrl", "title": OPEN.format(number=citation.marker), "url": address(in_context(citation))}
    return {"type": "Container", "separator": True, "items": [*items, {"type": "ActionSet", "actions": [action]}]}


def _questions(questions: Iterable[str]) -> Json:
    """Buttons that ask: what is pressed comes back as a message of the person, marked as meant for the bot."""
    actions = [
        {
            "type": "Action.Submit",
            "title": shorten(question, LONGEST_BUTTON, placeholder=" …"),
            "data": {"msteams": {"type": "messageBack", "displayText": question, "text": question, "value": {"ask": question}}},
        }
        for question in questions
    ]
    return {"type": "ActionSet", "actions": actions}


def _heading(text: str, separator: bool = False, size: str = "Medium") -> Json:
    more = {"separator": True} if separator else {}
    return {"type": "TextBlock", "text": text, "style": "heading", "weight": "Bolder", "size": size, "wrap": True, **more}


def _paragraph(text: str) -> Json:
    return {"type": "TextBlock", "text": text, "wrap": True}


def _runs(*runs: Json) -> Json:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run} for run in runs]}
