"""What is kept of an exchange, in whichever channel it took place."""

from datetime import datetime

from pc_assistant.answering.steps.screen import without_personal_data
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Feedback, Question
from pc_assistant.domain.ports import ConversationStore


async def keep(question: Question, answer: Answer, kept: ConversationStore, begun: datetime | None = None) -> None:
    """Keeps an answer and, where it has a conversation, the turns, of a question what holds no personal data: all of it or nothing.

    A conversation that is new is begun at `begun`.
    """
    await kept.save_exchange(answer.asked or question.text, answer, begun)


async def keep_feedback(feedback: Feedback, kept: ConversationStore, created: datetime) -> Feedback:
    """Keeps what a person said of an answer, of a comment what holds no personal data; what was kept. Raises NotFound."""
    feedback = feedback.model_copy(update={"comment": without_personal_data(feedback.comment)})
    await kept.save_feedback(feedback, created)
    return feedback
