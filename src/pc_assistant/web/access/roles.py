"""The role that a route asks for, as the type of one of its arguments: `caller: Reader`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from pc_assistant.domain.access import Caller, Role
from pc_assistant.domain.errors import NotAllowed, NotSignedIn
from pc_assistant.web.access.gate import NOBODY


@dataclass(frozen=True)
class Needs:
    """The dependency that hands on who asks. It raises NotSignedIn where that is not known, NotAllowed where their role is below `role`."""

    role: Role

    async def __call__(self, request: Request) -> Caller:
        """Who asks."""
        found: Caller | None = request.state.caller
        if found is None or (found.role < Role.READER <= self.role):
            raise NotSignedIn(NOBODY)
        if found.role < self.role:
            raise NotAllowed(f"This needs the role {self.role.word}; yours is {found.role.word}.")
        return found


Guest = Annotated[Caller, Depends(Needs(Role.GUEST))]
Reader = Annotated[Caller, Depends(Needs(Role.READER))]
Operator = Annotated[Caller, Depends(Needs(Role.OPERATOR))]
Admin = Annotated[Caller, Depends(Needs(Role.ADMIN))]
