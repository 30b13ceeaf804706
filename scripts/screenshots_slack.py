"""Takes the pictures of docs/img of what Slack shows: the golden files of the tests, in the page of the stand-in.

python scripts/screenshots_slack.py [chromium]
"""

import json
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from pc_assistant.bots.slack.standin.server import Standin, standing_in
from pc_assistant.bots.slack.standin.workspace import ALEX, BOT, GENERAL, Said

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "img"
NOWHERE = "http://127.0.0.1:9"
QUESTIONS = {
    "answered": "What are the three models of provider collaborative?",
    "partial": "What are the three models of provider collaborative, and what does each cost?",
    "refused": "How is the South London Partnership governed, and what does it pay its chief executive?",
    "streamed": "Which of them suits many providers?",
}


def golden(name: str) -> dict[str, Any]:
    """A golden file."""
    found: dict[str, Any] = json.loads((ROOT / "tests" / "bots" / "slack" / "golden" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def exchange(standin: Standin, name: str, channel: str, mention: str = "") -> None:
    """A question and its answer in a thread."""
    workspace = standin.workspace
    asked = workspace.add(Said(channel, workspace.next_ts(), ALEX, mention + QUESTIONS[name]))
    made = golden(name)
    workspace.add(
        Said(channel, workspace.next_ts(), BOT, made.get("text", ""), made["blocks"], asked.ts, markdown=made.get("markdown", ""))
    )


def shoot(browser: Browser, standin: Standin) -> None:
    """All pictures."""

    def kept(page: Page, selector: str, name: str) -> None:
        picture = Image.open(BytesIO(page.locator(selector).first.screenshot()))
        picture.convert("RGB").quantize(128).save(TARGET / f"slack-{name}.png", optimize=True)

    def opened(channel: str) -> Page:
        page = browser.new_page(viewport={"width": 1060, "height": 900})
        page.goto(f"{standin.url}/?user={ALEX}&channel={channel}")
        page.add_style_tag(content=".say { display: none }")
        return page

    workspace = standin.workspace
    for name, picture in (("answered", "answer"), ("partial", "partial"), ("refused", "refusal")):
        workspace.said.clear()
        exchange(standin, name, GENERAL, f"<@{BOT}|@assistant> ")
        kept(opened(GENERAL), "article", picture)
    direct = workspace.direct(ALEX)
    workspace.said.clear()
    exchange(standin, "streamed", direct)
    kept(opened(direct), "article", "direct")
    for name, picture in (("sources_view", "sources"), ("reasons_view", "reasons")):
        workspace.modals[ALEX] = golden(name)
        kept(opened(direct), "dialog", picture)
        workspace.modals.clear()
    workspace.homes[ALEX] = golden("home_view")
    kept(opened("home"), "#seen", "home")


def main() -> None:
    """Plays Slack, takes the pictures, stops."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else shutil.which("chromium") or shutil.which("google-chrome")
    with standing_in(NOWHERE, "secret", "token") as standin, sync_playwright() as playwright:
        shoot(playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]), standin)


if __name__ == "__main__":
    main()
