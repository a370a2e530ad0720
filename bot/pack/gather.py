"""Take the facts from the running installation: one small function for each, so that another is easily added."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agreeing import Agreeing
from bot.pack.facts import Chosen, Facts, Headcount, Log, Stage, Store, Terms
from bot.server import Server
from bot.settings import Settings
from surveys.instrument import Instrument
from surveys.localtime import zone
from surveys.model import Survey
from surveys.standing import Standing, change_of
from surveys.store import people as people_store
from surveys.store import releases as release_store
from surveys.store import seats as seat_store
from surveys.store import surveys as survey_store
from surveys.store.counts import team_sizes
from surveys.store.database import Database
from surveys.store.traces import traces_now


@dataclass(frozen=True)
class Gathering:
    """Where the facts come from."""

    database: Database
    agreeing: Agreeing
    instrument: Instrument
    settings: Settings
    server: Server
    platforms: Collection[str]
    now: Callable[[], datetime]

    async def __call__(self) -> Facts:
        """Return the facts of this moment; nothing is changed. Raises LogBroken when the signed log does not hold."""
        async with self.database.begin() as connection:
            standing = await seat_store.standing(connection)
            surveys = [one for one, _ in await survey_store.surveys(connection)]
            headcount = await headcount_of(connection)
            store = await store_of(connection, self.server, self.settings)
            releases = len(await release_store.listed(connection))
        return Facts(
            organisation=self.settings.organisation,
            version=version("adempauze"),
            today=self.now().astimezone(zone(self.settings.timezone)).date(),
            terms=await self.terms(standing),
            seats=standing.holders,
            waiting=standing.open_proposals(self.now()),
            surveys=real(surveys),
            invented=len(real(surveys)) < len(surveys),
            instrument=self.instrument,
            headcount=headcount,
            platforms=tuple(sorted(self.platforms)),
            store=store,
            chosen=chosen(self.settings),
            log=Log(*standing.head),
            releases=releases,
        )

    async def terms(self, standing: Standing) -> Terms:
        """Return what is agreed; before that what one seat proposed, or else the program's own draft."""
        if standing.agreement is not None:
            return Terms(standing.agreement, Stage.AGREED, standing.agreed_at)
        if waiting := standing.open_proposals(self.now()):
            return Terms(change_of(waiting[-1], None), Stage.PROPOSED, waiting[-1].at)
        return Terms(await self.agreeing.draft(), Stage.DRAFT)


def real(surveys: Collection[Survey]) -> tuple[Survey, ...]:
    """Return the surveys of real people, by id."""
    return tuple(sorted((one for one in surveys if not one.simulated), key=lambda one: one.id))


async def headcount_of(connection: AsyncConnection) -> Headcount:
    """Return how many people there are, in how many groups, in teams of which sizes."""
    sizes = await team_sizes(connection)
    tree = await people_store.load_tree(connection)
    inhabited = {node.id for team in sizes for node in tree.chain(team)} if tree else set()
    return Headcount(sum(sizes.values()), len(inhabited), tuple(sorted(sizes.values())))


async def store_of(connection: AsyncConnection, server: Server, settings: Settings) -> Store:
    """Return where answers are kept, and what that server may keep of closed waves."""
    keeps = tuple(sorted(await traces_now(connection)))
    return Store(settings.database_url is None, server.one_login, keeps)


def chosen(settings: Settings) -> Chosen:
    """Return the settings of the program that bear on people."""
    return Chosen(
        epoch_days=settings.key_epoch_days,
        comments=settings.comments,
        metrics=settings.metrics,
        country=settings.country,
        language=settings.language,
        timezone=settings.timezone,
        user_groups=len(settings.slack_groups),
        entra_groups=len(settings.teams_groups),
    )
