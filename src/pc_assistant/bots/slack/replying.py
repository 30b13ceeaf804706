"""Where an answer goes in Slack, and how it gets there: as a message, as one that only the person sees, or growing as it is read."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from pc_assistant.bots.slack.mrkdwn import size
from pc_assistant.bots.slack.rendering import MARKDOWN, Address, Message, closing, message, streamed
from pc_assistant.domain.answers import Answer

logger = logging.getLogger(__name__)


class Reply(Protocol):
    """A way to reply to one message."""

    async def say(self, said: Message) -> None:
        """A sentence of the service itself, or a whole answer."""

    async def answer(self, answer: Answer, address: Address) -> None:
        """An answer."""


@dataclass(frozen=True)
class InChannel:
    """In a channel: in the thread of the question for all to read, or, `private`, to the person alone.

    `begun` says whether the thread is there already: Slack shows a private message only in a thread that has begun, so at its beginning it
    goes to the channel.
    """

    client: AsyncWebClient
    channel: str
    user: str
    thread: str
    begun: bool
    private: bool

    async def say(self, said: Message) -> None:
        """To the person alone, whatever answers are: it concerns nobody else."""
        await self.client.chat_postEphemeral(
            channel=self.channel,
            user=self.user,
            thread_ts=self.thread if self.begun else None,
            text=said.text,
            blocks=list(said.blocks),
        )

    async def answer(self, answer: Answer, address: Address) -> None:
        """An answer."""
        whole = message(answer, address)
        if self.private:
            await self.say(whole)
        else:
            await post(self.client, self.channel, self.thread, whole)


@dataclass(frozen=True)
class Direct:
    """In a direct message, where an answer is streamed unless `streaming` is off."""

    client: AsyncWebClient
    team: str
    channel: str
    user: str
    thread: str
    streaming: bool

    async def say(self, said: Message) -> None:
        """In the thread of the question."""
        await post(self.client, self.channel, self.thread, said)

    async def answer(self, answer: Answer, address: Address) -> None:
        """An answer; posted whole where it is too long to be streamed or streaming fails."""
        if self.streaming and sum(map(size, streamed(answer))) <= MARKDOWN:
            try:
                await self._stream(answer, address)
                return
            except SlackClientError as error:
                logger.warning("Slack: an answer could not be streamed and is posted instead: %s", type(error).__name__)
        await self.say(message(answer, address))

    async def _stream(self, answer: Answer, address: Address) -> None:
        stream = await self.client.chat_stream(
            channel=self.channel, thread_ts=self.thread, recipient_team_id=self.team, recipient_user_id=self.user
        )
        for text in streamed(answer):
            await stream.append(markdown_text=text)
        await stream.stop(blocks=list(closing(answer, address)))


@dataclass(frozen=True)
class ToCommand:
    """To a slash command: to the person alone."""

    respond: Callable[..., Awaitable[Any]]

    async def say(self, said: Message) -> None:
        """To the person alone."""
        await self.respond(text=said.text, blocks=list(said.blocks), response_type="ephemeral", replace_original=False)

    async def answer(self, answer: Answer, address: Address) -> None:
        """An answer."""
        await self.say(message(answer, address))


async def post(client: AsyncWebClient, channel: str, thread: str | None, said: Message) -> str:
    """Posts a message without previews of its links; returns its timestamp, which is its name in Slack."""
    posted = await client.chat_postMessage(
        channel=channel, thread_ts=thread, text=said.text, blocks=list(said.blocks), unfurl_links=False, unfurl_media=False
    )
    return str(posted["ts"])
