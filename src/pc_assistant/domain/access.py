"""Caller and Role: who asks, and what they may do."""

import hashlib
from datetime import datetime
from enum import IntEnum
from typing import Literal

from pc_assistant.domain.values import Value


class Role(IntEnum):
    """What somebody may do; each role may do what those before it may.

    A guest reads and asks, and nothing is kept for them; a reader has conversations and gives feedback; an operator sees how the service
    does; an admin changes it.
    """

    GUEST = 0
    READER = 1
    OPERATOR = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """The role as it is written in settings, tokens and on the command line."""
        return self.name.lower()


class Caller(Value):
    """Somebody, or some program, that asks. `id` is never shown and never changes; `name` is for people to read."""

    id: str
    name: str
    role: Role

    @property
    def owner(self) -> str | None:
        """Under what is theirs is kept; None where authentication is off, so that all belongs to nobody."""
        return None if self.id == LOCAL.id else hashlib.sha256(f"owner {self.id}".encode()).hexdigest()


LOCAL = Caller(id="local", name="this machine", role=Role.ADMIN)


class Key(Value):
    """A key by which a program says who it is, as it may be shown: the key itself is known to its holder alone."""

    id: str
    name: str
    role: Role
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    last_used: datetime | None = None

    def state(self, now: datetime) -> Literal["valid", "expired", "revoked"]:
        """Whether it opens anything."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "valid"
