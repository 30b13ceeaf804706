"""Messages and cards of Teams as HTML, near enough to see what people will see."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

Json = Mapping[str, Any]
Button = Callable[[Json], Markup]

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
MARK = re.compile(r"(?<!\\)\[(\d+)\](?!\()")
KEPT = re.compile("\ue000(\\d+)\ue001")  # a mark while Markdown is read


def text_html(activity: Json) -> Markup:
    """The text of a message, its marks as the citations that Teams shows beside the pointer."""
    if activity.get("textFormat") == "plain":
        return Markup("<p>{}</p>").format(re.sub(r"</?at>", "", activity["text"]))
    claims = {claim["position"]: claim["appearance"] for entity in activity.get("entities", ()) for claim in entity.get("citation", ())}

    def mark(found: re.Match[str]) -> str:
        shown = claims.get(int(found[1]))
        if shown is None:
            return f"[{found[1]}]"
        spoken = f"{shown['name']}: {shown['abstract']} ({', '.join(shown['keywords'])})"
        return str(Markup('<a class="mark" href="{}" title="{}">{}</a>').format(shown["url"], spoken, found[1]))

    text = MARK.sub("\ue000\\1\ue001", activity.get("text") or "")
    return Markup(KEPT.sub(mark, MARKDOWN.render(text)))


def card_html(parts: Sequence[Json], button: Button) -> Markup:
    """Parts of a card; `button` makes what stands for an action that asks or sends."""
    return Markup("\n").join(_part(part, button) for part in parts)


def _part(part: Json, button: Button) -> Markup:
    kind = part["type"]
    if kind == "TextBlock":
        tag = "h3" if part.get("style") == "heading" else "p"
        return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), _ruled(part), part["text"])
    if kind == "RichTextBlock":
        runs = Markup("").join(_run(run) for run in part["inlines"])
        return Markup("<div>{}</div>").format(runs)
    if kind == "Container":
        return Markup('<section class="source"{}>{}</section>').format(_ruled(part), card_html(part["items"], button))
    if kind == "ActionSet":
        return Markup('<div class="actions">{}</div>').format(Markup("").join(_action(action, button) for action in part["actions"]))
    return _input(part)


def _run(run: Json) -> Markup:
    classes = [name for name, has in (("bold", run.get("weight")), ("subtle", run.get("isSubtle")), ("quote", run.get("italic"))) if has]
    return Markup('<span class="{}">{}</span>').format(" ".join(classes), run["text"])


def _action(action: Json, button: Button) -> Markup:
    if action["type"] == "Action.OpenUrl":
        return Markup('<a class="button" href="{}" target="_blank" rel="noreferrer">{}</a>').format(action["url"], action["title"])
    return button(action)


def _input(part: Json) -> Markup:
    if part["type"] == "Input.ChoiceSet":
        option = Markup('<label><input type="checkbox" name="{}" value="{}"> {}</label>')
        made = Markup("").join(option.format(part["id"], choice["value"], choice["title"]) for choice in part["choices"])
        return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(part["label"], made)
    field = Markup('<label>{}<textarea name="{}" maxlength="{}"></textarea></label>')
    return field.format(part["label"], part["id"], part["maxLength"])


def _ruled(part: Json) -> Markup:
    return Markup(' class="ruled"') if part.get("separator") and part["type"] != "Container" else Markup()
