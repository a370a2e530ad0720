"""The channels in which kudos may be shown: opened and closed by the administrator, and kept true to their platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.port import Channel, DeliveryError
from bot.kudos.placing import Placing
from surveys.errors import InputError, NotFound
from surveys.kudos.model import Place
from surveys.store import kudos_places as place_store
from tests.everything import logged
from tests.kudos.thanks import CHANNEL, PLACE, Floor, House, floor

OTHER = "C-other"


@pytest.fixture
async def here(house: House) -> AsyncIterator[Floor]:
    async with floor(house) as there:
        there.chat.open_channels[OTHER] = Channel(OTHER, "#ploeg")
        yield there


def placing(here: Floor) -> Placing:
    return here.stage.app.recognition.placing


async def places(here: Floor) -> dict[str, Place]:
    async with here.stage.app.database.begin() as connection:
        return {place.address: place for place in await place_store.places(connection)}


async def test_what_platforms_offer_is_listed_with_what_is_open(here: Floor) -> None:
    offered = await placing(here).offered()
    assert [(spot.address, spot.name, spot.state) for spot in offered.spots] == [
        (CHANNEL, "#bedankt", "open"),
        (OTHER, "#ploeg", "offered"),
    ]
    assert offered.failed == {}


async def test_an_open_channel_can_be_chosen_and_a_closed_one_no_more(here: Floor) -> None:
    opened = await placing(here).open("recording", OTHER, "en", otherwise="nl")
    await here.gives("o1", "o3", where=str(opened.id))
    await here.arrives()
    assert here.titles(OTHER) == ["Agent o1 thanks Agent o3"]
    await placing(here).close("recording", OTHER)
    assert (await here.looks("o1", "o3", where=str(opened.id))).failed


async def test_in_a_channel_that_was_closed_meanwhile_nothing_begins(here: Floor) -> None:
    await here.gives("o1", "o3", where=str(PLACE))
    await placing(here).close("recording", CHANNEL)
    await here.arrives()
    assert here.in_channel() == []
    assert here.titles("o3") == ["Agent o1 bedankt je"]


async def test_what_stands_in_a_channel_that_was_closed_is_still_taken_back(here: Floor) -> None:
    sent = await here.gives("o1", "o3", where=str(PLACE))
    await here.arrives()
    await placing(here).close("recording", CHANNEL)
    await here.takes_back("o1", sent)
    await here.arrives()
    assert "Agent o1" not in repr(here.in_channel())


async def test_a_channel_without_a_language_speaks_that_of_the_organisation_and_keeps_its_own(here: Floor) -> None:
    await placing(here).open("recording", OTHER, None, otherwise="en")
    assert (await places(here))[OTHER].language == "en"
    await placing(here).open("recording", CHANNEL, None, otherwise="en")
    assert (await places(here))[CHANNEL].language == "nl"
    await placing(here).open("recording", CHANNEL, "en", otherwise="nl")
    assert (await places(here))[CHANNEL].language == "en"


@pytest.mark.parametrize(
    ("platform", "address", "error", "said"),
    [
        ("recording", "C-nowhere", NotFound, r"'C-nowhere' is no channel of recording .* `adempauze kudos places`"),
        ("post", CHANNEL, InputError, r"'post' is no connected platform with channels: those are recording"),
    ],
)
async def test_a_channel_that_is_not_offered_is_not_opened(
    here: Floor, platform: str, address: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        await placing(here).open(platform, address, None, otherwise="nl")


async def test_a_channel_that_is_not_open_is_not_closed(here: Floor) -> None:
    with pytest.raises(NotFound, match=r"'C-other' of recording is not open: `adempauze kudos places`"):
        await placing(here).close("recording", OTHER)


async def test_a_channel_that_is_called_something_else_is_offered_by_its_new_name_within_a_day(here: Floor) -> None:
    here.chat.open_channels[CHANNEL] = Channel(CHANNEL, "#dank")
    await here.stage.app.tidy()
    assert (await places(here))[CHANNEL].name == "#dank"


async def test_a_channel_that_we_left_is_offered_no_more_and_again_when_we_come_back(here: Floor) -> None:
    there = here.chat.open_channels.pop(CHANNEL)
    await here.stage.app.tidy()
    assert (await places(here))[CHANNEL].gone
    assert (await here.looks("o1", "o3", where=str(PLACE))).failed
    here.chat.open_channels[CHANNEL] = there
    await here.stage.app.tidy()
    assert not (await here.looks("o1", "o3", where=str(PLACE))).failed


async def test_a_platform_that_does_not_answer_says_nothing_of_its_channels(here: Floor) -> None:
    async def channels() -> AsyncIterator[Channel]:
        raise DeliveryError("geheim", permanent=False)
        yield

    here.chat.channels = channels  # type: ignore[method-assign]
    with logged() as lines:
        await here.stage.app.tidy()
    assert await places(here) == {CHANNEL: replace((await places(here))[CHANNEL], gone=False)}
    assert "channels were not listed" in lines.getvalue()
    assert "geheim" not in lines.getvalue()
    assert (await placing(here).offered()).failed == {"recording": "geheim"}
    with pytest.raises(InputError, match=r"recording gave no list of channels \(geheim\): run `adempauze doctor`"):
        await placing(here).open("recording", CHANNEL, None, otherwise="nl")
