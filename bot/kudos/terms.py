"""What holds for kudos in this organisation, and what everything about them shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from bot.kudos.draft import SIMPLY
from bot.kudos.settings import KudosSettings
from surveys.errors import InputError, SettingsError
from surveys.kudos.rules import Rules
from surveys.kudos.tags import Tag, read_tags, shipped_tags
from surveys.model import Language


@dataclass(frozen=True, slots=True)
class Terms:
    """`country` is that of the help numbers; `words_stay` says what becomes of what somebody gave who left."""

    rules: Rules
    tags: Sequence[Tag]
    country: str
    words_stay: bool
    nudge_every: timedelta | None
    kept_for: timedelta
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]

    def tag_title(self, tag: str, language: Language) -> str:
        """Return what a tag is called; one that was taken off the list keeps its id."""
        return next((one.title[language] for one in self.tags if one.id == tag), tag)


def terms(settings: KudosSettings, country: str, now: Callable[[], datetime], new_id: Callable[[], UUID]) -> Terms:
    """Return what settings say. Raises SettingsError for tags that cannot be read."""
    return Terms(
        rules=Rules(settings.kudos_anonymous, weekly=settings.kudos_weekly, hourly=settings.kudos_hourly),
        tags=_tags(settings.kudos_tags),
        country=country,
        words_stay=settings.kudos_leaving == "anonymise",
        nudge_every=timedelta(days=settings.kudos_nudge_days) if settings.kudos_nudge_days else None,
        kept_for=timedelta(days=settings.kudos_days),
        now=now,
        new_id=new_id,
    )


def _tags(folder: Path | None) -> Sequence[Tag]:
    if folder is None:
        return shipped_tags()
    try:
        found = read_tags(folder)
    except (InputError, OSError) as error:
        raise SettingsError(f"ADEMPAUZE_KUDOS_TAGS: {error}") from None
    if SIMPLY not in [tag.id for tag in found]:
        raise SettingsError(f'ADEMPAUZE_KUDOS_TAGS: tags.toml holds no tag with the id "{SIMPLY}": keep that one')
    return found
