"""The bots that are on, by the settings; what one needs is imported for it alone."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pydantic import SecretStr

from pc_assistant.domain.errors import SetupError, UsageError
from pc_assistant.domain.ports import Assistant, Library
from pc_assistant.observing.noting import Channel as ChannelName
from pc_assistant.settings import Settings, environment

if TYPE_CHECKING:  # a process without bots imports nothing of theirs
    from pc_assistant.adapters.stores.database import DatabaseConversations
    from pc_assistant.bots.channel import Channel
    from pc_assistant.bots.desk import Desk
    from pc_assistant.bots.teams.channel import Options as TeamsOptions

    MakeChannel = Callable[[Settings, Desk], Channel]

Watch = Callable[[ChannelName], Assistant]
BOT_TOKEN = "xoxb-"  # by this Slack's SDK tells a bot's token, and only of a bot's does it learn the name that is left out of a mention


def make_channels(
    settings: Settings,
    watch: Watch,
    library: Library,
    conversations: "DatabaseConversations",
    teams: "TeamsOptions | None" = None,
    working: "Callable[[int, int], None] | None" = None,
) -> list["Channel"]:
    """The bots that are on. Raises UsageError where the settings of one are not whole.

    `watch` gives the assistant as a channel asks it; `working` is told how much is being answered, and how much may be. `teams` takes the place of the settings for Teams: those of the stand-in.
    """
    makers: dict[ChannelName, MakeChannel] = {"slack": _slack} if settings.slack_bot_token else {}
    makers |= {"teams": partial(_teams, conversations, teams)} if settings.teams_app_id or teams else {}
    if not makers:
        return []
    try:
        return _made(makers, settings, watch, library, conversations, working)
    except ModuleNotFoundError as error:
        raise SetupError(not_installed(error)) from error


def not_installed(error: ModuleNotFoundError) -> str:
    """What is told where the packages of a bot are missing."""
    return f"A bot is on whose packages are not installed ({error.name}): install pc-assistant with its extra, such as pc-assistant[slack]."


def _made(
    makers: "dict[ChannelName, MakeChannel]",
    settings: Settings,
    watch: Watch,
    library: Library,
    conversations: "DatabaseConversations",
    working: "Callable[[int, int], None] | None",
) -> list["Channel"]:
    from pc_assistant.adapters.stores.seen import DatabaseSeenEvents
    from pc_assistant.bots.desk import Desk
    from pc_assistant.bots.work import Work, unwatched
    from pc_assistant.channels.limiting import PerMinute, shared_storage

    assistants = {name: watch(name) for name in makers}
    desk = Desk(
        next(iter(assistants.values())),
        library,
        conversations,
        DatabaseSeenEvents(conversations.engine, pseudonym=conversations.pseudonym),
        settings.address,
        PerMinute(
            settings.bots_questions_per_minute, shared_storage(settings.redis_url.get_secret_value()) if settings.redis_url else None
        ),
        Work(settings.bots_work, settings.bots_drain_seconds, working or unwatched),
    )
    return [make(settings, replace(desk, assistant=assistants[name])) for name, make in makers.items()]


def _slack(settings: Settings, desk: "Desk") -> "Channel":
    from pc_assistant.bots.slack.bot import Options, SlackBot

    if (settings.slack_signing_secret is None) == (settings.slack_app_token is None):
        raise UsageError("Slack needs either PC_SLACK_SIGNING_SECRET, for requests over HTTP, or PC_SLACK_APP_TOKEN, for Socket Mode.")
    if {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"} <= os.environ.keys():
        raise UsageError("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET make Slack's SDK ignore the bot token: unset them.")
    token = _secret(settings.slack_bot_token) or ""
    if not token.startswith(BOT_TOKEN):
        raise UsageError(
            f"PC_SLACK_BOT_TOKEN is not the token of a bot, which begins with {BOT_TOKEN}: Slack's SDK would not know its own name."
        )
    if not settings.slack_workspaces:
        raise UsageError("Slack needs PC_SLACK_WORKSPACES: the ids of the workspaces that are served, such as T0123456789.")
    return SlackBot(
        desk,
        Options(
            bot_token=token,
            workspaces=frozenset(settings.slack_workspaces),
            signing_secret=_secret(settings.slack_signing_secret),
            app_token=_secret(settings.slack_app_token),
            private_replies=settings.slack_private_replies,
            silent_without_citations=settings.slack_silent_without_citations,
            streaming=settings.slack_streaming,
            api_url=f"{settings.slack_api_url}/",
        ),
    )


def _teams(conversations: "DatabaseConversations", given: "TeamsOptions | None", settings: Settings, desk: "Desk") -> "Channel":
    from pc_assistant.adapters.stores.sent import DatabaseSentMessages
    from pc_assistant.bots.teams.channel import TeamsChannel, refuse_open_door

    refuse_open_door(environment())
    return TeamsChannel(desk, DatabaseSentMessages(conversations.engine, conversations.pseudonym), given or _teams_options(settings))


def _teams_options(settings: Settings) -> "TeamsOptions":
    from pc_assistant.bots.teams.channel import Options
    from pc_assistant.bots.teams.wire import Credentials

    secret = _secret(settings.teams_app_secret)
    if not settings.teams_app_id or not secret or not settings.teams_tenant_id:
        raise UsageError("Microsoft Teams needs PC_TEAMS_APP_ID, PC_TEAMS_APP_SECRET and PC_TEAMS_TENANT_ID, all three.")
    credentials = Credentials(settings.teams_app_id, secret, settings.teams_tenant_id)
    return Options(credentials, frozenset(settings.teams_tenants or (settings.teams_tenant_id,)))


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
