"""The parts of a Teams activity that the bot reads; whatever else is in one is passed over."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

LONGEST_ID = 500
LONGEST_TEXT = 100_000


class Part(BaseModel):
    """The base of every part: frozen, strict about types, names in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True, populate_by_name=True, strict=True)


class Account(Part):
    """A person or the bot; `aad_object_id` is the person's id in the directory."""

    id: str = Field(min_length=1, max_length=LONGEST_ID)
    name: str | None = None
    aad_object_id: str | None = Field(None, max_length=LONGEST_ID)


class Conversation(Part):
    """Where something was said; in a channel the id names the thread, too."""

    id: str = Field(min_length=1, max_length=LONGEST_ID)
    conversation_type: str | None = None
    tenant_id: str | None = Field(None, max_length=LONGEST_ID)


class Entity(Part):
    """Something that a message names; `mentioned` where it is a mention."""

    type: str | None = None
    text: str | None = None
    mentioned: Account | None = None


class Tenant(Part):
    """An organisation."""

    id: str | None = Field(None, max_length=LONGEST_ID)


class ChannelData(Part):
    """What Teams adds to every activity."""

    tenant: Tenant | None = None


class Activity(Part):
    """Anything that Teams tells the bot."""

    type: str
    id: str | None = Field(None, max_length=LONGEST_ID)
    service_url: str = Field(min_length=1, max_length=LONGEST_ID)
    sender: Account = Field(alias="from")
    recipient: Account
    conversation: Conversation
    channel_data: ChannelData | None = None
    text: str | None = Field(None, max_length=LONGEST_TEXT)
    entities: tuple[Entity, ...] | None = None
    reply_to_id: str | None = Field(None, max_length=LONGEST_ID)
    name: str | None = None
    action: str | None = None
    value: Any = None

    @property
    def is_personal(self) -> bool:
        """Whether it is a chat of one person with the bot."""
        return self.conversation.conversation_type == "personal"

    @property
    def person(self) -> str:
        """Who spoke: the same id in every chat and team, where the directory gives one."""
        return self.sender.aad_object_id or self.sender.id

    @property
    def tenant(self) -> str | None:
        """The one organisation that is named; None where none is, or several."""
        named = {self.conversation.tenant_id, self.channel_data and self.channel_data.tenant and self.channel_data.tenant.id}
        found = {name.lower() for name in named if name}
        return found.pop() if len(found) == 1 else None

    @property
    def is_addressed(self) -> bool:
        """Whether the bot is meant: in a personal chat, by a mention, or by a button of one of its cards."""
        return self.is_personal or self.pressed is not None or any(self._mentions())

    @property
    def pressed(self) -> str | None:
        """The question of the button that was pressed."""
        asked = self.value.get("ask") if isinstance(self.value, dict) else None
        return asked if isinstance(asked, str) else None

    @property
    def question(self) -> str:
        """What was said, without the mention of the bot."""
        said = self.text or ""
        for entity in self._mentions():
            said = said.replace(entity.text or "", " ") if entity.text else said
        return self.pressed or said

    def _mentions(self) -> list[Entity]:
        return [entity for entity in self.entities or () if entity.mentioned and entity.mentioned.id == self.recipient.id]
