"""What is kept of an exchange, in whichever channel it took place."""

from datetime import datetime

from pc_assistant.answering.steps.screen import without_personal_data
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Feedback, Question, Turn
from pc_assistant.domain.ports import ConversationStore


async def keep(question: Question, answer: Answer, kept: ConversationStore, begun: datetime | None = None) -> None:
    """Keeps an answer and, where it has a conversation, the turns, of a question what holds no personal data.

    A conversation that is new is begun at `begun`. The turns are kept last and together, so that a failure leaves the conversation as it was.
    """
    if answer.conversation_id is not None and begun is not None:
        await kept.create(answer.conversation_id, begun)
    asked = answer.asked or question.text
    await kept.save_answer(asked, answer)
    if answer.conversation_id is not None:
        turns = [Turn(role="user", content=asked), Turn(role="assistant", content=answer.answer)]
        await kept.append(answer.conversation_id, turns)


async def keep_feedback(feedback: Feedback, kept: ConversationStore, created: datetime) -> Feedback:
    """Keeps what a person said of an answer, of a comment what holds no personal data; what was kept. Raises NotFound."""
    feedback = feedback.model_copy(update={"comment": without_personal_data(feedback.comment)})
    await kept.save_feedback(feedback, created)
    return feedback
