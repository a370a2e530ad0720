"""The only file that knows everybody: it builds the application from its settings, its clock and its chance."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from adapters.port import ChatPlatform
from bot import slack, teams
from bot.addressbook import AddressBook
from bot.agreeing import Agreeing
from bot.app import App
from bot.checkin import Checkin
from bot.closing import Closing
from bot.commands import commands
from bot.digest import Digest, Draw, drawn
from bot.digests import Digests
from bot.epochs import Epochs
from bot.errands import Errands
from bot.flags import Flags
from bot.following import Following
from bot.hands import Handing, Hands
from bot.heads import Heads
from bot.inbox import Inbox
from bot.introducing import Introducing
from bot.invitations import Invitations
from bot.jobs import Jobs, Step
from bot.keyfile import key_path
from bot.kudos.band import Bands
from bot.kudos.parting import Parting
from bot.kudos.recognition import recognition
from bot.kudos.terms import terms
from bot.lanes import Lanes, lanes
from bot.later import Later
from bot.opening import Opening
from bot.own import Own
from bot.period_closing import PeriodClosing
from bot.reminding import Reminding
from bot.rostering import Rostering
from bot.seats import Seats
from bot.sending import Sending
from bot.server import Server
from bot.settings import Settings
from bot.steps import steps
from bot.tick import Tick
from bot.tidying import Tidying
from bot.web.auth import TARGETS, Doors
from bot.web.chat import web_chat
from bot.web.chrome import Chrome
from bot.web.links import Links
from bot.web.linkstores import StoredLinks
from bot.web.sessions import Sessions
from bot.world import World
from surveys.break_library import shipped_breaks
from surveys.instrument import shipped_instrument
from surveys.mixing import Mixing
from surveys.policy import PRESETS
from surveys.pool import Pool
from surveys.service import Service
from surveys.store.database import Database
from surveys.tickets import KeyRing

Platforms = Callable[[Callable[[str], Hands]], Mapping[str, ChatPlatform]]
"""Makes the connected platforms, the preferred first, from the hands for a platform's name."""


def real_world() -> World:
    """Return the clock of this machine and the randomness of its kernel."""
    return World(lambda: datetime.now(UTC), os.urandom, uuid4)


def build(
    settings: Settings,
    server: Server,
    keys: KeyRing,
    *,
    world: World | None = None,
    platforms: Platforms | None = None,
    web: bool = False,
    draw: Draw = drawn,
    invented: bool = False,
) -> App:
    """Build the application: on these platforms, with `web` on the web chat beside them. Nothing connects yet.

    `draw` makes the picture in a digest. With `invented`, every page says that its people are.
    """
    return _Builder(settings, server, keys, world or real_world(), Chrome(invented)).app(platforms, web, draw)


