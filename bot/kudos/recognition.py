"""Kudos put together: what people can ask for by name, and what the clock and the queue do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.addressbook import AddressBook
from bot.inbox import Handler
from bot.kudos.composing import Composing
from bot.kudos.forgetting import Forgetting
from bot.kudos.giving import Giving
from bot.kudos.jar import Jar
from bot.kudos.listing import Listing
from bot.kudos.locking import Locking
from bot.kudos.moderating import Moderating
from bot.kudos.nudging import Nudging
from bot.kudos.outbox import Outbox
from bot.kudos.outgoing import Outgoing
from bot.kudos.parting import Parting
from bot.kudos.placing import Placing
from bot.kudos.receiving import Receiving
from bot.kudos.roundups import Roundups
from bot.kudos.terms import Terms
from bot.lanes import Lanes
from bot.own import Own
from surveys.kudos.model import Kind
from surveys.tickets import Entropy


@dataclass(frozen=True)
class Recognition:
    """The parts of kudos."""

    terms: Terms
    outgoing: Outgoing
    giving: Giving
    receiving: Receiving
    jar: Jar
    moderating: Moderating
    outbox: Outbox
    parting: Parting
    forgetting: Forgetting
    placing: Placing
    locking: Locking
    listing: Listing
    roundups: Roundups
    nudging: Nudging

    def commands(self) -> Mapping[str, Handler]:
        """Return the handler of each command."""
        return {
            "kudos": self.giving.open,
            "kudos_change": self.giving.change,
            "kudos_preview": self.giving.look,
            "kudos_send": self.giving.send,
            "kudos_withdraw": self.receiving.withdraw,
            "kudos_back": self.receiving.back,
            "kudos_hide": self.receiving.hide,
            "kudos_report": self.receiving.report,
            "kudos_report_send": self.receiving.report_now,
            "kudos_jar": self.jar.show,
            "kudos_empty": self.jar.ask,
            "kudos_empty_now": self.jar.empty,
            "kudos_nudge_off": self.jar.no_nudge,
            "wall": self.jar.wall,
            "kudos_moderate": self.moderating.ask,
            "kudos_moderate_send": self.moderating.remove,
        }


def recognition(
    own: Own, lanes: Lanes, terms: Terms, parting: Parting, book: AddressBook, *, timezone: str, entropy: Entropy
) -> Recognition:
    """Put the parts together; `timezone` is the organisation's."""
    outgoing = Outgoing(own.platforms, terms)
    moderating = Moderating(own, terms, outgoing)
    roundups = Roundups(own.database, own.platforms, terms, timezone)
    nudging = Nudging(own.database, own.platforms, terms, entropy)
    others = {Kind.REPORT: moderating.report, Kind.ROUNDUP: roundups.compose, Kind.NUDGE: nudging.compose}
    composing = Composing(own.platforms, terms, others)
    return Recognition(
        terms=terms,
        outgoing=outgoing,
        giving=Giving(own, terms, outgoing, book),
        receiving=Receiving(own, terms, outgoing),
        jar=Jar(own, terms),
        moderating=moderating,
        outbox=Outbox(own.database, lanes, composing, outgoing, terms),
        parting=parting,
        forgetting=Forgetting(own.database, terms),
        placing=Placing(own.database, own.platforms, terms),
        locking=Locking(own.database, terms),
        listing=Listing(own.database, terms),
        roundups=roundups,
        nudging=nudging,
    )
