"""What is kept of answers, for the commands that read it: receipts, answers asked again, feedback."""

import asyncio
from typing import TextIO

from pc_assistant import bootstrap, bootstrap_keeping
from pc_assistant.adapters.stores.database import NO_ANSWER
from pc_assistant.domain.errors import NotFound
from pc_assistant.domain.receipts import Receipt
from pc_assistant.evaluation import feedback
from pc_assistant.evaluation.replay import Replay, replay
from pc_assistant.settings import Settings


def export_feedback(settings: Settings, out: TextIO) -> int:
    """Writes what people said of answers as JSON Lines; returns how many lines. Raises SetupError, Busy."""

    async def export() -> int:
        async with bootstrap_keeping.open_kept(settings) as conversations:
            return await feedback.export_feedback(conversations, out)

    return asyncio.run(export()) if settings.database_begun else 0


def read_receipt(settings: Settings, answer_id: str) -> Receipt:
    """How a kept answer came about, whoever asked. Raises NotFound, SetupError, Busy."""

    async def read() -> Receipt:
        async with bootstrap_keeping.open_kept(settings) as conversations:
            return await conversations.read_receipt(answer_id)

    if not settings.database_begun:
        raise NotFound(NO_ANSWER)
    return asyncio.run(read())


def replay_answer(settings: Settings, answer_id: str) -> Replay:
    """Asks the question of a kept answer again and compares. Raises NotFound, SetupError, Busy."""
    receipt = read_receipt(settings, answer_id)
    return asyncio.run(replay(receipt, bootstrap.make_assistant(settings)[0]))
