"""What is kept of an exchange, in whichever channel it took place."""

from datetime import datetime

from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Question, Turn
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
