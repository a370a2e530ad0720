"""Microsoft's renderer in a browser as wide as a phone: what a card looks like, and what a keyboard does with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, async_playwright

from tests.acceptance.running_demo import QUIET_BROWSER
from tests.teams.client import Json
from tests.teams.peer.running import HERE

WIDTH: Final = 400
MANY: Final = 60
"""Steps of the keyboard; no card has so much to stop at."""
STYLE: Final = """
    body { margin: 0 } .ac-pushButton { border: 1px solid #d1d1d1; border-radius: 4px; background: #fff;
    font: 600 14px sans-serif; padding: 5px 12px } .ac-input { box-sizing: border-box; padding: 6px }
"""


@dataclass
class Screen:
    """A page on which one card stands after another."""

    page: Page

    async def draw(self, card: Json, name: str = "") -> None:
        """Show a card; keep a picture of it in ADEMPAUZE_SCREENSHOTS, when that is set."""
        await self.page.evaluate("card => draw(card)", card)
        if (folder := os.environ.get("ADEMPAUZE_SCREENSHOTS")) and name:
            await self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    async def cut_off(self) -> list[str]:
        """Return the texts that reach beyond the edge, or are wider than the button that they stand on."""
        found: list[str] = await self.page.evaluate("cutOff()")
        return found

    async def headings(self) -> list[str]:
        """Return what a screen reader finds as headings."""
        return await self.page.get_by_role("heading").all_inner_texts()

    async def stops(self) -> list[str]:
        """Return where the keyboard stops, from the top: labels of inputs and buttons."""
        found: list[str] = []
        for _ in range(MANY):
            await self.page.keyboard.press("Tab")
            at: str = await self.page.evaluate("focused()")
            if not at or (len(found) > 1 and at == found[0]):  # out of the page, or round again
                break
            found += [] if found[-1:] == [at] else [at]  # a time and a date have several parts
        return found

    async def enters(self, title: str) -> list[Json]:
        """Press a button with the keyboard; return what is sent."""
        await self.page.get_by_role("button", name=title, exact=True).press("Enter")
        sent: Any = await self.page.evaluate("sent.splice(0)")
        return list(sent)


@asynccontextmanager
async def on_screen() -> AsyncIterator[Screen]:
    """Open a browser with nothing but the renderer."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET_BROWSER))
        page = await browser.new_page(viewport={"width": WIDTH, "height": 800})
        await page.set_content(f"<html lang=nl><style>{STYLE}</style><body></body></html>")
        await page.add_script_tag(path=HERE / "node_modules/adaptivecards/dist/adaptivecards.min.js")
        await page.add_script_tag(path=HERE / "draw.js")
        yield Screen(page)
        await browser.close()
