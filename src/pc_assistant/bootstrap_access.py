"""Who may ask, by the settings; what signing in needs is imported where it is on."""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.keys import DatabaseKeys
from pc_assistant.domain.access import LOCAL, Caller, Key, Role
from pc_assistant.domain.errors import UsageError
from pc_assistant.settings import Settings
from pc_assistant.web.access.credentials import Credentials
from pc_assistant.web.access.gate import Access

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_NAME = 100
LETS_OTHERS_IN = (
    "Serving on {host} lets others in who need not say who they are: set PC_AUTHENTICATION=true, so that they must, "
    "or PC_OPEN_TO_ALL=reader, where whoever reaches this machine may read and ask."
)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what is served on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_open_door(settings: Settings) -> None:
    """Raises UsageError where others than this machine would be let in without anybody having said that they may be."""
    if not (settings.authentication or settings.open_to_all or is_loopback(settings.host)):
        raise UsageError(LETS_OTHERS_IN.format(host=settings.host))


def make_access(settings: Settings, conversations: DatabaseConversations) -> Access:
    """Who may ask. Raises SetupError where the extra for signing in is not installed."""
    public = urlsplit(settings.public_url or "")
    if not settings.authentication:
        hosts = [*LOOPBACK, public.hostname] if public.hostname else LOOPBACK
        everybody = LOCAL.model_copy(update={"role": Role[(settings.open_to_all or "admin").upper()]})

        async def identify(_: HTTPConnection) -> Caller | None:
            return everybody

        return Access(identify, hosts, addresses=settings.open_to_all is not None, public=public.netloc or None)
    return Access(Credentials(DatabaseKeys(conversations.engine).caller, guests=settings.guests), public=public.netloc or None)


async def create_key(settings: Settings, name: str, role: Role, days: int | None) -> tuple[Key, str]:
    """Makes a key that is good for so many days, or until it is revoked. Raises UsageError, SetupError, Busy."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise UsageError(f"The name of a key has 1 to {LONGEST_NAME} letters.")
    expires = datetime.now(UTC) + timedelta(days=days) if days is not None else None
    conversations = open_conversations(settings.database)
    try:
        return await DatabaseKeys(conversations.engine).create(name, role, expires)
    finally:
        await conversations.close()


async def keys(settings: Settings) -> Sequence[Key]:
    """Every key, oldest first. Raises SetupError, Busy."""
    conversations = open_conversations(settings.database)
    try:
        return await DatabaseKeys(conversations.engine).all()
    finally:
        await conversations.close()


async def revoke_key(settings: Settings, key_id: str) -> None:
    """From now on the key opens nothing. Raises NotFound, SetupError, Busy."""
    conversations = open_conversations(settings.database)
    try:
        await DatabaseKeys(conversations.engine).revoke(key_id)
    finally:
        await conversations.close()
