"""What is checked of a request before anything is done for it, cheapest first; whose signature it bears is for `tokens`."""

from collections.abc import Collection
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.exceptions import HTTPException

from pc_assistant.bots.teams.activities import Activity

SERVICE_HOSTS = frozenset({"smba.trafficmanager.net"})  # where the public Teams service is spoken to
SCHEME = "Bearer "


def bearer(authorization: str) -> str:
    """The token of an Authorization header. Raises HTTPException."""
    token = authorization.removeprefix(SCHEME).strip()
    if not authorization.startswith(SCHEME) or not token:
        raise unauthorised()
    return token


def read(body: bytes) -> Activity:
    """The activity in a body. Raises HTTPException."""
    try:
        return Activity.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["type"] == "json_invalid":
            raise HTTPException(400, "The body is not valid JSON.") from error
        where = ".".join(map(str, first["loc"])) or "body"
        raise HTTPException(400, f"The body is not an activity ({where}: {first['msg'].lower()}).") from error


def check_service(service_url: str, hosts: Collection[str], plain_http: bool = False) -> None:
    """Raises HTTPException where an activity names a service at none of `hosts`, or not by HTTPS; `plain_http` lets HTTP pass, too."""
    try:
        parts = urlsplit(service_url)
        known = parts.hostname in hosts and parts.scheme in ("https", "http" if plain_http else "https") and "@" not in parts.netloc
    except ValueError:
        known = False
    if not known:
        raise HTTPException(403, "The activity names a serviceUrl that this service does not speak to.")


def unauthorised() -> HTTPException:
    """The same for whatever is the matter with a token."""
    return HTTPException(401, "The request does not come from Microsoft Teams.", {"WWW-Authenticate": "Bearer"})