class _Builder:
    """Puts the parts together."""

    def __init__(self, settings: Settings, server: Server, keys: KeyRing, world: World, chrome: Chrome) -> None:
        self.settings = settings
        self.server = server
        self.keys = keys
        self.world = world
        self.instrument = shipped_instrument()
        self.database = Database(
            server.app,
            reader_url=server.reader,
            app_role=server.roles.app,
            reader_role=server.roles.reader,
        )
        self.pool = Pool(self.database, keys, world.entropy)
        self.book = AddressBook(self.database, world.now)
        self.mixing = Mixing(self.database, keys, world.now, world.entropy)
        self.service = Service(self.pool, keys, self.instrument, world.entropy)
        store = StoredLinks(self.database.begin, self.database.direct, self.book)
        links, sessions = keys.platform_key("links"), keys.platform_key("sessions")
        self.links = Links(links, store, now=world.now, entropy=world.entropy)
        self.doors = Doors(
            self.links,
            Sessions(sessions, store, now=world.now, entropy=world.entropy),
            chrome,
            self.book.behind,
            TARGETS,
        )
        self.seats = Seats(self.database, self.links, world.now, world.entropy)
        asked = (PRESETS[settings.preset], settings.comments)
        self.agreeing = Agreeing(self.database, self.seats, self.instrument, *asked)
        at_home = (settings.organisation, settings.language, settings.timezone)
        self.of_kudos = terms(settings, settings.country, world.now, world.new_id)
        self.parting = Parting(self.of_kudos)
        self.rostering = Rostering(self.database, self.service, self.parting, *at_home, world.new_id, world.now)
        self.following = Following(self.rostering, settings.members_seconds)
        self.hands = Handing(
            self.database,
            self.service,
            self.book,
            keys,
            entropy=world.entropy,
            now=world.now,
            changed=self.following.changed,
        )

    def app(self, make: Platforms | None, web: bool, draw: Draw) -> App:
        platforms = dict((make or self._configured)(self.hands))
        if web:
            platforms |= self._web(self.hands)
        checkin = Checkin(
            self.service,
            self.database,
            shipped_breaks(),
            self.settings.country,
            self.settings.comments,
            self.world.now,
        )
        bands = Bands(self.database, self.world.now, self.settings.timezone)
        digest = Digest(self.database, self.links, self.settings.public_url, self.world.now, draw, bands)
        own = Own(self.database, self.service, platforms, self.links, self.world.now, self.settings.public_url)
        later = Later(self.database, self.keys, platforms, self.world.now)
        self.pool.prepare = checkin.prepare
        ways_out = lanes(platforms, self.settings.at_once, self.world.now)
        home, chance = self.settings.timezone, self.world.entropy
        kudos = recognition(own, ways_out, self.of_kudos, self.parting, self.book, timezone=home, entropy=chance)
        names = commands(own, later, digest, kudos, self.settings.country)
        self.hands.inbox = inbox = Inbox(checkin.receive, names)
        opening = self._opening(list(platforms))
        invitations, errands = Invitations(self.keys, checkin.invite, self.world.entropy), Errands()
        outgoing = (self.database, ways_out, invitations, self.world.now)
        sending = Sending(*outgoing)
        reminding = Reminding(*outgoing, errands, self.pool)
        epochs = self._epochs()
        basis = (self.database, self.keys, self.world.now, self.world.entropy)
        closing = Closing(*basis, self.mixing, epochs.ends, self.server.files)
        periods = PeriodClosing(*basis)
        heads = Heads(self.database, self.keys, self.world.entropy, list(platforms))
        digests = Digests(self.database, ways_out, digest.message_for, self.world.now, heads)
        tidying = Tidying(self.database, self.world.now)
        introducing = self._introducing(opening, ways_out)
        work = steps(
            sending,
            reminding,
            closing,
            digests=digests,
            tidying=tidying,
            introducing=introducing,
            periods=periods,
            outbox=kudos.outbox,
        )
        jobs = self._jobs(work, errands)
        return App(
            settings=self.settings,
            world=self.world,
            database=self.database,
            keys=self.keys,
            instrument=self.instrument,
            service=self.service,
            platforms=platforms,
            rostering=self.rostering,
            following=self.following,
            inbox=inbox,
            opening=opening,
            sending=sending,
            closing=closing,
            periods=periods,
            pool=self.pool,
            book=self.book,
            mixing=self.mixing,
            epochs=epochs,
            digest=digest,
            own=own,
            recognition=kudos,
            tidying=tidying,
            jobs=jobs,
            tick=Tick(self.database, opening, closing, digests, epochs, introducing, kudos, jobs),
            links=self.links,
            doors=self.doors,
            seats=self.seats,
            agreeing=self.agreeing,
            heads=heads,
        )

    def _opening(self, platforms: Collection[str]) -> Opening:
        return Opening(
            self.database,
            self.keys,
            self.instrument,
            platforms,
            self.settings.chunk_size,
            self.world.new_id,
            self.world.entropy,
            Flags(self.database).of,
            PRESETS[self.settings.preset],
        )

    def _introducing(self, opening: Opening, ways_out: Lanes) -> Introducing:
        settings, now = self.settings, self.world.now
        return Introducing(self.database, ways_out, opening.agreed, now, settings.chunk_size)

    def _epochs(self) -> Epochs:
        path = key_path(self.settings.config_dir, self.settings.data_dir)
        life = timedelta(days=self.settings.key_epoch_days)
        return Epochs(self.database, self.keys, path, life, self.world.entropy)

    def _jobs(self, steps: Mapping[str, Step], errands: Errands) -> Jobs:
        url = self.server.app.set(drivername="postgresql").render_as_string(hide_password=False)
        options = f"-c role={self.server.roles.app} -c search_path=platform -c timezone=UTC"
        return Jobs(url, options, steps, errands, rescue_seconds=self.settings.rescue_seconds)

    def _configured(self, hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
        """Return what settings connect, and the web chat, which is always there."""
        chats = {
            **slack.connected(self.settings, hands("slack")),
            **teams.connected(self.settings, hands("teams"), self.world.entropy),
        }
        return {**chats, **self._web(hands)}

    def _web(self, hands: Callable[[str], Hands]) -> Mapping[str, ChatPlatform]:
        return {"web": web_chat(hands("web"), self.doors, self.world.new_id)}
