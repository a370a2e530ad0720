"""`adempauze demo` in a process of its own, and a browser to look at it with."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, sync_playwright

READY_SECONDS = 300.0
"""On an idle machine with two cores it takes well under a minute; tests share theirs."""
QUIET_BROWSER = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
PHONE, DESKTOP = (390, 844), (1280, 900)


@dataclass(frozen=True)
class Demo:
    """What the demo printed."""

    address: str
    agent: str
    manager: str
    council: str


@contextmanager
def running_demo(directory: Path) -> Iterator[Demo]:
    """Start the demo, wait until it has printed its links, and stop it with Ctrl-C afterwards."""
    port = _free_port()
    command = [sys.executable, "-c", "from bot.cli import main; main()", "demo", "--port", str(port)]
    log = directory / "demo.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "--data-dir", str(directory / "demo")],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=_environment(directory),
        )
    with process:
        try:
            links = re.findall(r"http://\S+/l/\S+", "".join(_said(process, log)))
            yield Demo(f"http://127.0.0.1:{port}", *links)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _said(process: subprocess.Popen[str], log: Path) -> Iterator[str]:
    """Every line up to the last of the greeting."""
    lines: Queue[str] = Queue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=READY_SECONDS)
        except Empty:
            raise AssertionError(f"the demo does not get ready: {log.read_text()}") from None
        yield line
        if "Ctrl-C" in line:
            return


def _environment(directory: Path) -> dict[str, str]:
    """Nothing of this machine's own settings: not even a home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ADEMPAUZE_")}
    return {**kept, "HOME": str(directory)}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET_BROWSER))
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person's browser on one screen. Notes complaints of the browser, and every host it talked to."""

    context: BrowserContext
    page: Page
    complaints: list[str]
    hosts: set[str]
    name: str

    def enter(self, link: str) -> None:
        """Open a personal link and press its one button."""
        self.page.goto(link)
        self.shot("door")
        self.page.locator("main button").click()
        self.page.wait_for_url(re.compile(r"/(chat|digest|council)$"))

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def dialog(self) -> str:
        """What the dialog shows, once it is open."""
        self.page.locator("dialog[open] h2").wait_for()
        return self.page.locator("dialog[open]").inner_text()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).last.click()

    def close_dialog(self) -> None:
        self.page.locator("dialog[open] .close").click()
        self.page.locator("dialog[open]").wait_for(state="detached")

    def shot(self, what: str, only: Locator | None = None) -> None:
        """Keep a picture of the page, or of a part of it, in ADEMPAUZE_SCREENSHOTS, when that is set."""
        if folder := os.environ.get("ADEMPAUZE_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            path = Path(folder) / f"{self.name}-{what}.png"
            if only:
                only.screenshot(path=path)
            else:
                self.page.screenshot(path=path, full_page=True)


@contextmanager
def visit(browser: Browser, name: str, size: tuple[int, int], language: str = "nl-NL") -> Iterator[Visit]:
    """A browser of its own, with cookies of its own."""
    screen: ViewportSize = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=screen, locale=language, reduced_motion="reduce")
    page = context.new_page()
    visiting = Visit(context, page, [], set(), name)
    page.on("console", lambda said: visiting.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: visiting.complaints.append(str(error)))
    page.on("request", lambda asked: visiting.hosts.add(asked.url.split("/")[2]) if "//" in asked.url else None)
    yield visiting
    context.close()
