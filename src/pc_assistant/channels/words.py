"""The fixed words of every channel: kinds, statuses and notices, each in plain words, so that none is told by its colour alone."""

from collections.abc import Sequence
from datetime import date
from textwrap import shorten

from pc_assistant.domain.answers import Citation, RefusalReason
from pc_assistant.domain.conversations import MAX_QUESTION
from pc_assistant.domain.dates import Precision, dated
from pc_assistant.domain.documents import Document, Kind, Representation

SERVICE = "Provider collaboratives assistant"
LONGEST_HEADING = 90
STANDING = "Answers come from named documents and are not legal advice."

KINDS: dict[Kind, str] = {
    "guidance": "guidance: what is expected",
    "toolkit": "toolkit: what is suggested",
    "case_studies": "case study: one place’s way",
    "briefing": "briefing: an interest group’s view",
    "event": "event slides: one speaker’s account",
    "other": "another document",
}
BINDING: dict[Kind, str] = {
    "guidance": "Says what NHS organisations are expected to do.",
    "toolkit": "Suggests; nothing in it has to be followed.",
    "case_studies": "Shows how single places did it; no rule for others.",
    "briefing": "Gives the view of a membership body; binds nobody.",
    "event": "Gives what single speakers said on the day; binds nobody.",
    "other": "How far it binds is not recorded.",
}
HELD: dict[Representation, str] = {
    "notes": "our notes, which state in our own words what the document says",
    "original": "the original text",
}
HELD_SHORT: dict[Representation, str] = {"notes": "our notes", "original": "the original"}

ANSWERED = "Answer"
PARTIAL = "Part of an answer"
PARTIAL_LEAD = "The documents answer only part of this question. The end of the answer says what they leave open."
REFUSED: dict[RefusalReason, str] = {
    "greeting": "Hello",
    "instruction": "Not something I do",
    "no_question": "No question found",
    "not_covered": "Not in the documents",
    "out_of_scope": "Outside the documents",
    "personal_matter": "Not for this service",
}
NO_ANSWER = "No answer"

NOTICES = {
    "predates_2022_act": "Check the law since July 2022",
    "position_changed": "The position has changed",
    "acronym": "What the letters stand for",
    "personal_data_removed": "Personal details removed",
}
NOTICE = "Please note"

UNDERSTOOD_AS = "Understood as"
SOURCES = "Sources"
ASK_NEXT = "You could ask"
THANKS = "Thank you. What you said is kept with this answer."
MATTER = "What was the matter?"
SHOULD_HAVE_SAID = "What should it have said? (optional)"
NO_DETAILS = "Do not give names or details of patients or staff."
NOT_KEPT = "This answer is not kept any more."

REASONS = {
    "wrong": "It is wrong",
    "incomplete": "It is incomplete",
    "wrong_source": "It cites the wrong source",
    "out_of_date": "It is out of date",
    "not_what_i_asked": "It is not what I asked",
}

MISTAKES = {
    "empty": "Enter a question",
    "long": f"Shorten your question to {MAX_QUESTION:,} characters or fewer",
    "control_character": "Type your question again: it holds characters that cannot be read",
}
UNREADABLE = "Type your question again: it cannot be read"

EXAMPLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Chair",
        (
            "Who is accountable for decisions taken by a provider collaborative?",
            "What did the survey of provider collaboratives find?",
        ),
    ),
    (
        "Chief executive",
        (
            "What are the three models of provider collaborative?",
            "What challenges did NHS Confederation members name?",
        ),
    ),
    (
        "Company secretary",
        (
            "What is the difference between a joint committee and committees in common?",
            "How can trusts delegate decisions to a joint committee?",
        ),
    ),
    (
        "Programme director",
        (
            "What are the key steps to set up a provider collaborative?",
            "How can a collaborative measure its success?",
        ),
    ),
)


FIRST_EXAMPLES = tuple(questions[0] for _, questions in EXAMPLES)


def published(of: Document | Citation) -> str:
    """When a document was published, as far as that is known."""
    return _day(of.published, of.published_precision)


def law(document: Document) -> str:
    """The day whose law a document describes; where that is its own date, no more exactly than it is known."""
    return _day(document.law_as_of, document.published_precision if document.law_as_of == document.published else None)


def _day(value: date | None, known: Precision | None) -> str:
    return dated(value, known) if value else "Date not known"


def path(headings: Sequence[str]) -> str:
    """A section by its headings; a heading that is a whole paragraph is cut."""
    return " › ".join(shorten(heading, LONGEST_HEADING, placeholder=" …") for heading in headings)


def rests_on(citations: Sequence[Citation]) -> str:
    """What an answer rests on, counted."""
    documents = len({citation.document_id for citation in citations})
    passages = "1 passage" if len(citations) == 1 else f"{len(citations)} passages"
    return f"From {passages} in {'1 document' if documents == 1 else f'{documents} documents'}." if citations else ""


def refused(reason: RefusalReason | None) -> str:
    """What stands over a refusal."""
    return REFUSED[reason] if reason else NO_ANSWER


def reference(citation: Citation) -> str:
    """One line that names a source in full, without its quote."""
    where = f" Section: {path(citation.section)}." if citation.section else ""
    page = f" Page {citation.page}." if citation.page is not None else ""
    publisher = f"{citation.publisher}. " if citation.publisher else ""
    return (
        f"{publisher}{citation.title}. {published(citation)} ({KINDS[citation.kind]}).{where}{page} "
        f"Quoted from {HELD_SHORT[citation.representation]}."
    )
