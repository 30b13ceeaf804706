"""The operator's page for everybody: axe, a narrow screen, both schemes, print, and without JavaScript."""

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, expect

from pc_assistant.adapters.stores.memory import MemoryConversations
from pc_assistant.domain.operations import Operations
from pc_assistant.web.app import create_app
from pc_assistant.web.examples import OPERATIONS
from tests.browser.harbour import Harbour, HarbourLibrary
from tests.browser.test_everybody import TAGS
from tests.served import served

LONG = "Antidisestablishmentarianism" * 3
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


async def operate(days: int) -> Operations:
    """One of each, and a question with a word that has no end."""
    found = Operations.model_validate(OPERATIONS)
    said = found.feedback[0].model_copy(update={"question": f"What is {LONG}?", "comment": LONG})
    held = [
        found.documents[0].model_copy(update={"state": state, "answers": number})
        for number, state in enumerate(("held", "removed", "cited"))
    ]
    return found.model_copy(update={"feedback": (said, found.feedback[0]), "documents": (*found.documents, *held)})


async def nothing(days: int) -> Operations:
    """A service that nobody has used, without an index."""
    empty: dict[str, Any] = dict.fromkeys(("outcomes", "themes", "documents", "feedback", "evaluations", "spending"), ())
    return Operations.model_validate(OPERATIONS).model_copy(update={**empty, "index": None})


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("source", [operate, nothing])
def test_it_is_for_everybody(browser: Browser, source: Any, scheme: Any, width: int) -> None:
    app = create_app(Harbour(), HarbourLibrary(), MemoryConversations(), operate=source)
    said: list[str] = []
    with served(app) as url, browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{url}/operator")
        for summary in page.locator("summary").all():
            summary.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Operations")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert said == []
        page.evaluate(AXE)
        found = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
        assert [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found["violations"]] == []
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
        expect(page.get_by_role("heading", name="Questions by outcome")).to_be_visible()


def test_it_needs_no_javascript(browser: Browser) -> None:
    app = create_app(Harbour(), HarbourLibrary(), MemoryConversations(), operate=operate)
    with served(app) as url, browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{url}/operator")
        page.get_by_role("link", name="7 days").click()
        expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "page")
        page.get_by_text("salary, chair (3 questions)").click()
        expect(page.get_by_text("What is the salary of a chair?")).to_be_visible()
