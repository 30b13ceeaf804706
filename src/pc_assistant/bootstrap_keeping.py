"""What is kept, by the settings: backups, and restoring them."""

from pathlib import Path

from pc_assistant.adapters.stores.backup import back_up
from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.pseudonyms import read_secret
from pc_assistant.adapters.stores.restore import restore
from pc_assistant.domain.backups import Manifest
from pc_assistant.domain.errors import SetupError
from pc_assistant.settings import Settings


def open_kept(settings: Settings) -> DatabaseConversations:
    """The store of conversations, with the secret by which it hashes ids. Raises SetupError, Busy."""
    if settings.people_secret:
        return open_conversations(settings.database, settings.people_secret.get_secret_value().encode())
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The data directory {settings.data_dir} cannot be written: {error.strerror}.") from error
    return open_conversations(settings.database, read_secret(settings.data_dir))


def make_backup(settings: Settings, target: Path) -> Manifest:
    """Writes all state of the data directory to a new file, while others serve and ingest. Raises UsageError, SetupError, Busy."""
    return back_up(settings.data_dir, target)


def restore_backup(settings: Settings, archive: Path) -> tuple[Manifest, Path | None]:
    """Puts a backup in the place of the state of the data directory; what it holds, and where the former state is.

    Raises UsageError, SetupError, Busy.
    """
    manifest, aside = restore(archive, settings.data_dir)
    return manifest, settings.data_dir / aside if aside else None
