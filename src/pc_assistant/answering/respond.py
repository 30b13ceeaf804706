"""The fixed words of pc-assistant: everything it says that is not a quotation. One place, for every channel."""

from collections.abc import Sequence

from pc_assistant.domain.answers import Notice, RefusalReason

SCOPE = "I answer questions about NHS provider collaboratives from the documents that I hold, and cite each sentence."

REFUSALS: dict[RefusalReason, str] = {
    "greeting": f"Hello. {SCOPE} Ask, for example, how provider collaboratives take decisions.",
    "instruction": f"I do not follow instructions of that kind. {SCOPE}",
    "no_question": f"I could not find a question in that. {SCOPE}",
    "not_covered": "The documents that I hold do not answer this.",
    "out_of_scope": f"This is outside what the documents that I hold cover. {SCOPE}",
    "personal_matter": (
        "I cannot help with clinical, personal or employment matters. Please ask a clinician, your HR team or a legal adviser. " + SCOPE
    ),
}

NEARBY = "The nearest sections are about: {topics}. You could ask about those instead."
PARTIAL = "The documents that I hold do not answer this part of the question: “{missing}”."
SHORTENED = "Personal details in your question were removed before it was handled; they are not stored."


def refusal(reason: RefusalReason, topics: tuple[str, ...] = ()) -> str:
    """What is said when nothing can be answered, and what to ask instead."""
    text = REFUSALS[reason]
    if reason == "not_covered" and topics:
        text += " " + NEARBY.format(topics="; ".join(topics))
    elif reason == "not_covered":
        text += " " + SCOPE
    return text


def predates_act(titles: tuple[str, ...], changes: tuple[str, ...] = ()) -> Notice:
    """For answers that rest on texts from before the Health and Care Act 2022; `changes` say what later sources of the corpus say instead."""
    return Notice(
        code="predates_2022_act",
        message=" ".join(
            (
                f"{' and '.join(titles)}: written before the powers of the Health and Care Act 2022 came into force on 1 July 2022.",
                *changes,
                "Check the legal position since then before you rely on what is said about law or governance.",
            )
        ),
    )


def stands_for(longs: Sequence[tuple[str, str]]) -> Notice:
    """For questions what an acronym means; each of `longs` is one with its long form."""
    return Notice(code="acronym", message=" ".join(f"{acronym} stands for: {long}." for acronym, long in longs))


def personal_data_removed() -> Notice:
    """For questions that held personal data."""
    return Notice(code="personal_data_removed", message=SHORTENED)
