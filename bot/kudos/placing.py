"""The channels in which kudos may be shown: those that platforms offer, and those that the administrator opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from adapters.port import Channel, ChatPlatform, DeliveryError, Public
from bot.attempts import outcome_of
from bot.kudos.terms import Terms
from surveys.errors import InputError, NotFound
from surveys.kudos.model import Place
from surveys.model import Language
from surveys.store import kudos_places as store
from surveys.store.database import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel that a platform offers, that is open, or both. `place` is None for one that is not open."""

    platform: str
    address: str
    name: str
    place: Place | None

    @property
    def state(self) -> str:
        """Say in a word whether kudos may be shown there."""
        return "offered" if self.place is None else "gone" if self.place.gone else "open"


@dataclass(frozen=True, slots=True)
class Offered:
    """What platforms offer now; `failed` are those that could not be asked, with what they said."""

    spots: tuple[Spot, ...]
    failed: Mapping[str, str]


@dataclass(frozen=True)
class Placing:
    """What the administrator and the clock do about places."""

    database: Database
    platforms: Mapping[str, ChatPlatform]
    terms: Terms

    async def offered(self) -> Offered:
        """Return every channel, those that are open first; what is kept of them is brought up to date on the way."""
        listed, failed = await self.refresh()
        async with self.database.begin() as connection:
            places = {(place.platform, place.address): place for place in await store.places(connection)}
        known = [Spot(place.platform, place.address, place.name, place) for place in places.values()]
        others = [
            Spot(name, channel.address, channel.name, None)
            for name, channels in listed.items()
            for channel in channels
            if (name, channel.address) not in places
        ]
        return Offered((*known, *sorted(others, key=lambda spot: (spot.platform, spot.name))), failed)

    async def refresh(self) -> tuple[Mapping[str, list[Channel]], Mapping[str, str]]:
        """Take over what open channels are called now, and which of them we left or came back to.

        A platform that does not answer says nothing of its channels: those stay as they are.
        """
        listed, failed = dict[str, list[Channel]](), dict[str, str]()
        for name, platform in self.platforms.items():
            if not isinstance(platform, Public):
                continue
            found = await outcome_of(_channels(platform))
            if isinstance(found, Exception):
                log.warning("channels were not listed", platform=name, error=type(found).__name__)
                failed[name] = str(found) if isinstance(found, DeliveryError) else type(found).__name__
            else:
                listed[name] = found
        async with self.database.begin() as connection:
            for place in sorted(await store.places(connection), key=lambda place: place.id):  # as round-ups are taken
                if (values := _news(place, listed)) is not None:
                    await store.change(connection, place.id, **values)
        return listed, failed

    async def open(self, platform: str, address: str, language: Language | None, *, otherwise: Language) -> Place:
        """Let kudos be shown in a channel, with what stands around them in a language; return the place.

        Without a language one that is open keeps its own, and a new one has `otherwise`. Raises InputError for a
        platform that is not connected or cannot be asked, and NotFound for a channel in which we are not.
        """
        channel = await self._channel(platform, address)
        async with self.database.begin() as connection:
            there = await store.at(connection, platform, address)
            if there is not None:
                spoken = language or there.language
                await store.change(connection, there.id, name=channel.name, language=spoken, gone=False)
                return there
            now = self.terms.now()  # its round-up finds its Monday by itself: `bot.kudos.roundups`
            place = Place(self.terms.new_id(), platform, address, channel.name, language or otherwise, now)
            await store.add(connection, place)
        return place

    async def close(self, platform: str, address: str) -> Place:
        """Show nothing in a channel any more; what stands there stays. Raises NotFound for one that is not open."""
        async with self.database.begin() as connection:
            there = await store.at(connection, platform, address)
            if there is None:
                raise NotFound(
                    f"{address!r} of {platform} is not open: `adempauze kudos places` shows which channels are"
                )
            await store.remove(connection, there.id)
        return there

    async def _channel(self, platform: str, address: str) -> Channel:
        there = self.platforms.get(platform)
        public = [name for name, one in self.platforms.items() if isinstance(one, Public)]
        if not isinstance(there, Public):
            raise InputError(
                f"{platform!r} is no connected platform with channels: those are {', '.join(public) or 'none yet'}"
            )
        try:
            channels = await _channels(there)
        except DeliveryError as error:
            raise InputError(f"{platform} gave no list of channels ({error}): run `adempauze doctor`") from error
        found = next((channel for channel in channels if channel.address == address), None)
        if found is None:
            raise NotFound(
                f"{address!r} is no channel of {platform} in which Adempauze is: add the app to it there, and see "
                "`adempauze kudos places` for the address"
            )
        return found


async def _channels(platform: Public) -> list[Channel]:
    return [channel async for channel in platform.channels()]


def _news(place: Place, listed: Mapping[str, list[Channel]]) -> dict[str, str | bool] | None:
    """Return what to change of a place; None where nothing is new, or where its platform said nothing."""
    if place.platform not in listed:
        return None
    name = next((one.name for one in listed[place.platform] if one.address == place.address), None)
    now: dict[str, str | bool] = {"name": place.name, "gone": True} if name is None else {"name": name, "gone": False}
    return None if now == {"name": place.name, "gone": place.gone} else now
