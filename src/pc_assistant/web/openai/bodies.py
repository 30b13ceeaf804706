"""The body of a chat completion's request: what is read of it, what is passed over, and what is refused since it would be misunderstood."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pc_assistant.channels.cleaning import clean, encodable
from pc_assistant.channels.markdown import without_sources
from pc_assistant.domain.conversations import MAX_HISTORY, MAX_QUESTION, Question, Turn
from pc_assistant.web.bodies import MAX_MESSAGE, Body
from pc_assistant.web.openai.models import Model, answerer_of
from pc_assistant.web.problems import invalid

TEXT_PART = {"type": "object", "properties": {"type": {"const": "text"}, "text": {"type": "string"}}, "required": ["type", "text"]}
CONTENT = {"anyOf": [{"type": "string"}, {"type": "array", "items": TEXT_PART}, {"type": "null"}]}
TOOLS = "Tools are not supported: this model answers from its documents alone."


def _content(value: Any) -> str:
    """The text of a message: a string, or text parts, joined. Raises PydanticCustomError."""
    if value is None:
        return ""
    if not isinstance(value, (str, list)):
        raise PydanticCustomError("string_type", "Must be a string, or a list of text parts.")
    return "\n".join(map(_part, value)) if isinstance(value, list) else encodable(value)


def _part(part: Any) -> str:
    kind, text = (part.get("type"), part.get("text")) if isinstance(part, dict) else (None, None)
    if kind != "text" or not isinstance(text, str):
        raise PydanticCustomError("unsupported", "Only text can be read: give a string, or parts of the type text.")
    return encodable(text)


def _only(*allowed: Any, said: str) -> Callable[[Any], Any]:
    """Refuses what would change the meaning of an answer, with one sentence."""

    def check(value: Any) -> Any:
        if value is not None and value not in allowed:
            raise PydanticCustomError("unsupported", "{said}", {"said": said})
        return value

    return check


PassedOver = Annotated[Any, Field(description="Taken and passed over: the answer is in the words of the documents all the same.")]


class Message(BaseModel):
    """One message; what else a client says of it (a name, the annotations of an answer that it sends back) is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, PlainValidator(_content), WithJsonSchema(CONTENT)] = ""


class StreamOptions(BaseModel):
    """How to stream."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    include_usage: bool | None = Field(default=None, description="Ends the stream with a chunk that has the usage.")


class ChatCompletionRequest(Body):
    """A question as the last message, and what was said before. System messages are read by nobody: they cannot change an answer."""

    model: str
    messages: list[Message] = Field(description="The last one is the user's question, of 1 to 2,000 characters.")
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[Any, AfterValidator(_only(1, said="One answer is given to a question: leave n out, or give 1."))] = None
    tools: Annotated[Any, AfterValidator(_only([], said=TOOLS))] = None
    tool_choice: Annotated[Any, AfterValidator(_only("none", "auto", said=TOOLS))] = None
    functions: Annotated[Any, AfterValidator(_only([], said=TOOLS))] = None
    function_call: Annotated[Any, AfterValidator(_only("none", "auto", said=TOOLS))] = None
    response_format: Annotated[Any, AfterValidator(_only({"type": "text"}, said="Answers are text: leave response_format out."))] = None
    logprobs: Annotated[Any, AfterValidator(_only(False, said="There are no log probabilities: leave logprobs out."))] = None
    modalities: Annotated[Any, AfterValidator(_only(["text"], said="Answers are text: leave modalities out."))] = None
    frequency_penalty: PassedOver = None
    logit_bias: PassedOver = None
    max_completion_tokens: PassedOver = None
    max_tokens: PassedOver = None
    metadata: PassedOver = None
    parallel_tool_calls: PassedOver = None
    presence_penalty: PassedOver = None
    prompt_cache_key: PassedOver = None
    reasoning_effort: PassedOver = None
    safety_identifier: PassedOver = None
    seed: PassedOver = None
    service_tier: PassedOver = None
    stop: PassedOver = None
    store: PassedOver = None
    temperature: PassedOver = None
    top_logprobs: PassedOver = None
    top_p: PassedOver = None
    user: PassedOver = None
    verbosity: PassedOver = None

    def question(self, model: Model) -> Question:
        """The question, with the last messages before it as its history. Raises RequestValidationError."""
        if not self.messages:
            raise invalid("messages", "Must hold at least one message.")
        last = len(self.messages) - 1
        if self.messages[last].role != "user":
            raise invalid(f"messages.{last}.role", "The last message must be the user's question.")
        text = _cleaned(self.messages[last], last, 1, MAX_QUESTION)
        said = [(place, message) for place, message in enumerate(self.messages[:last]) if message.role in {"user", "assistant"}]
        history = tuple(_turn(message, place) for place, message in said[-MAX_HISTORY:])
        return Question(text=text, history=history, answerer=answerer_of(model))


def _turn(message: Message, place: int) -> Turn:
    text = _cleaned(message, place, 0, MAX_MESSAGE)
    if message.role == "user":
        return Turn(role="user", content=text)
    return Turn(role="assistant", content=without_sources(text))


def _cleaned(message: Message, place: int, least: int, most: int) -> str:
    try:
        return clean(message.content, least, most)
    except PydanticCustomError as error:
        raise invalid(f"messages.{place}.content", error.message(), error.type) from error
