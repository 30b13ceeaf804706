"""Whether a request was signed by the Bot Framework for this very bot, and for the service that its activity names."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from jwt import PyJWKClientConnectionError, PyJWTError
from starlette.exceptions import HTTPException

from pc_assistant.bots.teams.arrival import unauthorised
from pc_assistant.bots.teams.sdk import CloudEnvironment, TokenValidator

THREADS = 2
RETRY_AFTER = {"Retry-After": "5"}

logger = logging.getLogger(__name__)


class Tokens:
    """Checks tokens by the SDK's validator for the Bot Framework; it fetches keys and blocks, so it runs in threads of its own.

    The threads are few and not those that answer questions: whoever sends tokens with unknown keys can only make other tokens wait.
    """

    def __init__(self, app_id: str, cloud: CloudEnvironment) -> None:
        self._validator = TokenValidator.for_service(app_id, cloud=cloud)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="teams-tokens")

    async def check(self, token: str, service_url: str) -> None:
        """Raises HTTPException: 401 for a token that is not right, 503 where the keys cannot be had."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._check, token, service_url)
        except PyJWKClientConnectionError as error:
            logger.error("the keys of the Bot Framework cannot be had: %s", type(error).__name__)
            raise HTTPException(503, "The keys of the Bot Framework cannot be had.", RETRY_AFTER) from error
        except PyJWTError as error:
            logger.warning("a request with a bad token was refused: %s", type(error).__name__)
            raise unauthorised() from error

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, token: str, service_url: str) -> None:
        asyncio.run(self._validator.validate_token(token, service_url))  # a coroutine that awaits nothing
