"""Templates to responses, with the policy that a page is held to."""

import gzip
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from pc_assistant.channels import words
from pc_assistant.web.pages.assets import Assets, read_assets

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}; require-trusted-types-for 'script'; trusted-types 'none'"
)
SMALL = 1000  # bytes below which packing does not pay


@dataclass(frozen=True)
class Surface:
    """One set of addresses at which the chat stands: by itself, or embedded in the pages of `ancestors` (origins)."""

    prefix: str = ""
    embedded: bool = False
    ancestors: Collection[str] = ()

    @property
    def home(self) -> str:
        """The address of the form."""
        return self.prefix or "/"

    @property
    def policy(self) -> str:
        """The Content-Security-Policy of its pages."""
        return POLICY.format(ancestors=" ".join(sorted(self.ancestors)) or "'none'")


ALONE = Surface()


def _environment(assets: Assets) -> Environment:
    env = Environment(
        loader=PackageLoader("pc_assistant.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    env.globals |= {"asset": assets.url, "words": words}
    return env


@dataclass(frozen=True)
class Pages:
    """Makes pages; `signs_in` says whether people can sign in."""

    assets: Assets = field(default_factory=read_assets)
    signs_in: bool = False
    env: Environment = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "env", _environment(self.assets))

    def fragment(self, template: str, **values: Any) -> str:
        """A part of a page as HTML."""
        return self.env.get_template(template).render(**values)

    def page(self, request: Request, template: str, surface: Surface = ALONE, status: int = 200, **values: Any) -> Response:
        """A page that is not kept by caches: what it shows may be forgotten or indexed anew at any time."""
        caller = getattr(request.state, "caller", None)
        who = caller if caller and caller.owner else None
        body = self.fragment(template, surface=surface, who=who, signs_in=self.signs_in, here_now=request.url.path, **values).encode()
        headers = {"Content-Security-Policy": surface.policy, "Cache-Control": "no-store", "Vary": "Accept-Encoding"}
        return packed(request, body, gzip.compress(body, 5) if len(body) > SMALL else body, "text/html; charset=utf-8", headers, status)


def packed(request: Request, body: bytes, small: bytes, media_type: str, headers: dict[str, str], status: int = 200) -> Response:
    """The response with the packed body where the client takes it."""
    if len(small) < len(body) and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(small, status, {**headers, "Content-Encoding": "gzip"}, media_type)
    return Response(body, status, headers, media_type)
