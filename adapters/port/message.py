"""What a person is shown: a message with its buttons, inputs, links and picture. Small, typed, neutral.

No markdown dialect, no colour, no platform name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

Locale = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. An answer button carries positions (item index, option index from 1), never an answer's meaning.

    `prominent` invites, `quiet` stands back; neither says anything about what is chosen. `kept` comes back as fields
    of the Command, and is believed no more than what somebody types.
    """

    action: str
    label: str
    position: tuple[int, int] | None = None
    prominent: bool = False
    quiet: bool = False
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. `options` are (value, label) pairs for a select; `value` is what stands there now.

    Of kind "people", `value` and what comes back are addresses on this platform with commas between them, or names as
    somebody typed them where the platform has no way to point at people; `options` names those in `value`.
    """

    name: str
    label: str
    kind: Literal["select", "text", "time", "date", "people"]
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    limit: int = 280
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What is filled in and sent. `kept` comes back with it under names of its own, as with a Choice."""

    action: str
    fields: tuple[Field, ...]
    submit: str
    kept: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError for a name that is both kept and filled in: one of the two would be lost."""
        if both := self.kept.keys() & {one.name for one in self.fields}:
            raise ValueError(f"kept and filled in: {', '.join(sorted(both))}")


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Lines:
    """What a picture of lines shows, for platforms that draw themselves: a value of each series for each category.

    `title` says what was asked, `days` which day each category is. The first series is whom it is about, any other one
    stands beside it. `scale` is the lowest and the highest value that there can be.
    """

    title: str
    categories: tuple[str, ...]
    days: tuple[date, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    scale: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in both shapes that platforms want; `alt` says in words what it shows, `lines` in numbers."""

    svg: str
    png: bytes
    alt: str
    lines: Lines | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What a person is shown. `token` travels on every button and form of it; `notes` are the small print."""

    title: str
    locale: Locale
    paragraphs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    image: Image | None = None
    form: Form | None = None
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
    token: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where something is kept beside a token: a button brings one of the two back."""
        kept = any(choice.kept for choice in self.choices) or bool(self.form and self.form.kept)
        if self.token and kept:
            raise ValueError(f"{self.title!r} keeps something beside a token")

    def without_buttons(self) -> Message:
        """Return it as it may stand in a channel: most who would press a button there are not whom it is about."""
        return replace(self, form=None, choices=(), token=None)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a sent message lies, in the platform's own terms; opaque to everybody else."""

    platform: str
    address: str
    id: str
