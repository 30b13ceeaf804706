"""What is kept, by the settings: backups, and restoring them."""

from pathlib import Path

from pc_assistant.adapters.stores.backup import back_up
from pc_assistant.adapters.stores.restore import restore
from pc_assistant.domain.backups import Manifest
from pc_assistant.settings import Settings


def make_backup(settings: Settings, target: Path) -> Manifest:
    """Writes all state of the data directory to a new file, while others serve and ingest. Raises UsageError, SetupError, Busy."""
    return back_up(settings.data_dir, target)


def restore_backup(settings: Settings, archive: Path) -> tuple[Manifest, Path | None]:
    """Puts a backup in the place of the state of the data directory; what it holds, and where the former state is.

    Raises UsageError, SetupError, Busy.
    """
    manifest, aside = restore(archive, settings.data_dir)
    return manifest, settings.data_dir / aside if aside else None
