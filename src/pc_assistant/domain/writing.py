"""WritingRequest: what a language model is asked to write."""

from pydantic import JsonValue

from pc_assistant.domain.values import Value


class WritingRequest(Value):
    """The system's message, the user's message and the JSON schema that the reply is to keep."""

    system: str
    user: str
    output: dict[str, JsonValue]
