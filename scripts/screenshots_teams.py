"""Takes the pictures of docs/img of what Teams shows: the golden files of the tests, in the page of the stand-in.

python scripts/screenshots_teams.py [chromium]
"""

import json
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from pc_assistant.bots.teams.standin.organisation import ALEX, BOT, CHANNEL, Said
from pc_assistant.bots.teams.standin.server import Standin, standing_in

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "img"
NOWHERE = "http://127.0.0.1:9"
QUESTIONS = {
    "answered": "What are the three models of provider collaborative?",
    "table": "Compare the three models in a table",
    "partial": "What are the three models of provider collaborative, and what does each cost?",
    "refused": "How is the South London Partnership governed, and what does it pay its chief executive?",
}


def golden(name: str) -> dict[str, Any]:
    """A golden file."""
    found: dict[str, Any] = json.loads((ROOT / "tests" / "bots" / "teams" / "golden" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def exchange(standin: Standin, name: str, place: str, mention: str = "") -> None:
    """A question and its answer, instead of all that was said."""
    organisation = standin.organisation
    asked = standin.people.message(ALEX, f"{mention}{QUESTIONS[name]}", place)
    where = asked["conversation"]["id"]
    organisation.said[:] = [Said(where, asked["id"], ALEX.key, asked), Said(where, organisation.next_id(), BOT, golden(name))]


def shoot(browser: Browser, standin: Standin) -> None:
    """All pictures."""

    def kept(page: Page, selector: str, name: str) -> None:
        picture = Image.open(BytesIO(page.locator(selector).first.screenshot()))
        picture.convert("RGB").quantize(128).save(TARGET / f"teams-{name}.png", optimize=True)

    def opened(place: str) -> Page:
        page = browser.new_page(viewport={"width": 1060, "height": 900})
        page.goto(f"{standin.url}/?who={ALEX.key}&place={place}")
        page.add_style_tag(content=".say { display: none }")
        return page

    for name, picture in (("answered", "answer"), ("partial", "partial"), ("refused", "refusal")):
        exchange(standin, name, ALEX.chat)
        kept(opened("chat"), "article", picture)
    exchange(standin, "table", CHANNEL, "<at>Collaboratives</at> ")
    kept(opened("general"), "article", "channel")
    said = standin.organisation.said[-1]
    standin.organisation.forms[ALEX.key] = (said, "dislike", {"title": "About this answer", "card": {"content": golden("feedback_down")}})
    kept(opened("general"), "dialog", "feedback")
    standin.organisation.forms.clear()
    standin.organisation.said[:] = [Said(ALEX.chat, standin.organisation.next_id(), BOT, golden("welcome"))]
    kept(opened("chat"), "article", "welcome")


def main() -> None:
    """Plays Teams, takes the pictures, stops."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else shutil.which("chromium") or shutil.which("google-chrome")
    with standing_in(NOWHERE) as standin, sync_playwright() as playwright:
        shoot(playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]), standin)


if __name__ == "__main__":
    main()
