"""Agreeing: what one seat proposes and the other accepts or refuses; what is in force when a wave opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.seats import Seats
from surveys.errors import InputError
from surveys.instrument import Instrument
from surveys.model import Mode, Policy, Words
from surveys.policy import READERS, Agreement, agreed, changed, retention_for, to_content, weaknesses
from surveys.seats import Seat
from surveys.signed_log import Kind
from surveys.standing import WAITS, Standing
from surveys.store import surveys as survey_store
from surveys.store.database import Database

PURPOSE: Final[Words] = {
    "nl": "Zien welke werkomstandigheden beter moeten, per groep, om daar samen iets aan te doen. Niet om mensen te "
    "beoordelen.",
    "en": "To see which conditions of work have to become better, by group, and to act on them together. Not to judge "
    "people.",
}
"""What a first agreement begins with, to be put in the organisation's own words."""


@dataclass(frozen=True)
class Agreeing:
    """The use cases of proposals. `protection` and `comments` are what settings ask for in a first agreement."""

    database: Database
    seats: Seats
    instrument: Instrument
    protection: Policy
    comments: bool

    async def draft(self) -> Agreement:
        """Return a first agreement on what is there: the questions of this version, and every real survey."""
        async with self.database.begin() as connection:
            surveys = [one for one, _ in await survey_store.surveys(connection) if not one.simulated]
        return Agreement(
            purpose=PURPOSE,
            protection=self.protection,
            surveys=frozenset(one.id for one in surveys),
            items=frozenset(agreed(item) for item in self.instrument.items if item.mode is Mode.WORK),
            readers=READERS,
            retention_days=max((retention_for(one.window) for one in surveys), default=6),
            comments=self.comments,
        )

    async def propose(self, seat: Seat, secret: str, changes: Mapping[str, Any], reason: str) -> Standing:
        """Change what is agreed: at once when it nowhere weakens, otherwise as a proposal that waits for the other.

        The first agreement always waits: the draft with these changes. Raises WrongSecret, InputError.
        """
        standing = await self.seats.standing()
        before = standing.agreement
        if before is None:
            whole = {**to_content(await self.draft()), **changes}
            return await self._propose(seat, secret, standing, whole, reason)
        to = changed(before, changes)
        if to == before:
            raise InputError("this changes nothing: choose what has to be different")
        new, old = to_content(to), to_content(before)
        differing = {name: value for name, value in new.items() if value != old[name]}
        if weaknesses(before, to):
            return await self._propose(seat, secret, standing, differing, reason)
        return await self.seats.sign(seat, secret, Kind.STRENGTHENED, {"changes": differing, "reason": reason.strip()})

    async def decide(self, seat: Seat, secret: str, place: int, kind: Kind, reason: str = "") -> Standing:
        """Accept, refuse or withdraw the proposal at a place of the log. Raises WrongSecret, InputError."""
        proposal = (await self.seats.standing()).waiting.get(place)
        if proposal is None:
            raise InputError(f"no proposal waits at place {place} of the log: look at the page again")
        content: dict[str, Any] = {"proposal": proposal.seq, "hash": proposal.hash}
        if kind is not Kind.ACCEPTED:
            content["reason"] = reason.strip()
        return await self.seats.sign(seat, secret, kind, content)

    async def _propose(
        self, seat: Seat, secret: str, standing: Standing, changes: Mapping[str, Any], reason: str
    ) -> Standing:
        until = (self.seats.now() + WAITS).replace(microsecond=0)
        content = {
            "changes": changes,
            "before": standing.fingerprint,
            "reason": reason.strip(),
            "until": until.isoformat(),
        }
        return await self.seats.sign(seat, secret, Kind.PROPOSED, content)
