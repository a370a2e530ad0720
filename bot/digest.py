"""The digest as a chat message: what somebody may read of the Releases, with a one-time link to the page.

The path of every figure: `scope_of` on the application role, `read` on the reader role, then pure report and words.
What it says of thanks is no such figure: `bot.kudos.band` says that by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.port import Choice, Command, Image, Lines, Link, Message, Reply
from analytics.charts import PHONE, ChartWords, Picture, picture
from analytics.plot import SCALE, plot
from analytics.report import Digest as Report
from analytics.report import digest
from bot.digest_words import Told, chart_words, tell
from bot.kudos.band import Bands
from bot.reading import Reading, Scope, read, scope_of, subject_for, texts_of
from bot.texts import Texts
from bot.web.links import Links
from surveys.errors import NotKnown
from surveys.instrument import shipped_instrument
from surveys.localtime import zone
from surveys.model import Every, Person
from surveys.store import people as people_store
from surveys.store import releases as release_store
from surveys.store.database import Database

Draw = Callable[[Report, ChartWords], Picture]
Kind = tuple[str, Every]
"""The survey of a Release, and in how many waves what it tells is told once."""


def drawn(report: Report, words: ChartWords) -> Picture:
    """Draw narrowly, so that it can be read in the chat of a phone too."""
    return picture(report, words, width=PHONE)


@dataclass(frozen=True)
class Digest:
    """Composes digests. Every figure comes from a Release, read on the reader role within the person's scope."""

    database: Database
    links: Links
    public_url: str
    now: Callable[[], datetime]
    draw: Draw = drawn
    bands: Bands | None = None

    async def message_for(self, person: Person, seq: int | None) -> Message | None:
        """Return the digest of the Release at this place of the chain (the newest when None).

        None for somebody who may read nothing, while there is nothing they may read yet, and when that Release tells
        nothing about what they lead: a small team is not in that of a wave.
        """
        async with self.database.begin() as connection:
            scope, texts = await scope_of(connection, person, self.now()), await texts_of(connection, person)
            kind = await release_store.kind_of(connection, seq) if seq is not None else None
        return await self._message(person, scope, texts, seq, kind) if scope else None

    async def command(self, command: Command) -> Reply:
        """Return what the sender may read, in a dialog. Raises NotKnown."""
        async with self.database.begin() as connection:
            person = await people_store.person_by_address(connection, command.platform, command.sender)
            if person is None:
                raise NotKnown
            scope, texts = await scope_of(connection, person, self.now()), await texts_of(connection, person)
        if scope is None:
            return Reply(dialog=_sentence(texts, "digest.nobody"))
        message = await self._message(person, scope, texts, None)
        return Reply(dialog=message or _sentence(texts, "digest.none_yet"))

    async def _message(
        self, person: Person, scope: Scope, texts: Texts, seq: int | None, kind: Kind | None = None
    ) -> Message | None:
        reading = await self._reading(_until(scope, seq), kind)
        if reading is None:
            return None
        link = f"{self.public_url}/l/{await self.links.one_time(subject_for(person), 'digest')}"
        band = await band_of(self.bands, reading, texts)
        place = zone(person.timezone)
        return await asyncio.to_thread(message, reading, scope, texts, place, link, draw=self.draw, band=band)

    async def _reading(self, scope: Scope, kind: Kind | None) -> Reading | None:
        """Return what to tell: of a Release in particular, what it tells of the first own group that it is about."""
        newest = await read(self.database, scope)
        if kind is None or newest is None:
            return newest
        survey, every = kind
        for node in scope.own:
            if node not in newest.nodes:
                continue
            again = (node, every) != (newest.node, newest.told)
            found = await read(self.database, scope, node, every) if again else newest
            its_own = found is not None and (found.instead is None or found.nodes[node].every == every)
            if found and its_own and (found.releases[-1].survey, found.releases[-1].every) == (survey, every):
                return found
        return None


async def band_of(bands: Bands | None, reading: Reading, t: Texts) -> str:
    """Return what is said of thanks in the group that was read; empty for nothing."""
    return await bands.line(reading.node, reading.nodes[reading.node].name, t) if bands else ""


def message(
    reading: Reading, scope: Scope, t: Texts, place: ZoneInfo, link: str, *, draw: Draw = drawn, band: str = ""
) -> Message:
    """Say what was read as a chat message; `band` is what is said of thanks."""
    report = digest(reading.releases, reading.shown)
    told = tell(report, t, place, shipped_instrument())
    title, words = t("digest.title", name=told.name), chart_words(report, t, place)
    return Message(
        title=title,
        locale=t.language,
        paragraphs=tuple(filter(None, (remark(reading, t), *_paragraphs(told, t, band)))),
        image=_image(report, words, told.question, place, draw) if told.rows else None,
        choices=(Choice("digest", t("digest.again")),),
        links=(Link(t("digest.page"), link),),
        notes=tuple(filter(None, (t("digest.link"), _beside(reading, scope, t), t("digest.kept")))),
    )


def remark(reading: Reading, t: Texts) -> str:
    """Return why another group is shown than the one asked for; empty when it is that one."""
    if reading.instead is None:
        return ""
    team, above = reading.nodes[reading.node], reading.nodes[reading.instead]
    if reading.told != reading.releases[-1].every:
        return t("digest.small.waiting", team=team.name, above=above.name, waves=reading.told)
    kind = "above" if above.id == team.parent else "whole"
    return t(f"digest.small.{kind}", team=team.name, above=above.name)


def _until(scope: Scope, seq: int | None) -> Scope:
    places = [place for place in (scope.until, seq) if place is not None]
    return replace(scope, until=min(places, default=None))


def _paragraphs(told: Told, t: Texts, band: str) -> list[str]:
    said = [told.wave, t("digest.simulated") if told.simulated else "", told.counts]
    said += [told.question, *(place.line for place in told.places), f"{told.scale} {told.basis}".strip()]
    said.append(t("digest.caution"))
    for other in told.others:
        beside = "" if told.alone else f" {told.organisation}: {other.organisation}."
        said.append(f"{other.question} {told.name}: {other.own}.{beside} {other.scale}")
    took_part = ". ".join(f"{place.name}: {place.response}" for place in told.places)
    return [*said, band, f"{t('digest.response.title')}: {took_part}."]


def _image(report: Report, words: ChartWords, question: str, place: ZoneInfo, draw: Draw) -> Image:
    shown, line = draw(report, words), plot(report, words)
    if line is None:
        return Image(shown.svg, shown.png, shown.alt)
    days = tuple(moment.astimezone(place).date() for moment in line.moments)
    return Image(shown.svg, shown.png, shown.alt, Lines(question, line.categories, days, line.series, SCALE))


def _beside(reading: Reading, scope: Scope, t: Texts) -> str:
    """Name the other groups that somebody leads: they are on the page."""
    others = [reading.nodes[node].name for node in scope.own if node in reading.nodes and node != reading.node]
    return t("digest.others", names=", ".join(others)) if others else ""


def _sentence(t: Texts, msgid: str) -> Message:
    return Message(title=t(f"{msgid}.title"), locale=t.language, paragraphs=(t(f"{msgid}.text"),))
