"""The role that a route asks for, as the type of one of its arguments: `caller: Reader`."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.errors import NotAllowed, NotSignedIn
from pc_assistant.web.access.gate import NOBODY


def needs(role: Role) -> Callable[[Request], Awaitable[Caller]]:
    """The dependency that hands on who asks. It raises NotSignedIn where that is not known, NotAllowed where their role is below `role`."""

    async def caller(request: Request) -> Caller:
        found: Caller | None = request.state.caller
        if found is None or (found.role < Role.READER <= role):
            raise NotSignedIn(NOBODY)
        if found.role < role:
            raise NotAllowed(f"This needs the role {role.word}; yours is {found.role.word}.")
        return found

    return caller


Guest = Annotated[Caller, Depends(needs(Role.GUEST))]
Reader = Annotated[Caller, Depends(needs(Role.READER))]
Operator = Annotated[Caller, Depends(needs(Role.OPERATOR))]
Admin = Annotated[Caller, Depends(needs(Role.ADMIN))]
