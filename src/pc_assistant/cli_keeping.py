"""Commands on what is kept: backups, retention, and what is known of one person."""

from pathlib import Path
from typing import Annotated

import typer

from pc_assistant.settings import read_settings

DataDir = Annotated[Path | None, typer.Option(help="Where all state lives (PC_DATA_DIR).")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command()(backup)
    app.command()(restore)


def backup(file: Annotated[Path, typer.Argument(help="A new file, such as backup.tar.gz.")], data_dir: DataDir = None) -> None:
    """Write one consistent archive of all state, while the service runs."""
    from pc_assistant.bootstrap_keeping import make_backup

    settings = read_settings(data_dir=data_dir)
    manifest = make_backup(settings, file)
    print(
        f"{file} holds {len(manifest.files)} files ({manifest.size:,} bytes before compression). It is as confidential as what it was made from."
    )
    if settings.database_url:
        print("Conversations are in PostgreSQL and not in this file: back them up with pg_dump.")


def restore(file: Annotated[Path, typer.Argument(help="A backup.")], data_dir: DataDir = None) -> None:
    """Put a backup in the place of the state, once it is verified; what was there is kept aside."""
    from pc_assistant.bootstrap_keeping import restore_backup

    manifest, aside = restore_backup(read_settings(data_dir=data_dir), file)
    print(
        f"Restored the state of {manifest.created:%d %B %Y, %H:%M} UTC ({len(manifest.files)} files, written by version {manifest.software})."
    )
    if aside:
        print(f"What was there before is in {aside}: delete it when it is no longer needed.")
