"""Commands on what is kept: backups, retention, and what is known of one person."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import Busy, UsageError
from pc_assistant.settings import read_settings

retention = typer.Typer(name="retention", help="How long what is kept is kept.", no_args_is_help=True)
people = typer.Typer(name="people", help="What is kept of one person.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="slack:WORKSPACE:USER, teams:TENANT:OBJECT-ID, or a caller's id.")]
DataDir = Annotated[Path | None, typer.Option(help="Where all state lives (PC_DATA_DIR).")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command()(backup)
    app.command()(restore)
    app.add_typer(retention)
    app.add_typer(people)


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


@retention.command("show")
def show_retention(
    markdown: Annotated[bool, typer.Option("--markdown", help="Only the table, as in docs/privacy.md.")] = False, data_dir: DataDir = None
) -> None:
    """Show what is kept, how long, and what a run would delete now."""
    from pc_assistant import bootstrap_keeping
    from pc_assistant.domain.retention import KEPT, as_table, lasting

    settings = read_settings(data_dir=data_dir)
    if markdown:
        print(as_table(bootstrap_keeping.days(settings)))
        return
    for kept in KEPT:
        print(f"{lasting(kept, bootstrap_keeping.days(settings)):<20} {', '.join((*kept.tables, *kept.files))}: {kept.what}.")
    print(f"A run now would delete {asyncio.run(bootstrap_keeping.count_old(settings, utc_now())).told()}.")


@retention.command("run")
def run_retention(data_dir: DataDir = None) -> None:
    """Delete what has been kept long enough; a service does so every hour."""
    from pc_assistant import bootstrap_keeping

    removed = asyncio.run(bootstrap_keeping.delete_old(read_settings(data_dir=data_dir), utc_now()))
    if removed is None:
        raise Busy("Another process is deleting what is old: let it end.")
    print(f"Deleted {removed.told()}.")


@people.command("export")
def export_person(
    person: Id,
    out: Annotated[Path | None, typer.Argument(help="A file to write; standard output by default.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write all that is kept of a person as JSON."""
    from pc_assistant import bootstrap_keeping

    found = asyncio.run(bootstrap_keeping.export_person(read_settings(data_dir=data_dir), person, utc_now())).model_dump_json(indent=2)
    if out is None:
        print(found)
        return
    try:
        out.write_text(found + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error


@people.command("erase")
def erase_person(person: Id, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, data_dir: DataDir = None) -> None:
    """Delete all that is kept of a person; it cannot be brought back but by a backup."""
    from pc_assistant import bootstrap_keeping

    settings = read_settings(data_dir=data_dir)
    if not yes:
        typer.confirm(f"Delete all that is kept of {person}?", abort=True, err=True)
    print(f"Deleted {asyncio.run(bootstrap_keeping.erase_person(settings, person)).told()}.")
    if asides := sorted(path.name for path in settings.data_dir.glob("before-restore-*")):
        print(f"What restores have put aside may still hold some of it: delete {', '.join(asides)}.", file=sys.stderr)
