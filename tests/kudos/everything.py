"""Everything that people can come across with kudos: played in both languages, for those who look at all of it."""

from __future__ import annotations

from adapters.port import Reply
from adapters.recording import Recording
from surveys.model import Language
from surveys.store import kudos_places as place_store
from tests.kudos.thanks import CHANNEL, PLACE, WORDS, Floor

GIVER = {"nl": "o1", "en": "o2"}
RECEIVER = {"nl": "o3", "en": "o4"}
LATER = {"nl": ("o7", "o9"), "en": ("o6", "o8")}


async def everything(floor: Floor, language: Language, crisis: str) -> None:
    """Thank, look around, thank back, hide, report, remove and take back."""
    giver, receiver = GIVER[language], RECEIVER[language]
    await refused(floor, giver, receiver, crisis)
    await floor.gives(giver, receiver, "o5", where=str(PLACE))
    await floor.gives(giver, receiver, where="anonymous", text="Een klant zei: wat een geduld")
    floor.stage.clock.forward(hours=4)
    taken = await floor.gives(giver, receiver, where=str(PLACE))
    await floor.arrives()
    await floor.takes_back(giver, taken)
    for command in ("kudos_jar", "wall", "kudos_empty", "kudos_nudge_off"):
        await floor.asks(receiver, command)
        await floor.asks(giver, command)
    for kudos in await floor.all():
        for command in ("kudos_back", "kudos_hide", "kudos_report", "kudos_report_send"):
            await floor.asks(receiver, command, kudos=str(kudos.id))
    await floor.arrives()
    for kudos in await floor.all():
        await floor.asks("ada", "kudos_moderate", kudos=str(kudos.id))
        await floor.asks("ada", "kudos_moderate_send", kudos=str(kudos.id), reason="Ging over een klant")
    await lost(floor, giver, receiver)
    await floor.asks(receiver, "kudos_empty_now")
    await floor.arrives()
    await by_itself(floor, language)


async def refused(floor: Floor, giver: str, receiver: str, crisis: str) -> Reply:
    """Fill in what can't go out."""
    await floor.looks(giver, receiver, text=crisis)
    await floor.looks(giver, giver, text="eindelijk eens op tijd, bel 06-12345678")
    await floor.looks(giver, receiver, text="eindelijk eens op tijd, bel 06-12345678")
    looked = await floor.looks(giver, receiver, text=WORDS)
    assert looked.dialog is not None
    return await floor.presses(giver, looked.dialog, "kudos_change")


async def lost(floor: Floor, giver: str, receiver: str) -> None:
    """Leave the channel with something in it, and with something on its way to it."""
    stands = await floor.gives(giver, receiver, where=str(PLACE))
    await floor.arrives()
    chat = floor.stage.app.platforms["recording"]
    assert isinstance(chat, Recording)
    chat.fail(CHANNEL)
    await floor.takes_back(giver, stands)
    await floor.gives(giver, receiver, where=str(PLACE))
    for _ in range(2):
        await floor.arrives()
    chat.recover(CHANNEL)
    await floor.stage.run("UPDATE kudos.place SET gone = false")


async def by_itself(floor: Floor, language: Language) -> None:
    """Have a round-up of a week, take out all that it tells, and be asked whether there is somebody to thank."""
    giver, receiver = LATER[language]
    await floor.stage.run(f"UPDATE kudos.place SET language = '{language}'")
    for _ in range(2):  # the first week of a channel may have begun before it
        await floor.gives(giver, receiver, where=str(PLACE))
        await floor.arrives()
        async with floor.stage.app.database.begin() as connection:
            due = await place_store.next_roundup(connection)
        assert due is not None
        floor.stage.clock.time = due
        await floor.arrives()
    for kudos in await floor.all():
        await floor.asks(receiver, "kudos_hide", kudos=str(kudos.id))
    await floor.arrives()
    floor.stage.clock.forward(days=28, hours=1)
    await floor.arrives()
