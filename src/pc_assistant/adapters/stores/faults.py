"""What databases complain of, in one sentence."""

import contextlib
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from pc_assistant.domain.errors import Busy, PcAssistantError, SetupError, UsageError

# (words of SQLite's message, what is told); the first that fits counts.
SQLITE = (
    ("readonly", "cannot be written: make it and its folder writable"),
    ("unable to open", "cannot be opened: see that it is there, and that its folder is readable and writable"),
    ("not a database", "is damaged: restore it with `pc-assistant restore`, or move it away to begin anew"),
    ("malformed", "is damaged: restore it with `pc-assistant restore`, or move it away to begin anew"),
    ("full", "cannot be written: the disk is full"),
    ("disk I/O error", "cannot be read or written: see that the disk is sound and has room"),
)
# (how PostgreSQL's SQLSTATE begins, what is told)
POSTGRES = (
    ("28", "does not let us in: correct the user or the password in PC_DATABASE_URL"),
    ("3D", "is not there: create it, or correct its name in PC_DATABASE_URL"),
    ("42501", "does not let this user work: make it the owner of the database, or grant it CREATE on the schema"),
    ("25006", "can only be read: name the primary server in PC_DATABASE_URL"),
    ("53100", "cannot be written: the disk is full"),
    ("57P", "cannot be reached: it is stopping or starting"),
    ("08", "cannot be reached: see that the server runs, and that PC_DATABASE_URL names it"),
)
CROWDED = ("40001", "40P01", "53300", "55P03", "57014")  # gives way to others, or has no room for one more
NOT_TEXT = ("22021", "22P05", "54000")  # U+0000, which PostgreSQL cannot keep
UNREACHED = "cannot be reached: see that the server runs, and that PC_DATABASE_URL names it"


@contextlib.contextmanager
def explained(name: str) -> Iterator[None]:
    """Tells the database's faults, under `name`, as SetupError, Busy or UsageError; a broken constraint is the caller's, and passes."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _of_driver(name, error) from error
    except PoolTimeoutError as error:
        raise Busy(f"The database {name} answers too slowly: try again.") from error
    except OSError as error:  # asyncpg's, of a server that is not there; TimeoutError is one, too
        raise SetupError(f"The database {name} {UNREACHED}.") from error


def fault(name: str, message: str) -> PcAssistantError:
    """What SQLite's message means."""
    if "locked" in message or "busy" in message:
        return Busy(f"Another process holds the database {name}: try again.")
    told = next((told for words, told in SQLITE if words in message), f"cannot be used: {message}")
    return SetupError(f"The database {name} {told}.")


def _of_driver(name: str, error: DBAPIError) -> PcAssistantError:
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:
        return SetupError(f"The database {name} {UNREACHED}.") if error.connection_invalidated else fault(name, str(error.orig))
    if state in CROWDED:
        return Busy(f"The database {name} is too busy: try again.")
    if state in NOT_TEXT:
        return UsageError("There is a character in this that cannot be kept (U+0000): take it out.")
    told = next((told for begin, told in POSTGRES if state.startswith(begin)), f"cannot be used: {error.orig}")
    return SetupError(f"The database {name} {told}.")
