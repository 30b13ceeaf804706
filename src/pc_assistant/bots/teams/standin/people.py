"""What people do in the stand-in, each told to the bot as Teams tells it: a signed activity."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from pc_assistant.bots.teams.standin.issuer import Issuer
from pc_assistant.bots.teams.standin.organisation import (
    BOT,
    BOT_NAME,
    CHANNEL,
    GROUP,
    TENANT,
    Json,
    Organisation,
    Person,
    Said,
)

PATH = "/integrations/teams/messages"
MENTION = f"@{BOT_NAME}"


@dataclass(frozen=True)
class Delivered:
    """What the bot answered."""

    status: int
    body: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


class People:
    """The things that a person can do; `service` is where the bot is reached."""

    def __init__(self, organisation: Organisation, issuer: Issuer, service: str) -> None:
        self.organisation = organisation
        self._issuer = issuer
        self._client = httpx2.Client(base_url=service, timeout=20, trust_env=False)

    def say(self, person: Person, text: str, place: str = "", thread: str = "") -> Said:
        """Types a message, in a personal chat where no place is named, and has it delivered; "@Collaboratives" mentions the bot."""
        said = self._shown(person, place or person.chat, text, thread)
        mentions = [{"type": "mention", "text": f"<at>{BOT_NAME}</at>", "mentioned": {"id": BOT, "name": BOT_NAME}}]
        if MENTION in text:
            said.activity |= {"text": text.replace(MENTION, f"<at>{BOT_NAME}</at>"), "entities": mentions}
        if said.conversation == person.chat or MENTION in text:  # elsewhere Teams tells the bot of nothing else
            self.deliver(said.activity)
        return said

    def press(self, person: Person, said: Said, action: Json) -> Said:
        """Presses a button that asks."""
        back = action["data"]["msteams"]
        shown = self._shown(person, said.conversation, back["displayText"], reply_to=said.id)
        shown.activity |= {"text": back["text"], "value": back["value"]}
        self.deliver(shown.activity)
        return shown

    def install(self, person: Person, place: str = "") -> Delivered:
        """Adds the app to a chat or team."""
        where = self._where(person, place or person.chat, "installationUpdate")
        return self.deliver({**where, "action": "add"})

    def thumb(self, person: Person, said: Said, liked: bool) -> Delivered:
        """Presses a thumb under a message, upon which Teams asks the bot for a form."""
        reaction = "like" if liked else "dislike"
        value = {"data": {"actionName": "feedback", "actionValue": {"reaction": reaction}}}
        done = self._invoke(person, said, "message/fetchTask", value)
        if done.status == 200:
            self.organisation.forms[person.key] = (said, reaction, done.json["task"]["value"])
            self.organisation.touch()
        return done

    def submit(self, person: Person, given: Mapping[str, str]) -> Delivered:
        """Sends the form that is open."""
        said, reaction, _ = self.organisation.forms.pop(person.key)
        self.organisation.touch()
        return self.feed_back(person, said, reaction, json.dumps(dict(given)))

    def feed_back(self, person: Person, said: Said, reaction: str, feedback: str) -> Delivered:
        """What Teams tells the bot of a form that was sent."""
        action = {"reaction": reaction, "feedback": feedback}
        return self._invoke(person, said, "message/submitAction", {"actionName": "feedback", "actionValue": action})

    def deliver(self, activity: Json, claims: Mapping[str, Any] | None = None) -> Delivered:
        """Tells the bot of an activity, with a token as it should be but for `claims`."""
        return self.send(json.dumps(activity).encode(), {"authorization": f"Bearer {self._issuer.token(claims)}"})

    def send(self, body: bytes, headers: Mapping[str, str]) -> Delivered:
        """Posts raw bytes to the bot."""
        response = self._client.post(PATH, content=body, headers={"content-type": "application/json", **headers})
        return Delivered(response.status_code, response.text)

    def message(self, person: Person, text: str, place: str = "", thread: str = "") -> Json:
        """The activity of a message, not delivered."""
        return {**self._where(person, place or person.chat, "message", thread), "text": text, "textFormat": "plain"}

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()

    def _shown(self, person: Person, place: str, text: str, thread: str = "", reply_to: str = "") -> Said:
        activity = self.message(person, text, place, thread) | ({"replyToId": reply_to} if reply_to else {})
        return self.organisation.add(Said(activity["conversation"]["id"], activity["id"], person.key, activity))

    def _invoke(self, person: Person, said: Said, name: str, value: Json) -> Delivered:
        where = self._where(person, said.conversation, "invoke")
        return self.deliver({**where, "name": name, "value": value, "replyToId": said.id})

    def _where(self, person: Person, place: str, kind: str, thread: str = "") -> Json:
        message_id = self.organisation.next_id()
        if place == CHANNEL:
            place = f"{CHANNEL};messageid={thread or message_id}"
        group = "channel" if place.startswith(CHANNEL) else "groupChat" if place == GROUP else "personal"
        return {
            "type": kind,
            "id": message_id,
            "channelId": "msteams",
            "serviceUrl": self._issuer.address,
            "from": person.account,
            "recipient": {"id": BOT, "name": BOT_NAME},
            "conversation": {"id": place, "conversationType": group, "tenantId": TENANT, "isGroup": group != "personal"},
            "channelData": {"tenant": {"id": TENANT}},
        }
