"""The desk: where the message of a chat platform becomes a question and its answer; every bot stands before one.

What belongs to a platform stays with its bot: whether it was addressed, which messages are one thread, and how an answer looks there.
"""

import contextlib
import hashlib
import hmac
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from pydantic_core import PydanticCustomError

from pc_assistant.bots.work import Work
from pc_assistant.channels import words
from pc_assistant.channels.cleaning import clean
from pc_assistant.channels.keeping import keep, keep_feedback
from pc_assistant.channels.limiting import PerMinute
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import MAX_HISTORY, MAX_QUESTION, Feedback, Question
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import Busy, NotFound, UsageError
from pc_assistant.domain.ports import Assistant, ConversationStore, Library, SeenEvents

TOO_OFTEN = "You have asked many questions in a short time. Please wait a minute, then ask again."
BUSY = "I have more questions than I can answer at this moment. Please ask again in a minute."
FAILED = "I could not answer this, because something went wrong on my side. Please ask again later."
STOPPING = "I am being restarted and could not finish this answer. Please ask again in a minute."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """All that a bot is handed. `public_url` is where people reach the pages, without a slash at its end: citations open the reader there."""

    assistant: Assistant
    library: Library
    conversations: ConversationStore
    seen: SeenEvents
    public_url: str
    limit: PerMinute = field(default_factory=lambda: PerMinute(10))
    work: Work = field(default_factory=Work)
    now: Callable[[], datetime] = utc_now

    async def ask(self, text: str, conversation_id: str, person: str = "") -> Answer:
        """The answer to a message in a conversation, which is begun where it is new; both are kept, as what `person` has said.

        Raises UsageError with one sentence for the person where the message cannot be a question, and whatever the assistant raises.
        """
        try:
            text = clean(text, 1, MAX_QUESTION)
        except PydanticCustomError as error:
            raise UsageError(f"{words.MISTAKES.get(error.type, words.UNREADABLE)}.") from error
        kept = self.conversations.by(person) if person else self.conversations
        try:
            turns = (await kept.read(conversation_id)).turns[-MAX_HISTORY:]
        except NotFound:
            turns = ()
            with contextlib.suppress(UsageError):  # another message of the thread has just begun it
                await kept.create(conversation_id, self.now())
        question = Question(text=text, history=turns)
        answer = (await self.assistant.ask(question)).model_copy(update={"conversation_id": conversation_id})
        await keep(question, answer, kept)
        return answer

    async def rate(self, feedback: Feedback, person: str = "") -> None:
        """Keeps what a person said of an answer. Raises NotFound."""
        await keep_feedback(feedback, self.conversations.by(person) if person else self.conversations, self.now())

    def address(self, path: str) -> str:
        """The address of a page of the service, such as a citation's `url`."""
        return self.public_url + path


def conversation_id(secret: str, platform: str, *thread: str) -> str:
    """The conversation of a thread: the same for the same words, and not to be guessed, since who knows it may read what was said.

    `secret` is one that platform and service share; with another one, threads begin anew.
    """
    said = "\n".join(map(repr, thread))
    return f"{platform}-{hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()[:40]}"


def person(platform: str, organisation: str, user: str) -> str:
    """The name of a person of a platform, by which `pc-assistant people` finds what is theirs. It is hashed before it is kept."""
    return f"{platform}:{organisation}:{user}"


def is_silent(answer: Answer, only_with_citations: bool) -> bool:
    """Whether a bot that answers only with citations says nothing; a greeting is answered all the same."""
    return only_with_citations and not answer.citations and answer.reason != "greeting"


def sorry(error: Exception) -> str:
    """What a person is told of an error; one that is not theirs is logged, and says nothing of its insides."""
    if isinstance(error, UsageError):
        return str(error)
    logger.error("a question could not be answered: %s", type(error).__name__, exc_info=error)
    return BUSY if isinstance(error, Busy) else FAILED


def belongs(organisation: str | None, allowed: Collection[str]) -> bool:
    """Whether a workspace or tenant is one of those that are served; one that is not named never is."""
    return organisation is not None and organisation in allowed
