"""A chat completion in chunks: the events of an answer's stream, told in OpenAI's words."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi.sse import ServerSentEvent, format_sse_event

from pc_assistant.channels.markdown import Address, beneath
from pc_assistant.domain.answers import Answer
from pc_assistant.web.openai.bodies import Message
from pc_assistant.web.openai.errors import error_object
from pc_assistant.web.openai.replies import facts, message, usage
from pc_assistant.web.problems import Problem

DONE = "[DONE]"


async def chunks(
    events: AsyncIterator[ServerSentEvent],
    messages: Sequence[Message],
    model: str,
    created: int,
    completion_id: str,
    address: Address,
    include_usage: bool,
) -> AsyncIterator[bytes]:
    """The stream of one completion. What ends in an error ends without [DONE], as OpenAI's does."""
    head = {"id": completion_id, "object": "chat.completion.chunk", "created": created, "model": model}
    head |= {"usage": None} if include_usage else {}

    def chunk(delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> bytes:
        return _data({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}], **more})

    yield chunk({"role": "assistant", "content": ""})
    async for event in events:
        if event.comment:
            yield format_sse_event(comment=event.comment)
        elif event.event == "delta":
            yield chunk({"content": json.loads(event.raw_data or "")["text"]})
        elif event.event == "error":
            yield _data({"error": error_object(Problem.model_validate_json(event.raw_data or "")).model_dump()})
        elif event.event == "done":
            answer = Answer.model_validate_json(event.raw_data or "")
            below = beneath(answer, address)
            if below:
                yield chunk({"content": below})
            said = message(answer, answer.answer + below, address)
            delta = said.model_dump(mode="json", exclude={"role", "content"})
            more = {"citations": delta["citations"], "pc_assistant": facts(answer).model_dump(mode="json")}
            yield chunk(delta, "stop", system_fingerprint=answer.corpus_version, **more)
            if include_usage:
                yield _data({**head, "choices": [], "usage": usage(messages, said.content).model_dump()})
            yield format_sse_event(data_str=DONE)


def _data(value: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(value, ensure_ascii=False))
