"""What is kept, by the settings: the database with its secret, backups, retention, and what is one person's."""

import asyncio
from datetime import datetime
from pathlib import Path

from pc_assistant.adapters.stores import retention
from pc_assistant.adapters.stores.backup import back_up
from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.people import DatabasePeople
from pc_assistant.adapters.stores.pseudonyms import read_key
from pc_assistant.adapters.stores.restore import restore
from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.backups import Manifest
from pc_assistant.domain.errors import SetupError, UsageError
from pc_assistant.domain.retention import Days, Exported, Removed
from pc_assistant.settings import Settings


def open_kept(settings: Settings) -> DatabaseConversations:
    """The store of conversations, with the secret by which it hashes ids. Raises SetupError, Busy."""
    if settings.people_secret:
        return open_conversations(settings.database, settings.people_secret.get_secret_value().encode())
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The data directory {settings.data_dir} cannot be written: {error.strerror}.") from error
    return open_conversations(settings.database, read_key(settings.data_dir))


def make_backup(settings: Settings, target: Path) -> Manifest:
    """Writes all state of the data directory to a new file, while others serve and ingest. Raises UsageError, SetupError, Busy."""
    return back_up(settings.data_dir, target)


def restore_backup(settings: Settings, archive: Path) -> tuple[Manifest, Path | None]:
    """Puts a backup in the place of the state of the data directory; what it holds, and where the former state is.

    Raises UsageError, SetupError, Busy.
    """
    manifest, aside = restore(archive, settings.data_dir)
    return manifest, settings.data_dir / aside if aside else None


def days(settings: Settings) -> Days:
    """How long what is kept is kept."""
    return Days(answers=settings.keep_days, aside=settings.keep_aside_days)


async def count_old(settings: Settings, now: datetime) -> Removed:
    """What a run of the retention job would delete now. Raises SetupError, Busy."""
    found = Removed()
    if settings.database_begun:
        async with open_kept(settings) as conversations:
            found = await retention.count_due(conversations.engine, now, days(settings))
    return found.model_copy(update={"asides": len(retention.asides_due(settings.data_dir, now, days(settings)))})


async def delete_old(settings: Settings, now: datetime, conversations: DatabaseConversations | None = None) -> Removed | None:
    """Deletes what has been kept long enough; None where another process is doing so. Raises SetupError, Busy."""
    if not settings.data_dir.is_dir():
        return Removed()
    with retention.one_at_a_time(settings.data_dir) as alone:
        if not alone:
            return None
        removed = Removed()
        if conversations is not None:
            removed = await retention.delete_due(conversations.engine, now, days(settings))
        elif settings.database_begun:
            async with open_kept(settings) as opened:
                removed = await retention.delete_due(opened.engine, now, days(settings))
        asides = await asyncio.to_thread(retention.delete_asides, settings.data_dir, now, days(settings))
        return removed.model_copy(update={"asides": asides})


def people(conversations: DatabaseConversations) -> DatabasePeople:
    """What is one person's."""
    return DatabasePeople(conversations.engine, conversations.pseudonym)


async def export_person(settings: Settings, identity: str, now: datetime) -> Exported:
    """All that is kept of a person or program, by the id that a channel gives them. Raises UsageError, SetupError, Busy."""
    name = person(identity)
    if not settings.database_begun:
        return Exported(person="", exported=now)
    async with open_kept(settings) as conversations:
        return await people(conversations).export(name, now)


async def erase_person(settings: Settings, identity: str) -> Removed:
    """Erases it. Raises UsageError, SetupError, Busy."""
    name = person(identity)
    if not settings.database_begun:
        return Removed()
    async with open_kept(settings) as conversations:
        return await people(conversations).erase(name)


def person(identity: str) -> str:
    """The name under which the store knows somebody. Raises UsageError where no channel has such an id."""
    kind, _, rest = identity.partition(":")
    if not kind or not rest:
        raise UsageError(
            f"{identity} is no id of a person: it is slack:WORKSPACE:USER, teams:TENANT:OBJECT-ID, or that of a caller, key:ID."
        )
    if kind in {"slack", "teams"}:
        return identity
    owner = Caller(id=identity, name=identity, role=Role.READER).owner
    assert owner is not None  # only this machine's own has none, and its id has no colon
    return owner
