"""Takes the pictures of docs/img from the real service over the real documents; look at them before you keep them.

    PC_DATA_DIR=… python scripts/screenshots.py [chromium]

The partial answer is the assistant's own where it gives one; else it is staged, for the look of it, and that is said: a whole answer to
which the sentence is added that says what is left open.
"""

import asyncio
import shutil
import socket
import sys
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from pc_assistant import bootstrap
from pc_assistant.adapters.stores.database import open_conversations
from pc_assistant.answering.respond import PARTIAL
from pc_assistant.domain.answers import Answer
from pc_assistant.domain.conversations import Filters, Question
from pc_assistant.domain.documents import Passage
from pc_assistant.domain.ports import Assistant, SearchMode
from pc_assistant.settings import read_settings
from pc_assistant.web.app import create_app

TARGET = Path(__file__).parent.parent / "docs" / "img"
MODELS = "What are the three models of provider collaborative?"
PARTLY = "What are the three models of provider collaborative, and what does each cost?"
NOT_HELD = "How is the South London Partnership governed, and what does it pay its chief executive?"
COMPARED = "What is the difference between a joint committee and committees in common?"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 320, "height": 640}


class Staged:
    """The assistant, but for the one question of which a part is left open, where the assistant does not say so itself."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def ask(self, question: Question) -> Answer:
        """One answer."""
        answer = await self._assistant.ask(question)
        if question.text != PARTLY or answer.status == "partial":
            return answer
        print("The partial answer is staged.", file=sys.stderr)
        whole = await self._assistant.ask(question.model_copy(update={"text": MODELS}))
        left_open = PARTIAL.format(missing="what each of the models costs")
        return whole.model_copy(update={"status": "partial", "answer": f"{whole.answer}\n\n{left_open}"})

    async def search(self, query: str, k: int, mode: SearchMode, filters: Filters) -> list[Passage]:
        """As the assistant does."""
        return await self._assistant.search(query, k, mode, filters)


def ask(page: Page, question: str) -> None:
    """Asks, and waits for the answer."""
    before = page.locator("[data-answer]").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.locator("[data-answer]").nth(before).wait_for()


def shoot(browser: Browser, url: str) -> None:
    """All pictures."""

    def opened(path: str = "/", question: str = "", viewport: dict[str, int] = DESK, scheme: str = "light") -> Page:
        page = browser.new_page(base_url=url, viewport=viewport, color_scheme=scheme)
        page.goto(path)
        if question:
            ask(page, question)
        return page

    def kept(page: Page, name: str, full: bool = False) -> None:
        picture = Image.open(BytesIO(page.screenshot(full_page=full)))
        picture.convert("RGB").quantize(128).save(TARGET / f"{name}.png", optimize=True)
        page.close()

    kept(opened(), "start")
    kept(opened(scheme="dark"), "start-dark")
    kept(opened(question=MODELS), "answer", full=True)
    kept(opened(question=COMPARED, viewport=PHONE), "answer-320", full=True)
    kept(opened(question=NOT_HELD), "refusal")
    partial = opened(question=PARTLY)
    partial.locator(".pc-text p").last.evaluate("sentence => sentence.scrollIntoView({block: 'center'})")
    kept(partial, "partial")
    for scheme, name in (("light", "panel"), ("dark", "panel-dark")):
        page = opened(question=MODELS, scheme=scheme)
        page.get_by_role("button", name="Open source 1").first.click()
        kept(page, name)
    page = opened(question=COMPARED)
    page.get_by_role("button", name="Open source 1").first.click()
    page.get_by_role("button", name="Side by side").click()
    kept(page, "side-by-side")
    page = opened(question=MODELS, viewport=PHONE)
    page.get_by_role("button", name="Open source 1").first.click()
    kept(page, "panel-320")
    page = opened(question=MODELS)
    page.get_by_role("button", name="Open source 1").first.click()
    page.get_by_role("dialog").get_by_role("link", name="Read in context").click()
    page.locator(".pc-section--cited").wait_for()
    kept(page, "reader")
    kept(opened("/documents"), "documents")


def main() -> None:
    """Serves, takes the pictures, stops."""
    chromium = sys.argv[1] if len(sys.argv) > 1 else shutil.which("chromium") or shutil.which("google-chrome")
    TARGET.mkdir(parents=True, exist_ok=True)
    assistant, library = bootstrap.make_assistant(read_settings())
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener, sync_playwright() as playwright:
        store = open_conversations(Path(folder) / "conversations.sqlite3")
        server = uvicorn.Server(uvicorn.Config(create_app(Staged(assistant), library, store), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.05)
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            shoot(browser, f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join()
    asyncio.run(store.close())


if __name__ == "__main__":
    main()
