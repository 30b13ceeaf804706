"""Messages and views of Slack as HTML, near enough to see what people will see."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from pc_assistant.channels.blocks import Runs, of_answer

Json = Mapping[str, Any]
Button = Callable[[Json], Markup]

LINK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
BOLD = re.compile(r"\*(\S(?:[^*\n]*\S)?)\*")
CODE = re.compile(r"`([^`\n]+)`")
QUOTE = re.compile(r"^(?:>|&gt;)")
STRONG = re.compile(r"\*\*(.+?)\*\*")


def blocks_html(blocks: Sequence[Json], button: Button) -> Markup:
    """Blocks; `button` makes what stands for one."""
    return Markup("\n").join(_block(block, button) for block in blocks)


def still(element: Json) -> Markup:
    """A button that does nothing."""
    return Markup('<button type="button" aria-label="{}">{}</button>').format(
        element.get("accessibility_label", ""), element["text"]["text"]
    )


def mrkdwn_html(text: str) -> Markup:
    """Slack's markup: links, mentions, bold words, code, quotations and line ends."""
    made = []
    for quoted, lines in groupby(text.split("\n"), lambda line: line.startswith((">", "&gt;"))):
        whole = Markup("<br>").join(_inline(QUOTE.sub("", line) if quoted else line) for line in lines)
        made.append(Markup("<q>{}</q>").format(whole) if quoted else whole)
    return Markup("<br>").join(made)


def markdown_html(text: str) -> Markup:
    """The Markdown of a streamed message."""
    made = []
    for block in of_answer(text, ()):
        items = [_strong(item) for item in block.items]
        if block.kind == "list":
            made.append(Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(item) for item in items)))
        elif block.kind == "table":
            rows = [
                Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(_strong(cell)) for cell in row))
                for row in (block.header, *block.rows)
            ]
            made.append(Markup("<table>{}</table>").format(Markup("").join(rows)))
        else:
            made.append(Markup("<p>{}</p>").format(Markup("").join(items)))
    return Markup("").join(made)


def _block(block: Json, button: Button) -> Markup:
    kind = block["type"]
    if kind == "header":
        return Markup("<h3>{}</h3>").format(block["text"]["text"])
    if kind == "section":
        beside = button(block["accessory"]) if "accessory" in block else Markup()
        return Markup('<div class="section"><div>{}</div>{}</div>').format(_text(block["text"]), beside)
    if kind == "context":
        return Markup('<div class="context">{}</div>').format(
            Markup("").join(Markup("<div>{}</div>").format(_text(one)) for one in block["elements"])
        )
    if kind == "actions":
        return Markup('<div class="actions">{}</div>').format(Markup("").join(map(button, block["elements"])))
    if kind == "input":
        return _input(block)
    return Markup("<hr>") if kind == "divider" else markdown_html(block["text"])


def _input(block: Json) -> Markup:
    label, hint, element = block["label"]["text"], block.get("hint", {}).get("text", ""), block["element"]
    if element["type"] == "checkboxes":
        option = Markup('<label><input type="checkbox" name="{}" value="{}"> {}</label>')
        made = Markup("").join(option.format(element["action_id"], one["value"], one["text"]["text"]) for one in element["options"])
        return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(label, made)
    field = Markup('<label>{}<small>{}</small><textarea name="{}" maxlength="{}"></textarea></label>')
    return field.format(label, hint, element["action_id"], element["max_length"])


def _text(text: Json) -> Markup:
    return mrkdwn_html(text["text"]) if text["type"] == "mrkdwn" else Markup("{}").format(text["text"])


def _inline(line: str) -> Markup:
    made, last = Markup(), 0
    for link in LINK.finditer(line):
        target, label = html.unescape(link[1]), html.unescape(link[2] or link[1])
        made += _bold(line[last : link.start()])
        made += (
            Markup('<a href="{}" rel="noreferrer">{}</a>').format(target, label) if "://" in target else Markup("<b>{}</b>").format(label)
        )
        last = link.end()
    return made + _bold(line[last:])


def _bold(text: str) -> Markup:
    return Markup(CODE.sub(r"<code>\1</code>", BOLD.sub(r"<b>\1</b>", str(Markup("{}").format(html.unescape(text))))))


def _strong(runs: Runs) -> Markup:
    text = "".join(run.text for run in runs)
    return Markup(STRONG.sub(r"<b>\1</b>", str(Markup("{}").format(text))))
