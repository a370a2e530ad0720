from __future__ import annotations

import asyncio
import base64
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.links import Links, qr_svg
from bot.web.linkstores import LinksInMemory
from bot.web.sessions import Sessions, cookie_name, on_loopback
from surveys.errors import KeyFileError

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class World:
    now: datetime = START
    given: int = 0
    store: LinksInMemory = field(default_factory=LinksInMemory)
    key: bytes = b"k" * 32

    def clock(self) -> datetime:
        return self.now

    def entropy(self, size: int) -> bytes:
        self.given += 1
        return self.given.to_bytes(size, "big")

    @property
    def links(self) -> Links:
        return Links(self.key, self.store, now=self.clock, entropy=self.entropy)

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.key, self.store, now=self.clock, entropy=self.entropy)

    async def cookie(self, text: str) -> str:
        link = await self.links.redeem(text)
        assert link is not None
        return self.sessions.open(link, "nl")[0]


@pytest.fixture
def world() -> World:
    return World()


async def test_a_one_time_link_opens_once(world: World) -> None:
    text = await world.links.one_time("noor", "chat")
    assert await world.links.redeem(text)
    assert await world.links.redeem(text) is None


async def test_looking_at_a_one_time_link_does_not_spend_it(world: World) -> None:
    text = await world.links.one_time("noor", "chat")
    before = dict(world.store.links)
    assert await world.links.check(text)
    assert world.store.links == before


async def test_of_many_who_press_at_once_one_gets_in(world: World) -> None:
    text = await world.links.one_time("noor", "chat")
    got_in = await asyncio.gather(*(world.links.redeem(text) for _ in range(20)))
    assert len([link for link in got_in if link]) == 1


async def test_a_one_time_link_lasts_ten_minutes(world: World) -> None:
    text = await world.links.one_time("noor", "chat")
    world.now += timedelta(minutes=10)
    assert await world.links.redeem(text) is None


async def test_a_personal_link_opens_until_it_expires(world: World) -> None:
    text = await world.links.personal("noor", "chat", 30 * DAY)
    assert await world.links.redeem(text)
    assert await world.links.redeem(text)
    world.now += 30 * DAY
    assert await world.links.redeem(text) is None


async def test_a_revoked_link_opens_nothing(world: World) -> None:
    text = await world.links.personal("noor", "chat", DAY)
    other = await world.links.personal("sam", "chat", DAY)
    assert await world.store.revoke_all_of("noor") == 1
    assert await world.links.check(text) is None
    assert await world.links.check(other)


async def test_stolen_rows_make_no_working_link(world: World) -> None:
    await world.links.personal("noor", "chat", DAY)
    (row,) = world.store.links.values()
    thief = Links(b"t" * 32, world.store, now=world.clock, entropy=world.entropy)
    assert await world.links.check(thief.text(row)) is None


@pytest.mark.parametrize(
    "change", [{"subject": "boss"}, {"purpose": "digest"}, {"expires": START + 900 * DAY}, {"once": False}]
)
async def test_a_changed_row_breaks_its_link(world: World, change: dict[str, object]) -> None:
    text = await world.links.one_time("noor", "chat")
    (row,) = world.store.links.values()
    world.store.links[row.id] = replace(row, **change)  # type: ignore[arg-type]
    assert await world.links.check(text) is None


@given(st.text(max_size=80) | st.binary(min_size=48, max_size=48).map(lambda b: base64.urlsafe_b64encode(b).decode()))
async def test_what_we_did_not_sign_opens_nothing(text: str) -> None:
    assert await World().links.check(text) is None


@given(st.integers(0, 47), st.integers(1, 255))
async def test_one_changed_byte_breaks_a_link(place: int, change: int) -> None:
    world = World()
    raw = bytearray(base64.urlsafe_b64decode(await world.links.personal("noor", "chat", DAY)))
    raw[place] ^= change
    assert await world.links.check(base64.urlsafe_b64encode(raw).decode()) is None


async def test_a_kept_link_can_be_shown_again(world: World) -> None:
    text = await world.links.personal("noor", "chat", DAY)
    (row,) = world.store.links.values()
    assert world.links.text(row) == text


@pytest.mark.parametrize("make", [Links, Sessions])
def test_a_short_key_is_refused(world: World, make: type[Links] | type[Sessions]) -> None:
    with pytest.raises(KeyFileError, match="32"):
        make(b"short", world.store, now=world.clock, entropy=world.entropy)


async def test_a_session_tells_who_is_here(world: World) -> None:
    cookie = await world.cookie(await world.links.personal("noor", "chat", 90 * DAY))
    session = await world.sessions.read(cookie, "chat")
    assert session
    assert (session.subject, session.locale, session.ends) == ("noor", "nl", START + 30 * DAY)


async def test_a_session_ends_with_the_link_that_opened_it(world: World) -> None:
    cookie = await world.cookie(await world.links.personal("noor", "chat", DAY))
    world.now += DAY
    assert await world.sessions.read(cookie, "chat") is None


async def test_a_session_ends_when_its_link_is_revoked(world: World) -> None:
    cookie = await world.cookie(await world.links.personal("noor", "chat", DAY))
    await world.store.revoke_all_of("noor")
    assert await world.sessions.read(cookie, "chat") is None


async def test_a_session_from_a_one_time_link_outlives_it_by_a_working_day(world: World) -> None:
    cookie = await world.cookie(await world.links.one_time("noor", "chat"))
    world.now += timedelta(hours=7, minutes=59)
    assert await world.sessions.read(cookie, "chat")
    world.now += timedelta(minutes=1)
    assert await world.sessions.read(cookie, "chat") is None


async def test_a_session_is_good_for_its_own_purpose_only(world: World) -> None:
    cookie = await world.cookie(await world.links.personal("noor", "chat", DAY))
    assert await world.sessions.read(cookie, "digest") is None


async def test_a_session_whose_link_was_forgotten_is_over(world: World) -> None:
    cookie = await world.cookie(await world.links.personal("noor", "chat", DAY))
    world.store.links.clear()
    assert await world.sessions.read(cookie, "chat") is None


@given(st.text(max_size=60) | st.binary(max_size=80).map(lambda b: base64.urlsafe_b64encode(b).decode()))
async def test_a_cookie_we_did_not_seal_is_nobody(cookie: str) -> None:
    assert await World().sessions.read(cookie, "chat") is None


async def test_a_cookie_shows_nothing_of_its_owner(world: World) -> None:
    cookie = await world.cookie(await world.links.personal("noor", "chat", DAY))
    assert b"noor" not in base64.urlsafe_b64decode(cookie)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *[(host, True) for host in ("localhost", "127.0.0.1", "127.8.0.1", "::1", "[::1]")],
        *[(host, False) for host in ("pauze.example.nl", "192.168.1.4", "localhost.example.nl", None)],
    ],
)
def test_a_cookie_travels_without_tls_on_this_machine_alone(host: str | None, loopback: bool) -> None:
    assert on_loopback(host) is loopback


def test_a_secure_cookie_is_bound_to_its_host() -> None:
    assert cookie_name("chat", secure=True).startswith("__Host-")


def test_a_qr_code_is_a_picture_without_inline_style() -> None:
    svg = qr_svg("https://pauze.example.nl/l/" + "a" * 64)
    assert ET.fromstring(svg).tag.endswith("svg")
    assert "style=" not in svg
