"""What people do in the stand-in, each told to the service as Slack tells it: signed over HTTP, or through its socket."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx2

from pc_assistant.bots.slack.standin.workspace import APP, BOT, COMMAND, TEAM, Json, Said, Workspace

ROUTES = {"events_api": "/events", "slash_commands": "/commands", "interactive": "/interactions"}
NAMED = "@assistant"


@dataclass(frozen=True)
class Delivered:
    """What the service answered."""

    status: int
    body: str = ""

    @property
    def json(self) -> Any:
        """The body where there is one."""
        return json.loads(self.body) if self.body else None


class Courier(Protocol):
    """Takes what has happened to the service."""

    def __call__(self, kind: str, body: Mapping[str, Any]) -> Delivered:
        """`kind` is a key of ROUTES."""


class SignedHttp:
    """Posts to the service's routes, signed with the app's secret."""

    def __init__(self, service: str, secret: str, now: Callable[[], float] = time.time) -> None:
        self._client = httpx2.Client(base_url=f"{service}/integrations/slack", timeout=20, trust_env=False)
        self._secret = secret
        self._now = now

    def __call__(self, kind: str, body: Mapping[str, Any]) -> Delivered:
        """Keeps the Courier protocol."""
        if kind == "events_api":
            return self.send(ROUTES[kind], json.dumps(body).encode(), "application/json")
        form = body if kind == "slash_commands" else {"payload": json.dumps(body)}
        return self.send(ROUTES[kind], urlencode(form).encode(), "application/x-www-form-urlencoded")

    def send(
        self, path: str, raw: bytes, content_type: str = "application/json", headers: Mapping[str, str | bytes] | None = None
    ) -> Delivered:
        """Posts raw bytes; `headers` replace those that are right."""
        timestamp = str(int(self._now()))
        given: dict[str, str | bytes] = {
            "content-type": content_type,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": sign(self._secret, timestamp, raw),
            **(headers or {}),
        }
        encoded = {name.encode(): value if isinstance(value, bytes) else value.encode() for name, value in given.items()}
        response = self._client.post(path, content=raw, headers=encoded)
        return Delivered(response.status_code, response.text)

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()


def sign(secret: str, timestamp: str, raw: bytes) -> str:
    """The signature of a request."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + raw, hashlib.sha256).hexdigest()


class People:
    """The things that a person can do. `address` is where the stand-in itself is reached."""

    def __init__(self, workspace: Workspace, courier: Courier, address: str) -> None:
        self.workspace = workspace
        self._courier = courier
        self._address = address

    def say(self, user: str, channel: str, text: str, thread: str = "") -> Said:
        """Types a message, and has it delivered; "@assistant" mentions the assistant, and a message may be a command."""
        if text.startswith(f"{COMMAND} ") or text == COMMAND:
            self.command(user, channel, text.removeprefix(COMMAND).strip())
            return Said(channel, "", user, text)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(NAMED, f"<@{BOT}>")
        said = self.workspace.add(Said(channel, self.workspace.next_ts(), user, escaped, thread=thread))
        for event in self.events_of(said):
            self.deliver(event)
        return said

    def events_of(self, said: Said) -> list[Json]:
        """The events of which Slack tells the app: a mention in a channel, a message in a direct message."""
        event = {"user": said.user, "text": said.text, "ts": said.ts, "channel": said.channel, "team": TEAM}
        event |= {"thread_ts": said.thread} if said.thread else {}
        if said.channel.startswith("D"):
            return [{"type": "message", "channel_type": "im", **event}]
        return [{"type": "app_mention", **event}] if f"<@{BOT}>" in said.text else []

    def deliver(self, event: Json, event_id: str = "", team: str = TEAM) -> Delivered:
        """Tells the service of an event."""
        name = event_id or f"Ev{self.workspace.next_ts()}"
        body = {"type": "event_callback", "team_id": team, "api_app_id": APP, "event_id": name, "event_time": 1, "event": event}
        return self._courier("events_api", body)

    def command(self, user: str, channel: str, text: str) -> Delivered:
        """Sends a slash command, and shows what is answered at once."""
        where = {"team_id": TEAM, "channel_id": channel, "user_id": user, "command": COMMAND, "text": text, "api_app_id": APP}
        ids = {"trigger_id": self.workspace.trigger(user), "response_url": self._response(channel, user)}
        done = self._courier("slash_commands", {**where, **ids})
        if done.status == 200 and done.body:
            text = done.json["text"] if done.body.startswith("{") else done.body
            self.workspace.add(Said(channel, self.workspace.next_ts(), BOT, text, seen_by=user))
        return done

    def click(self, user: str, said: Said | None, element: Json) -> Delivered:
        """Clicks a button of a message, or, where there is none, of the home."""
        action = {"type": "button", "block_id": "b", "action_ts": "1", **{key: element[key] for key in ("action_id", "value", "text")}}
        where: Json = {"container": {"type": "view"}, "view": {"id": "V0HOME", "type": "home"}}
        if said is not None:
            where = {
                "container": {"type": "message", "message_ts": said.ts, "channel_id": said.channel, "is_ephemeral": bool(said.seen_by)},
                "channel": {"id": said.channel},
                "response_url": self._response(said.channel, user),
            }
        return self._interact(user, {"type": "block_actions", "actions": [action], **where})

    def submit(self, user: str, reasons: list[str], comment: str) -> Delivered:
        """Sends the modal that is open, and does with it what is answered."""
        view = self.workspace.modals[user]
        values = {
            "reasons": {"reasons": {"type": "checkboxes", "selected_options": [{"value": reason} for reason in reasons]}},
            "comment": {"comment": {"type": "plain_text_input", "value": comment or None}},
        }
        done = self._interact(user, {"type": "view_submission", "view": {**view, "state": {"values": values}}})
        said = done.json if done.status == 200 else {}
        if not said:
            self.workspace.modals.pop(user)
        elif said["response_action"] == "update":
            self.workspace.modals[user] = said["view"]
        self.workspace.touch()
        return done

    def open_home(self, user: str) -> Delivered:
        """Looks at the home of the app."""
        return self.deliver({"type": "app_home_opened", "user": user, "channel": self.workspace.direct(user), "tab": "home"})

    def _interact(self, user: str, body: Json) -> Delivered:
        who = {"team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "api_app_id": APP, "trigger_id": self.workspace.trigger(user)}
        return self._courier("interactive", {**who, **body})

    def _response(self, channel: str, user: str) -> str:
        return f"{self._address}/responses/{self.workspace.response(channel, user)}"
