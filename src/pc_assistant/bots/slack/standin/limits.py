"""Slack's documented limits on messages and views, checked as Slack would: what breaks one is refused, and nothing is shown."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 40_000
MARKDOWN = 12_000
ELEMENTS = {"actions": 25, "context": 10}
TEXTS = {"section": 3000, "context": 3000, "header": 150, "label": 2000, "hint": 2000, "option": 75, "button": 75, "title": 24}
BUTTON_VALUE, ACCESSIBILITY_LABEL, PRIVATE_METADATA, URL = 2000, 75, 3000, 3000
PLAIN = {"header", "label", "hint", "button", "title"}


def message_faults(message: Json) -> list[str]:
    """What is wrong with a message; nothing is the rule."""
    blocks = message.get("blocks") or []
    faults = [] if message.get("text") or blocks else ["no_text"]
    faults += _at_most("text", message.get("text") or "", MESSAGE_TEXT)
    return faults + _blocks(blocks, MESSAGE_BLOCKS)


def view_faults(view: Json) -> list[str]:
    """What is wrong with a modal or a home."""
    faults = _blocks(view.get("blocks") or [], VIEW_BLOCKS)
    faults += _at_most("private_metadata", view.get("private_metadata", ""), PRIVATE_METADATA)
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            if name in view:
                faults += _text("title", view[name])
        if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
            faults.append("a view with inputs needs a submit button")
    return faults


def _blocks(blocks: list[Json], most: int) -> list[str]:
    faults = [f"{len(blocks)} blocks: at most {most}"] if len(blocks) > most else []
    return faults + [fault for block in blocks for fault in _block(block)]


def _block(block: Json) -> Iterator[str]:
    kind = block["type"]
    if kind in ("section", "header"):
        yield from _text(kind, block["text"])
        if "accessory" in block:
            yield from _button(block["accessory"])
    elif kind in ELEMENTS:
        if not 1 <= len(block["elements"]) <= ELEMENTS[kind]:
            yield f"{kind}: {len(block['elements'])} elements"
        for element in block["elements"]:
            yield from _button(element) if kind == "actions" else _text("context", element)
    elif kind == "input":
        yield from _text("label", block["label"])
        yield from _text("hint", block["hint"]) if "hint" in block else []
        options = block["element"].get("options", ())
        if len(options) > 10:
            yield "more than 10 options"
        for option in options:
            yield from _text("option", option["text"])
    elif kind == "markdown":
        yield from _at_most(kind, block["text"], MARKDOWN)
    elif kind != "divider":
        yield f"{kind}: no such block"


def _text(place: str, text: Json) -> Iterator[str]:
    if text["type"] not in ({"plain_text"} if place in PLAIN else {"plain_text", "mrkdwn"}):
        yield f"{place}: {text['type']} is not allowed here"
    if not text["text"].strip():
        yield f"{place}: the text is empty"
    yield from _at_most(place, text["text"], TEXTS[place])


def _button(element: Json) -> Iterator[str]:
    yield from _text("button", element["text"])
    yield from _at_most("value", element.get("value", ""), BUTTON_VALUE)
    yield from _at_most("accessibility_label", element.get("accessibility_label", ""), ACCESSIBILITY_LABEL)
    yield from _at_most("action_id", element["action_id"], 255)


def _at_most(place: str, text: str, most: int) -> list[str]:
    length = len(text.encode("utf-16-le")) // 2
    return [f"{place}: {length} characters, at most {most}"] if length > most else []
