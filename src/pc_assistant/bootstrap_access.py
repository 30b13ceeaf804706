"""Who may ask, by the settings; what signing in needs is imported where it is on."""

import ipaddress
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from pc_assistant.adapters.stores.database import DatabaseConversations, open_conversations
from pc_assistant.adapters.stores.disk import read_secret
from pc_assistant.adapters.stores.keys import DatabaseKeys
from pc_assistant.adapters.stores.seen import DatabaseSeenEvents
from pc_assistant.domain.access import LOCAL, Caller, Key, Role
from pc_assistant.domain.dates import utc_now
from pc_assistant.domain.errors import SetupError, UsageError
from pc_assistant.settings import Settings
from pc_assistant.web.access.credentials import Credentials
from pc_assistant.web.access.gate import Access, Count

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_NAME = 100
QUESTIONS_PER_MINUTE = 120
SESSION_SECRET = "session-secret"
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
    """Who may ask, and how often. Raises SetupError where an extra is not installed."""
    return replace(_access(settings, conversations), count=_counter(settings))


def _counter(settings: Settings) -> Count | None:
    others = settings.authentication or settings.open_to_all is not None
    most = settings.questions_per_minute if settings.questions_per_minute is not None else QUESTIONS_PER_MINUTE if others else 0
    if not most:
        return None
    from pc_assistant.channels.limiting import PerMinute, shared_storage  # a process without limits imports nothing of them

    return PerMinute(most, shared_storage(settings.redis_url.get_secret_value()) if settings.redis_url else None).count


def _access(settings: Settings, conversations: DatabaseConversations) -> Access:
    public = urlsplit(settings.public_url or "")
    if not settings.authentication:
        hosts = [*LOOPBACK, public.hostname] if public.hostname else LOOPBACK
        everybody = LOCAL.model_copy(update={"role": Role[(settings.open_to_all or "admin").upper()]})

        async def identify(_: HTTPConnection) -> Caller | None:
            return everybody

        return Access(identify, hosts, addresses=settings.open_to_all is not None, public=public.netloc or None)
    credentials = Credentials(DatabaseKeys(conversations.engine).caller, guests=settings.guests)
    if settings.oidc_issuer is None:
        return Access(credentials, public=public.netloc or None)
    try:
        return _with_issuer(settings, settings.oidc_issuer, credentials, conversations)
    except ModuleNotFoundError as error:
        raise SetupError(f"Signing in needs a package that is not installed ({error.name}): install pc-assistant[oidc].") from error


def _with_issuer(settings: Settings, url: str, credentials: Credentials, conversations: DatabaseConversations) -> Access:
    from pc_assistant.adapters.identity.issuer import Issuer
    from pc_assistant.adapters.identity.tokens import Tokens

    issuer = Issuer(url)
    audience = settings.oidc_audience or settings.oidc_client_id or ""
    default = Role[settings.oidc_default_role.upper()] if settings.oidc_default_role else None
    tokens = Tokens(issuer, [audience], settings.oidc_role_claim, default)
    public = urlsplit(settings.public_url or "").netloc or None
    if settings.oidc_client_id is None:
        return Access(replace(credentials, tokens=tokens.caller), public=public)
    if settings.public_url is None and not is_loopback(settings.host):
        raise UsageError("Signing in needs PC_PUBLIC_URL: the address that people use, to which the issuer sends them back.")
    from pc_assistant.adapters.identity.signing_in import SignIn
    from pc_assistant.web.access.sessions import Sessions
    from pc_assistant.web.access.signing_in import sign_in_router

    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    sign_in = SignIn(issuer, tokens, settings.oidc_client_id, secret, f"{settings.address}/sign-in/callback")
    lasts = timedelta(hours=settings.session_hours)
    ended = DatabaseSeenEvents(conversations.engine, kept_for=lasts)
    sessions = Sessions(session_secret(settings), lasts.total_seconds(), settings.address.startswith("https://"), ended)
    seen = DatabaseSeenEvents(conversations.engine)
    whole = replace(credentials, tokens=tokens.caller, sessions=sessions.caller)
    return Access(whole, public=public, routers=[sign_in_router(sign_in, sessions, seen.first)])


def session_secret(settings: Settings) -> str:
    """What signs cookies: the setting, or a file of the data directory, made where there is none. Raises SetupError."""
    if settings.session_secret:
        return settings.session_secret.get_secret_value()
    return read_secret(settings.data_dir / SESSION_SECRET, "everybody has to sign in again").decode()


async def create_key(settings: Settings, name: str, role: Role, days: int | None) -> tuple[Key, str]:
    """Makes a key that is good for so many days, or until it is revoked. Raises UsageError, SetupError, Busy."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise UsageError(f"The name of a key has 1 to {LONGEST_NAME} letters.")
    expires = utc_now() + timedelta(days=days) if days is not None else None
    async with open_conversations(settings.database) as conversations:
        return await DatabaseKeys(conversations.engine).create(name, role, expires)


async def keys(settings: Settings) -> Sequence[Key]:
    """Every key, oldest first. Raises SetupError, Busy."""
    async with open_conversations(settings.database) as conversations:
        return await DatabaseKeys(conversations.engine).all()


async def revoke_key(settings: Settings, key_id: str) -> None:
    """From now on the key opens nothing. Raises NotFound, SetupError, Busy."""
    async with open_conversations(settings.database) as conversations:
        await DatabaseKeys(conversations.engine).revoke(key_id)
