"""What opens beside messages: the sources of an answer, what was wrong with it, and the home of the app; pure, like messages."""

from collections.abc import Iterator, Sequence

from pc_assistant.answering.respond import SCOPE
from pc_assistant.bots.slack.mrkdwn import escape, fit, fit_plain, link
from pc_assistant.bots.slack.rendering import TEXT, Address, Json, button, context, plain, section, source
from pc_assistant.channels import words
from pc_assistant.channels.presenting import present
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.documents import Document

REASONS_VIEW = "pc_reasons"
REASONS_BLOCK, COMMENT_BLOCK = "reasons", "comment"
ASK = "pc_ask"
MAX_COMMENT = 2000
VIEW_SOURCES = 40  # two blocks each, of the hundred that a view may have
VIEW_DOCUMENTS = 20
QUOTE = 2500
BUTTON_VALUE = 2000
HOW = (
    "*Ask me* in a direct message, by mentioning me in a channel, or with `/collaboratives` and your question. A thread is a conversation: "
    "ask on in it, and I know what was said there before. In channels I answer only when I am mentioned."
)


def sources_view(answer: Answer, address: Address) -> Json:
    """Every source of an answer with the words that are quoted from it."""
    citations = present(answer).citations
    blocks: list[Json] = []
    for citation in citations[:VIEW_SOURCES]:
        blocks += [section(source(citation, address)), section(_quoted(citation.quote))]
    if len(citations) > VIEW_SOURCES:
        whole = link(address(f"/answers/{answer.id}.txt"), "the whole answer")
        blocks.append(section(f"{len(citations) - VIEW_SOURCES} more sources stand in {whole}."))
    return _modal("Sources", blocks)


def reasons_view(answer_id: str) -> Json:
    """Asks what was wrong with an answer: the same reasons as everywhere."""
    options = [{"text": plain(text), "value": value} for value, text in words.REASONS.items()]
    blocks: list[Json] = [
        {
            "type": "input",
            "block_id": REASONS_BLOCK,
            "optional": True,
            "label": plain(words.MATTER),
            "element": {"type": "checkboxes", "action_id": REASONS_BLOCK, "options": options},
        },
        {
            "type": "input",
            "block_id": COMMENT_BLOCK,
            "optional": True,
            "label": plain(words.SHOULD_HAVE_SAID),
            "hint": plain(words.NO_DETAILS),
            "element": {"type": "plain_text_input", "action_id": COMMENT_BLOCK, "multiline": True, "max_length": MAX_COMMENT},
        },
    ]
    return {**_modal("Not helpful?", blocks), "callback_id": REASONS_VIEW, "private_metadata": answer_id, "submit": plain("Send")}


def told_view(text: str) -> Json:
    """A sentence in a view."""
    return _modal("Feedback", [section(fit(text, TEXT))])


def home_view(documents: Sequence[Document], address: Address) -> Json:
    """What this is, how to ask, examples for each role to click, and what is held."""
    return {"type": "home", "blocks": list(_home(documents, address))}


def _home(documents: Sequence[Document], address: Address) -> Iterator[Json]:
    yield {"type": "header", "text": plain(words.SERVICE)}
    yield section(f"{escape(SCOPE)} {escape(words.STANDING)}")
    yield section(HOW)
    yield {"type": "header", "text": plain("Questions to begin with")}
    for role, questions in words.EXAMPLES:
        yield context(f"*{escape(role)}*")
        for question in questions:
            asked = fit_plain(question, BUTTON_VALUE)
            yield {**section(escape(question)), "accessory": button(ASK, "Ask", asked, fit_plain(f"Ask: {question}", 75))}
    if documents:
        yield {"type": "header", "text": plain("The documents")}
        for document in documents[:VIEW_DOCUMENTS]:
            about = f"{document.publisher}, {words.published(document)} ({words.KINDS[document.kind]})"
            yield context(f"{link(address(f'/documents/{document.id}'), fit_plain(document.title, 300))} {fit(about, 600)}")
    yield context(f"{link(address('/privacy'), 'What is kept of your questions')}")


def _modal(title: str, blocks: list[Json]) -> Json:
    return {"type": "modal", "title": plain(title), "close": plain("Close"), "blocks": blocks}


def _quoted(quote: str) -> str:
    """Every line set off as a quotation."""
    return "\n".join(f">{line}" for line in fit(quote, QUOTE).splitlines()[:100]) or ">"
