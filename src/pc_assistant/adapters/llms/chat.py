"""A LangChain chat model as a LanguageModel: bounded in time, number, tokens and money, tried again where that can help."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_before_delay

from pc_assistant.adapters.llms.breaker import Breaker
from pc_assistant.adapters.llms.ledger import Ledger
from pc_assistant.adapters.llms.options import LlmOptions, Usage
from pc_assistant.adapters.llms.providers import PROVIDERS
from pc_assistant.domain.errors import LanguageModelFailed
from pc_assistant.domain.writing import WritingRequest

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessageChunk

FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
WORTH_ANOTHER_TRY = frozenset((408, 409, 425, 429))
NOT_UNDERSTOOD = frozenset((400, 422, 500, 501))  # some servers break on a schema of a kind that they do not know
WAYS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "json_schema": lambda schema: {
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    },
    "json_object": lambda schema: {"response_format": {"type": "json_object", "schema": schema}},
    "format": lambda schema: {"format": schema},
    "not at all": lambda schema: {},
}
CHARACTERS_A_TOKEN = 3  # fewer than any of the models has in English: what is reserved is rather too much
MESSAGE_TOKENS = 50
TOO_LONG = "it took too long"

logger = logging.getLogger(__name__)


class ChatModel:
    """The LanguageModel over `chat`. `sleep`, `clock` (seconds) and `jitter` (0 to 1) are those of the machine but in tests."""

    def __init__(
        self,
        chat: "BaseChatModel",
        options: LlmOptions,
        ledger: Ledger,
        breaker: Breaker | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._chat = chat
        self._options = options
        self._ledger = ledger
        self._breaker = breaker or Breaker()
        self._places = threading.BoundedSemaphore(options.concurrency)
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._ways: tuple[str, ...] = (*PROVIDERS[options.provider].schemas, "not at all")

    @property
    def name(self) -> str:
        """As in `PC_LLM`."""
        return self._options.name

    def write(self, request: WritingRequest) -> Iterator[str]:
        """The reply in the pieces that it comes in. Raises LanguageModelFailed, before or between them."""
        self._breaker.enter()
        if not self._places.acquire(blocking=False):
            raise LanguageModelFailed("as many calls as are allowed are under way")
        try:
            most = Usage(
                tokens_in=MESSAGE_TOKENS + (len(request.system) + len(request.user)) // CHARACTERS_A_TOKEN,
                tokens_out=self._options.max_tokens,
            )
            day = self._ledger.reserve(most)
            used, begun = Usage(), False
            try:
                for chunk in self._chunks(request):
                    begun = True
                    used = used.plus(_usage(chunk))
                    if text := chunk.text:
                        yield text
            except LanguageModelFailed as error:
                begun |= str(error) == TOO_LONG  # it may have been at work all the while
                raise
            finally:  # what the provider has not told stands as it was reserved
                told = Usage(tokens_in=used.tokens_in or most.tokens_in, tokens_out=used.tokens_out or most.tokens_out)
                self._ledger.settle(day, most, told if begun else Usage())
        finally:
            self._places.release()

    def _chunks(self, request: WritingRequest) -> "Iterator[BaseMessageChunk]":
        """What the provider sends; its errors become ours, without its words: they may repeat a key or the question."""
        begun = self._clock()
        try:
            first, rest = self._begin(request)
            yield first
            for chunk in rest:
                if self._clock() - begun > self._options.seconds:
                    raise TimeoutError
                yield chunk
        except GeneratorExit:
            raise
        except Exception as error:
            self._breaker.failed()
            reason = _reason(error)
            logger.warning("language model %s: %s (%s)", self.name, reason, type(error).__name__)
            raise LanguageModelFailed(reason) from None
        self._breaker.succeeded()

    def _begin(self, request: WritingRequest) -> "tuple[BaseMessageChunk, Iterator[BaseMessageChunk]]":
        """The first chunk and the rest; tried again as long as nothing has come."""
        retrying = Retrying(
            stop=stop_after_attempt(self._options.attempts) | stop_before_delay(self._options.seconds),
            wait=self._wait,
            retry=retry_if_exception(_is_passing),
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._open, request)

    def _open(self, request: WritingRequest, ways: tuple[str, ...] = ()) -> "tuple[BaseMessageChunk, Iterator[BaseMessageChunk]]":
        """The first chunk and the rest. Until one has come, the schema is told in every way that the server may know, at last in none."""
        ways = ways or self._ways
        try:
            rest = self._chat.stream([("system", request.system), ("human", request.user)], **WAYS[ways[0]](request.output))
            first = next(rest)
        except StopIteration:
            raise ConnectionError("nothing came") from None
        except Exception as error:
            if _status(error) in NOT_UNDERSTOOD and len(ways) > 1:
                return self._open(request, ways[1:])
            raise
        self._ways = ways[:1]
        return first, rest

    def _wait(self, state: RetryCallState) -> float:
        """Seconds to wait: twice as long each time, with full jitter, or what the server asks for."""
        error = state.outcome.exception() if state.outcome else None
        longest: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (state.attempt_number - 1))
        return max(_asked_for(error), longest * self._jitter())


def _usage(chunk: "BaseMessageChunk") -> Usage:
    """What a chunk tells of usage; providers spread it over several."""
    found = getattr(chunk, "usage_metadata", None) or {}
    return Usage(tokens_in=found.get("input_tokens", 0), tokens_out=found.get("output_tokens", 0))


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def _is_passing(error: BaseException) -> bool:
    """Whether another try can help: the server was busy or broken, or the connection failed."""
    status = _status(error)
    return status in WORTH_ANOTHER_TRY or (status or 500) >= 500


def _asked_for(error: BaseException | None) -> float:
    """The seconds of a Retry-After header; 0 where there is none."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except ValueError:
        return 0.0


def _reason(error: Exception) -> str:
    status = _status(error)
    if status:
        return f"it answered with the HTTP status {status}"
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
        return TOO_LONG
    return "the connection to it failed or broke off"
