"""The facts in the words of one language: what the texts may name, and lines for tables. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time

from bot.agreeing import PURPOSE
from bot.agreement_words import value
from bot.clock import next_fire
from bot.pack.facts import Facts, Terms, fingerprint
from bot.pack.labels import Labels
from bot.texts import Texts
from surveys.localtime import zone
from surveys.model import STRICT, Language, Survey
from surveys.seats import Seat

SHOWN: Final = 16
"""Characters of a key that are shown where the whole is too long."""
A_DAY: Final = timedelta(days=1)
A_WEEK: Final = timedelta(weeks=1)
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Where a rule is looked at; winter time, so that an hour is an hour for some weeks."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language of the pack: the long texts' catalogue `t`, the short `labels`."""

    language: Language

    @property
    def t(self) -> Texts:
        return Texts(self.language)

    @property
    def labels(self) -> Labels:
        return Labels(self.language)

    def day(self, day: date) -> str:
        """Return a date as it is written out."""
        return format_date(day, "d MMMM y", locale=self.language)

    def joined(self, said: Iterable[str]) -> str:
        """Return words one after the other: `Slack and a web page`."""
        *first, last = said
        return self.labels("channel.and").join([", ".join(first), last]) if first else last


def values_of(facts: Facts, words: Words) -> dict[str, object]:
    """Return everything that a text may name, by name. The same names in both languages."""
    agreement, head, chosen, store = facts.terms.agreement, facts.headcount, facts.chosen, facts.store
    switch = {True: words.labels("state.on"), False: words.labels("state.off")}
    return {
        "organisation": facts.organisation,
        "version": facts.version,
        "date": words.day(facts.today),
        "invented": facts.invented,
        "stage": str(facts.terms.stage),
        "purpose": agreement.purpose[words.language],
        "purpose_is_ours": dict(agreement.purpose) == dict(PURPOSE),
        "k": agreement.protection.k,
        "guard": agreement.protection.guard,
        "strict": agreement.protection.k >= STRICT.k and agreement.protection.guard >= STRICT.guard,
        "retention_days": agreement.retention_days,
        "mode": value("mode", agreement, words.t),
        "readers": "; ".join(words.t(f"keys.reader.{reader}") for reader in sorted(agreement.readers)),
        "question_count": len(agreement.items),
        "tone_said": switch[agreement.tone],
        "waiting": len(facts.waiting) if facts.terms.stage == "agreed" else 0,
        "council_seated": Seat.WORKS_COUNCIL in facts.seats,
        "administrator_seated": Seat.ADMINISTRATOR in facts.seats,
        "surveys": len(facts.surveys),
        "people": head.people,
        "groups": head.groups,
        "teams": len(head.teams),
        "small_teams": head.small_teams,
        "platforms": channels(facts, words),
        "slack": "slack" in facts.platforms,
        "microsoft": "teams" in facts.platforms,
        "user_groups": chosen.user_groups if "slack" in facts.platforms else 0,
        "entra_groups": chosen.entra_groups if "teams" in facts.platforms else 0,
        "comments_said": switch[chosen.comments],
        "metrics": chosen.metrics,
        "epoch_days": chosen.epoch_days,
        "embedded": store.embedded,
        "one_login": store.one_login,
        "keeps": "; ".join(words.labels(f"database.{name}") for name in store.keeps),
        "settings_hash": fingerprint(facts),
    }


def channels(facts: Facts, words: Words) -> str:
    """Return where people are asked, in words."""
    return words.joined(words.labels(f"channel.{name}") for name in facts.platforms)


def stage(terms: Terms, words: Words) -> str:
    """Return how far what is shown has been decided."""
    since = words.day(terms.since.date()) if terms.since else ""
    return words.labels(f"stage.{terms.stage}", since=since)


def holder(facts: Facts, seat: Seat, words: Words) -> str:
    """Return who holds a seat: a key, since when. No name of anybody is known."""
    held = facts.seats.get(seat)
    if held is None:
        return words.labels("seat.empty")
    return words.labels("seat.holder", since=words.day(held.since.date()), key=held.key[:SHOWN])


def survey_line(survey: Survey, words: Words) -> tuple[str, str, str, str, str]:
    """Return title, rhythm, length, reminder and silence of a survey."""
    labels, title = words.labels, survey.title[words.language]
    silence = labels("survey.silence", start=f"{survey.quiet.start:%H:%M}", end=f"{survey.quiet.end:%H:%M}")
    if survey.holidays:
        country = Locale(words.language).territories.get(survey.holidays, survey.holidays)
        silence = labels("survey.holidays", silence=silence, country=country)
    return (
        labels("survey.paused", title=title) if survey.paused else title,
        labels("survey.zone", rhythm=_rhythm(survey, words), zone=survey.timezone),
        length(survey.window, words),
        labels("survey.reminder", length=length(survey.remind_after, words))
        if survey.remind_after
        else labels("survey.no_reminder"),
        silence,
    )


def length(of: timedelta, words: Words) -> str:
    """Return a length of time in days, or in hours when it is no whole number of them."""
    if of == A_DAY:
        return words.labels("survey.day")
    days, rest = divmod(of, A_DAY)
    name, count = ("hours", of / timedelta(hours=1)) if rest else ("days", days)
    return words.labels(f"survey.{name}", count=f"{count:g}")


def _rhythm(survey: Survey, words: Words) -> str:
    """A rule that comes on one weekday at one time is said in words; any other stands as it is."""
    first = next_fire(survey.cron, survey.timezone, BEGINNING)
    second = next_fire(survey.cron, survey.timezone, first)
    third = next_fire(survey.cron, survey.timezone, second)
    if {second - first, third - second} != {A_WEEK}:
        return words.labels("survey.cron", cron=survey.cron).replace("`", "")
    here = first.astimezone(zone(survey.timezone))
    day = format_date(here.date(), "EEEE", locale=words.language)
    return words.labels("survey.weekly", day=day, time=format_time(here.time(), "H:mm", locale=words.language))
