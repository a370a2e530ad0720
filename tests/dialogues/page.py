"""A page as its reader has it: words, and buttons with what they send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

SILENT = frozenset({"script", "style", "title", "head"})
LINES = frozenset({"p", "h1", "h2", "li", "button", "label", "a"})


@dataclass
class Button:
    """The one button of a form."""

    where: str
    label: str = ""
    sends: dict[str, str] = field(default_factory=dict)
    writes_in: str | None = None

    def filled(self, text: str | None) -> list[tuple[str, str]]:
        """Return what it sends with this text in its box."""
        if text is None:
            return list(self.sends.items())
        assert self.writes_in is not None, f"{self.label!r} has no box to write in"
        return [*self.sends.items(), (self.writes_in, text)]


class Page(HTMLParser):
    """Reads a page once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.buttons: list[Button] = []
        self._words: list[str] = []
        self._inside: list[str] = []
        self._choosing = ""
        self.feed(html)

    @property
    def words(self) -> str:
        """Everything that is read on it, one line for each paragraph or button."""
        lines = (" ".join(line.split()) for line in "".join(self._words).split("\0"))
        return "\n".join(line for line in lines if line)

    def button(self, label: str) -> Button | None:
        return next((button for button in self.buttons if button.label == label), None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.buttons.append(Button(given.get("action", "")))
        elif tag == "input":
            self.buttons[-1].sends[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._choosing = given["name"]
        elif tag == "option" and ("selected" in given or self._choosing not in self.buttons[-1].sends):
            self.buttons[-1].sends[self._choosing] = given["value"]
        elif tag == "textarea":
            self.buttons[-1].writes_in = given["name"]
        if tag not in ("input", "meta", "link", "img", "br"):
            self._inside.append(tag)
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            del self._inside[len(self._inside) - 1 - self._inside[::-1].index(tag) :]
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not SILENT.intersection(self._inside):
            self._words.append(data)
        if "button" in self._inside and self.buttons:
            self.buttons[-1].label = (self.buttons[-1].label + data).strip()

    def _break(self, tag: str) -> None:
        if tag in LINES:
            self._words.append("\0")
