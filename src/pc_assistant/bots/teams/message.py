"""An answer as the activity that Teams shows: text with native citations, the AI label, the feedback loop, and a card with the sources.

Teams refuses a message that breaks a limit, so the limits are kept by construction: what does not fit goes, the least needed first.
"""

import json
from bisect import bisect_right
from collections.abc import Sequence

from pc_assistant.bots.teams import cards
from pc_assistant.bots.teams.cards import Address, Json
from pc_assistant.bots.teams.text import escaped, markdown, plain
from pc_assistant.channels import words
from pc_assistant.channels.blocks import Block
from pc_assistant.channels.presenting import Presented, in_context, present
from pc_assistant.domain.answers import Answer, Citation

LONGEST_NAME = 80
LONGEST_ABSTRACT = 160
LONGEST_KEYWORD = 28
MOST_CITATIONS = 20
LONGEST_SUMMARY = 200
LARGEST = 27_000  # bytes of JSON; 28 kB with what is added on the way

CUT = "This answer is too long for a message, so its end is left out."
WHOLE = "Read the whole answer"


def message(answer: Answer, address: Address) -> Json:
    """The activity of an answer; `address` makes an address of a path of the service."""
    shown = present(answer)
    whole = _text(shown, shown.blocks)
    for quotes, listed in ((True, shown.citations), (False, shown.citations), (False, ())):
        card = cards.of_answer(listed, shown.suggestions, answer.status == "refused", address, quotes)
        if size(activity := _activity(shown, whole, card, address)) <= LARGEST:
            return activity
    end = f"{CUT} [{WHOLE}]({address(f'/conversations/{answer.conversation_id}' if answer.conversation_id else '/')})"

    def begun(kept: int) -> Json:
        return _activity(shown, _text(shown, shown.blocks[:kept], end), None, address)

    fitting = bisect_right(range(len(shown.blocks)), LARGEST, key=lambda kept: size(begun(kept)))
    if fitting:
        return begun(fitting - 1)
    return {"type": "message", "text": end, "textFormat": "markdown", "summary": CUT}


def first_part(activity: Json) -> str:
    """What of a message is shown first where it is streamed: its status and its first block."""
    return "\n\n".join(str(activity["text"]).split("\n\n")[:2])


def size(activity: Json) -> int:
    """Bytes of an activity on its way."""
    return len(json.dumps(activity).encode())


def welcome() -> Json:
    """The activity with which the bot introduces itself."""
    return {"type": "message", "summary": f"{words.SERVICE}. {cards.WELCOME}", "attachments": [cards.attachment(cards.welcome())]}


def said(text: str) -> Json:
    """A plain sentence of the service, such as that somebody asks too often."""
    return {"type": "message", "text": escaped(text), "textFormat": "markdown", "summary": text}


def _activity(shown: Presented, text: str, card: Json | None, address: Address) -> Json:
    cited = [citation for citation in shown.citations if f"[{citation.marker}]" in text][:MOST_CITATIONS]
    entity: Json = {"type": "https://schema.org/Message", "@type": "Message", "@context": "https://schema.org", "@id": ""}
    entity["additionalType"] = ["AIGeneratedContent"]
    if cited:
        entity["citation"] = [_claim(citation, address) for citation in cited]
    return {
        "type": "message",
        "text": text,
        "textFormat": "markdown",
        "summary": _cut(f"{shown.label}: {plain(shown.blocks)}", LONGEST_SUMMARY),
        "entities": [entity],
        "channelData": {"feedbackLoop": {"type": "custom"}},
        **({"attachments": [cards.attachment(card)]} if card else {}),
    }


def _text(shown: Presented, blocks: Sequence[Block], end: str = "") -> str:
    parts = [f"**{shown.label}.** {shown.lead}".rstrip()]
    if shown.understood_as:
        parts.append(f"*{words.UNDERSTOOD_AS}:* {escaped(shown.understood_as)}")
    parts += [markdown(block) for block in blocks]
    parts += [end] if end else []
    parts += [f"**{title}.** {escaped(text)}" for title, text in shown.notices]
    return "\n\n".join(parts)


def _claim(citation: Citation, address: Address) -> Json:
    appearance = {
        "@type": "DigitalDocument",
        "name": _cut(citation.title, LONGEST_NAME) or citation.document_id[:LONGEST_NAME],
        "url": address(in_context(citation)),
        "abstract": _cut(citation.quote, LONGEST_ABSTRACT) or words.KINDS[citation.kind],
        "keywords": _keywords(citation),
        "encodingFormat": cards.CARD,
    }
    return {"@type": "Claim", "position": citation.marker, "appearance": appearance}


def _keywords(citation: Citation) -> list[str]:
    """What sort of source it is, of when, and whether the words are ours or its own: at most three."""
    kind = words.KINDS[citation.kind].partition(":")[0]
    found = (kind, words.published(citation), words.HELD_SHORT[citation.representation])
    return [_cut(word, LONGEST_KEYWORD) for word in found]


def _cut(text: str, longest: int) -> str:
    """`text` on one line in at most `longest` UTF-16 units, as Teams counts, cut after a word where there is one."""
    text = " ".join(text.split())
    if len(text.encode("utf-16-le")) <= 2 * longest:
        return text
    begun = text.encode("utf-16-le")[: 2 * (longest - 1)].decode("utf-16-le", "ignore")
    return (begun.rpartition(" ")[0] or begun) + "…"
