"""The facts of an invented installation, and one of which nothing has been decided yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.agreeing import PURPOSE
from bot.pack.facts import Chosen, Facts, Headcount, Log, Stage, Store, Terms
from surveys.instrument import shipped_instrument
from surveys.model import STANDARD
from surveys.policy import READERS, Agreement, agreed
from surveys.seats import Seat
from surveys.standing import Holder
from tests.stage import PULSE

SIGNED = datetime(2026, 3, 1, tzinfo=UTC)
AGREEMENT = Agreement(
    purpose=PURPOSE,
    protection=STANDARD,
    surveys=frozenset({"pulse"}),
    items=frozenset(agreed(item) for item in shipped_instrument().items),
    readers=READERS,
    retention_days=6,
)
FACTS = Facts(
    organisation="Lente Klantcontact",
    version="0.1.0",
    today=date(2026, 3, 2),
    terms=Terms(AGREEMENT, Stage.AGREED, SIGNED),
    seats={Seat.WORKS_COUNCIL: Holder("ab12" * 16, SIGNED), Seat.ADMINISTRATOR: Holder("cd34" * 16, SIGNED)},
    waiting=(),
    surveys=(PULSE,),
    invented=False,
    instrument=shipped_instrument(),
    headcount=Headcount(141, 14, (4, 6, 9, 11, 12, 12, 13, 14, 15, 22, 23)),
    platforms=("slack", "teams", "web"),
    store=Store(embedded=False, one_login=True, keeps=("archive",)),
    chosen=Chosen(35, False, True, "NL", "nl", "Europe/Amsterdam", 2, 3),
    log=Log(4, "0f" * 32),
    releases=3,
)
"""An installation in which as many conditions of the texts hold as can at once."""
UNDECIDED = replace(
    FACTS,
    terms=Terms(replace(AGREEMENT, surveys=frozenset()), Stage.DRAFT),
    seats={},
    surveys=(),
    headcount=Headcount(0, 0, ()),
    platforms=("web",),
    store=Store(embedded=True, one_login=False, keeps=()),
    chosen=Chosen(35, False, False, "NL", "nl", "Europe/Amsterdam", 0, 0),
    log=Log(0, ""),
    releases=0,
)
"""An installation on its first day."""
