"""Conversations in memory, for tests and for a service that must keep nothing."""

import copy
from collections.abc import Callable, Sequence
from datetime import datetime

from pc_assistant.adapters.stores.database import NO_ANSWER, NO_CONVERSATION, TAKEN
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Conversation, Feedback, KeptAnswer, KeptFeedback, Turn, history_before, turns_of
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import NotFound, UsageError
from pc_assistant.domain.receipts import Receipt, receipt


class MemoryConversations:
    """Keeps the ConversationStore port; what it was given can be looked at in `answers` and `feedback`."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._created: dict[str, datetime] = {}
        self._conversations: dict[str, Conversation] = {}
        self._owner: str | None = None
        self._shared = False
        self._owners: dict[tuple[str, str], str | None] = {}  # of ("conversation" or "answer", id)
        self.answers: dict[str, tuple[str, Answer]] = {}
        self.feedback: list[tuple[Feedback, datetime]] = []

    def of(self, owner: str) -> "MemoryConversations":
        """The same store as one owner sees it: what is another's is not there."""
        seen = copy.copy(self)
        seen._owner, seen._shared = owner, False
        return seen

    def by(self, person: str) -> "MemoryConversations":
        """The same store; what it is given is this person's, and what is another's is there, too."""
        seen = copy.copy(self)
        seen._owner, seen._shared = person, True
        return seen

    def _mine(self, kind: str, identity: str) -> bool:
        return self._owner is None or self._shared or self._owners.get((kind, identity)) == self._owner

    async def create(self, conversation_id: str, created: datetime) -> None:
        """Begins an empty conversation. Raises UsageError where there is one with this id."""
        if conversation_id in self._conversations:
            raise UsageError(TAKEN)
        self._conversations[conversation_id] = Conversation(id=conversation_id, created=created)
        self._owners["conversation", conversation_id] = self._owner

    async def read(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        if conversation_id not in self._conversations or not self._mine("conversation", conversation_id):
            raise NotFound(NO_CONVERSATION)
        return self._conversations[conversation_id]

    async def append(self, conversation_id: str, turns: Sequence[Turn]) -> None:
        """Adds turns at the end, all or none. Raises NotFound."""
        conversation = await self.read(conversation_id)
        self._conversations[conversation_id] = conversation.model_copy(update={"turns": (*conversation.turns, *turns)})

    async def forget(self, conversation_id: str) -> None:
        """Deletes the conversation with its turns and answers, and the feedback on them. Raises NotFound."""
        await self.read(conversation_id)
        del self._conversations[conversation_id]
        for answer_id in [key for key, kept in self.answers.items() if kept[1].conversation_id == conversation_id]:
            del self.answers[answer_id], self._created[answer_id]
        self.feedback[:] = [said for said in self.feedback if said[0].answer_id in self.answers]

    async def save_answer(self, question: str, answer: Answer) -> None:
        """Keeps an answer, in the place of one with the same id. Raises NotFound when its conversation is not kept."""
        if answer.conversation_id is not None:
            await self.read(answer.conversation_id)
        self.answers[answer.id] = (question, answer)
        self._created[answer.id] = self._now()
        self._owners["answer", answer.id] = self._owner

    async def save_exchange(self, question: str, answer: Answer, begun: datetime | None = None) -> None:
        """Keeps an answer and, where it has a conversation, both turns; with `begun` the conversation is new. Raises NotFound and UsageError."""
        if answer.conversation_id is not None:
            if begun is not None:
                await self.create(answer.conversation_id, begun)
            await self.append(answer.conversation_id, turns_of(question, answer))
        await self.save_answer(question, answer)

    async def save_feedback(self, feedback: Feedback, created: datetime) -> None:
        """Keeps what a person said of an answer. Raises NotFound when there is no such answer."""
        if feedback.answer_id not in self.answers or not self._mine("answer", feedback.answer_id):
            raise NotFound(NO_ANSWER)
        self.feedback.append((feedback, created))

    async def read_answer(self, answer_id: str) -> KeptAnswer:
        """Raises NotFound."""
        if answer_id not in self.answers or not self._mine("answer", answer_id):
            raise NotFound(NO_ANSWER)
        question, answer = self.answers[answer_id]
        turns = (await self.read(answer.conversation_id)).turns if answer.conversation_id is not None else ()
        return KeptAnswer(question=question, history=history_before(question, answer, turns), answer=answer)

    async def read_receipt(self, answer_id: str) -> Receipt:
        """Raises NotFound."""
        return receipt(await self.read_answer(answer_id), self._created[answer_id])

    async def read_answers(self, conversation_id: str) -> list[KeptAnswer]:
        """The answers of one conversation, oldest first. Raises NotFound."""
        await self.read(conversation_id)
        return [await self.read_answer(key) for key, kept in self.answers.items() if kept[1].conversation_id == conversation_id]

    async def read_feedback(self) -> list[KeptFeedback]:
        """All that was said of answers, oldest first."""
        said = sorted(self.feedback, key=lambda item: item[1])
        return [KeptFeedback(feedback=f, created=created, about=await self.read_answer(f.answer_id)) for f, created in said]
