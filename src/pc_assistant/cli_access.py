"""Commands on who may ask: the keys of programs."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from pc_assistant.domain.access import Role
from pc_assistant.domain.dates import utc_now
from pc_assistant.settings import read_settings

DataDir = Annotated[Path | None, typer.Option(help="Where all state lives (PC_DATA_DIR).")]
keys = typer.Typer(help="Keys by which programs say who they are, where PC_AUTHENTICATION is on.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.add_typer(keys, name="keys")


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What or whom it is for.")],
    role: Annotated[Literal["reader", "operator", "admin"], typer.Option(help="What it allows.")] = "reader",
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Good for so many days; until it is revoked by default.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it, this once."""
    from pc_assistant import bootstrap_access

    key, given = asyncio.run(bootstrap_access.create_key(read_settings(data_dir=data_dir), name, Role[role.upper()], days))
    until = f" until {key.expires:%d %B %Y}" if key.expires else ""
    print(f"The key {key.id} for {key.name} is good{until}, as {role}. It is not shown again:", file=sys.stderr)
    print(given)


@keys.command("list")
def list_keys(data_dir: DataDir = None) -> None:
    """Show every key: its id, state, role, when it was made, ends and was last used, and its name."""
    from pc_assistant import bootstrap_access

    now = utc_now()
    for key in asyncio.run(bootstrap_access.keys(read_settings(data_dir=data_dir))):
        made, ends, used = (f"{when:%Y-%m-%d}" if when else "-" for when in (key.created, key.expires, key.last_used))
        print(f"{key.id}  {key.state(now):<7}  {key.role.word:<8}  made {made}  ends {ends:<10}  used {used:<10}  {key.name}")


@keys.command("revoke")
def revoke_key(key_id: str, data_dir: DataDir = None) -> None:
    """End a key: within seconds it opens nothing any more."""
    from pc_assistant import bootstrap_access

    asyncio.run(bootstrap_access.revoke_key(read_settings(data_dir=data_dir), key_id))
    print(f"The key {key_id} is revoked.")
