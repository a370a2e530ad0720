"""What is kept about somebody in words, table by table. A table with rows about people has its part here. Pure.

A test walks over every table of the database and fails when one holds a row about somebody that `PARTS` does not tell.
The seats are no part: no row says who holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bot.own import Asker
from bot.spoken import channel_name, choice_lines, spoken_day, spoken_moment, state_line
from surveys.localtime import local_day
from surveys.model import NodeId, Survey, Wave
from surveys.periods import Period
from surveys.store.own import Kept
from surveys.store.platform import PENDING, Delivery

Path = Callable[[NodeId], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is kept about somebody, with the names that its rows refer to."""

    kept: Kept
    path: Path
    waves: dict[UUID, Wave]
    surveys: dict[str, Survey]
    periods: tuple[Period, ...] = ()


Say = Callable[[Asker, Shown], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """The tables that one function tells of, as `schema.table`, in the lines of the page."""

    tables: tuple[str, ...]
    say: Say


def told(me: Asker, shown: Shown) -> Iterator[str]:
    """Return the lines of the page: exactly the rows that exist now."""
    for part in PARTS:
        yield from part.say(me, shown)


def _line_of_the_roster(me: Asker, shown: Shown) -> Iterator[str]:
    person, texts = shown.kept.person, me.texts
    yield texts(
        "privacy.has.person",
        name=person.name,
        email=person.email or "-",
        number=person.external_id,
        team=shown.path(person.team),
        roles=", ".join(texts(f"privacy.role.{role}") for role in sorted(person.roles)) or "-",
        language=texts(f"own.language.{person.language}"),
        timezone=person.timezone,
    )
    if person.facets:
        yield texts("privacy.has.facets", facets=", ".join(f"{k}: {v}" for k, v in sorted(person.facets.items())))


def _addresses(me: Asker, shown: Shown) -> Iterator[str]:
    addresses = sorted(shown.kept.person.addresses.items())
    if addresses:
        reached = ", ".join(f"{channel_name(at, me.texts)}: {address}" for at, address in addresses)
        yield me.texts("privacy.has.addresses", addresses=reached)


def _led(me: Asker, shown: Shown) -> Iterator[str]:
    if led := shown.kept.person.manages:
        yield me.texts("privacy.has.manages", nodes=", ".join(sorted(map(shown.path, led))))


def _shifts(me: Asker, shown: Shown) -> Iterator[str]:
    if shifts := shown.kept.shifts:
        first, last = (
            spoken_day(local_day(at, me.place), me.texts.language) for at in (shifts[0].start, shifts[-1].end)
        )
        yield me.texts("privacy.has.shifts", count=len(shifts), first=first, last=last)


def _introductions(me: Asker, shown: Shown) -> Iterator[str]:
    for one in shown.kept.introductions:
        state, moment = ("sent", one.sent) if one.sent else ("waiting", one.due)
        yield me.texts(
            f"privacy.has.introduction.{state}",
            channel=channel_name(one.platform, me.texts),
            moment=spoken_moment(moment, me.place, me.texts),
        )


def _choices(me: Asker, shown: Shown) -> Iterator[str]:
    if shown.kept.chosen is None:
        yield me.texts("privacy.has.no_choices")
    else:
        state = state_line(me)
        yield me.texts("privacy.has.choices", choices=" · ".join((*choice_lines(me), *((state,) if state else ()))))


def _cards(me: Asker, shown: Shown) -> Iterator[str]:
    for card in shown.kept.deliveries:
        yield _card(me, shown, card)
    yield me.texts("privacy.has.sealed" if shown.kept.deliveries else "privacy.has.no_delivery")


def _periods(me: Asker, shown: Shown) -> Iterator[str]:
    for period in shown.periods:
        title = shown.surveys[period.survey].title[me.texts.language]
        yield me.texts("privacy.has.period", title=title, ends=spoken_moment(period.ends, me.place, me.texts))


def _card(me: Asker, shown: Shown, card: Delivery) -> str:
    """Say how far sending one card got; nothing here depends on an answer."""
    wave = shown.waves[card.wave]
    moved = card.sent and card.state in PENDING
    state = "later" if moved else "planned" if card.state in PENDING else "sent" if card.state == "done" else "failed"
    return me.texts(
        f"privacy.has.card.{state}",
        title=shown.surveys[wave.survey].title[me.texts.language],
        closes=spoken_moment(wave.closes, me.place, me.texts),
        due=spoken_moment(card.due, me.place, me.texts),
        channel=channel_name(card.platform, me.texts),
        cohort=shown.path(card.cohort),
        reminder=me.texts(f"privacy.reminder.{'done' if card.reminder == 'done' else 'waiting'}"),
    )


def _links(me: Asker, shown: Shown) -> Iterator[str]:
    if links := shown.kept.links:
        last = spoken_moment(max(link.expires for link in links), me.place, me.texts)
        yield me.texts("privacy.has.links", count=len(links), last=last)


def _records(me: Asker, shown: Shown) -> Iterator[str]:
    for record in shown.kept.records:
        yield me.texts(
            "privacy.has.record", channel=channel_name(record.platform, me.texts), kb=-(-record.size // 1024)
        )


def _digests(me: Asker, shown: Shown) -> Iterator[str]:
    if shown.kept.digests:
        yield me.texts("privacy.has.digests", count=len(shown.kept.digests))


def _thanks_given(me: Asker, shown: Shown) -> Iterator[str]:
    if given := shown.kept.thanks.given:
        yield me.texts("privacy.has.kudos.given", count=len(given), last=_day(me, given[-1].kudos.at))


def _thanks_got(me: Asker, shown: Shown) -> Iterator[str]:
    if got := shown.kept.thanks.got:
        yield me.texts("privacy.has.kudos.got", count=len(got), last=_day(me, got[-1].kudos.at))


def _messages_of_thanks(me: Asker, shown: Shown) -> Iterator[str]:
    if messages := shown.kept.thanks.messages:
        yield me.texts("privacy.has.kudos.messages", count=len(messages))


def _as_a_giver(me: Asker, shown: Shown) -> Iterator[str]:
    kept = shown.kept.thanks.giver
    if kept is None:
        return
    yield (
        me.texts("privacy.has.kudos.nudge", day=_day(me, kept.nudge))
        if kept.nudge
        else me.texts("privacy.has.kudos.no_nudge")
    )
    if kept.locked:
        yield me.texts("privacy.has.kudos.locked", reason=kept.locked)


def _day(me: Asker, moment: datetime) -> str:
    return spoken_day(local_day(moment, me.place), me.texts.language)


PARTS: Final = (
    Part(("people.person",), _line_of_the_roster),
    Part(("people.address",), _addresses),
    Part(("people.manages",), _led),
    Part(("people.shift",), _shifts),
    Part(("people.introduction",), _introductions),
    Part(("people.preference",), _choices),
    Part(("platform.delivery",), _cards),
    Part((), _periods),  # no row there says whose it is: the keys find it
    Part(("platform.link",), _links),
    Part(("platform.record",), _records),
    Part(("platform.digest_delivery",), _digests),
    Part(("kudos.kudos",), _thanks_given),
    Part(("kudos.receiver",), _thanks_got),
    Part(("kudos.posting",), _messages_of_thanks),
    Part(("kudos.giver",), _as_a_giver),
)
"""A further table gets one line here, one function above, and one field of `surveys.store.own.Kept`."""
