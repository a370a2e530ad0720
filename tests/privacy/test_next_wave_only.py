"""PRIVACY 13: what both seats agree on begins with the next wave: comments, readers, and what a mode may ask."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest

from bot.checkin import takes_comments
from bot.cli.reader import administrator_reads
from bot.reading import scope_of
from surveys.errors import NotAgreed
from surveys.model import STANDARD, STRICT, Mode, Policy, WaveState
from surveys.policy import ALWAYS
from surveys.store import surveys as store
from surveys.store.terms import terms_of
from tests.ceremony import agree
from tests.privacy.wave import House, token_of, wave
from tests.published import hold_back, publish
from tests.stage import Stage, staged


def readers(*names: str) -> list[str]:
    return sorted({*map(str, ALWAYS), *names})


async def next_wave(stage: Stage) -> None:
    """Close the open wave and deliver the cards of the next one."""
    await stage.close()
    await stage.until(stage.clock() + timedelta(days=6))


async def asks_for_a_comment(stage: Stage, who: str) -> bool:
    """Whether thanks offer the box, and the box is shown to whoever asks for it by themselves."""
    await stage.answer(who)
    offered = "comment" in {choice.action for choice in stage.card(who).choices}
    forced = await stage.recording.act(who, stage.card(who).locale, "comment_anyway", token=token_of(stage, who))
    assert offered == bool(forced.dialog and forced.dialog.form)
    return offered


async def asked_by_a_process_that_begins_now(stage: Stage) -> bool:
    async with stage.app.database.begin() as connection:
        (there,) = await store.waves(connection, state=WaveState.OPEN)
    return await takes_comments(stage.app.database, there)


async def test_comments_are_asked_for_only_where_both_seats_agreed_before_the_wave(house: House) -> None:
    """The setting alone switches nothing on: the form comes with the first wave after both seats have signed."""
    async with wave(house, settings={"comments": True}) as stage:
        await agree(stage.app, stage.clock(), comments=False)
        await next_wave(stage)
        assert not await asks_for_a_comment(stage, "o1")
        await agree(stage.app, stage.clock(), comments=True)
        assert not await asks_for_a_comment(stage, "o2")
        assert not await asked_by_a_process_that_begins_now(stage)
        await next_wave(stage)
        assert await asks_for_a_comment(stage, "o1")


async def test_a_text_that_comes_without_being_asked_for_is_not_kept(house: House) -> None:
    async with wave(house, settings={"comments": True}) as stage:
        await agree(stage.app, stage.clock(), comments=False)
        await next_wave(stage)
        await stage.answer("o1")
        rows = await stage.rows("SELECT sealed FROM surveys.response ORDER BY slot")
        text = {"comment": "de roosters zijn krap"}
        await stage.recording.act("o1", "nl", "comment", token=token_of(stage, "o1"), texts=text)
        assert await stage.rows("SELECT sealed FROM surveys.response ORDER BY slot") == rows


async def scope(stage: Stage, who: str) -> object:
    async with stage.app.database.begin() as connection:
        return await scope_of(connection, stage.people[who], stage.clock())


async def test_leaders_read_only_while_both_seats_agree_on_it(house: House) -> None:
    """One key takes the leaders out at once: no page, no message and no command shows them figures."""
    async with staged(*house) as stage:
        await publish(stage, 2)
        assert await scope(stage, "noor")
        await agree(stage.app, stage.clock(), readers=readers("administrator"))
        assert await scope(stage, "noor") is None
        assert await scope(stage, "o1")
        await hold_back(stage, 2, hours=0)
        await stage.tick()
        assert stage.recording.inbox("noor") == []
        asked = await stage.recording.act("noor", "nl", "digest")
        assert asked.dialog is not None
        assert asked.dialog.image is None


async def test_leaders_who_are_readers_again_read_only_later_waves(house: House) -> None:
    """A reader who is added reads nothing of the waves in which people answered without knowing of them."""
    async with staged(*house) as stage:
        await publish(stage, 2)
        await agree(stage.app, stage.clock(), readers=readers())
        stage.clock.forward(days=20)
        await agree(stage.app, stage.clock(), readers=readers("leaders"))
        before = await stage.recording.act("noor", "nl", "digest")
        assert before.dialog is not None
        assert before.dialog.image is None
        await publish(stage, 2, first=4)
        after = await stage.recording.act("noor", "nl", "digest")
        everybody = await stage.recording.act("o1", "nl", "digest")
        for reply, waves in ((after, 2), (everybody, 4)):
            assert reply.dialog is not None
            assert reply.dialog.image is not None
            assert reply.dialog.image.lines is not None
            assert len(reply.dialog.image.lines.categories) == waves


async def test_the_administrator_reads_figures_only_as_both_seats_agreed(house: House) -> None:
    async with staged(*house) as stage:
        await administrator_reads(stage.app)
        await agree(stage.app, stage.clock(), readers=readers("leaders"))
        with pytest.raises(NotAgreed, match="reads nothing"):
            await administrator_reads(stage.app)
        stage.clock.forward(days=1)
        await agree(stage.app, stage.clock(), readers=readers("leaders", "administrator"))
        with pytest.raises(NotAgreed, match="only waves that opened after"):
            await administrator_reads(stage.app)
        await administrator_reads(stage.app, stage.clock())


async def test_a_log_that_was_changed_shows_leaders_nothing(house: House) -> None:
    """Who may read stands in the signed log: while it does not hold, nobody of the employer reads."""
    async with staged(*house) as stage:
        await publish(stage, 1)
        change = "UPDATE surveys.log SET document = document || ' '::bytea WHERE seq = 2"
        await stage.run(f"SET session_replication_role = replica; {change}")
        assert await scope(stage, "noor") is None
        assert await scope(stage, "o1")


async def policy_of_the_newest(stage: Stage) -> Policy:
    ((newest,),) = await stage.rows("SELECT id FROM surveys.wave ORDER BY number DESC LIMIT 1")
    async with stage.app.database.begin() as connection:
        return (await terms_of(connection, newest)).policy  # type: ignore[arg-type]


async def test_lower_protection_begins_with_the_next_wave(house: House) -> None:
    """A wave that is open is protected as it was when people answered."""
    async with wave(house, settings={"preset": "strict"}) as stage:
        await agree(stage.app, stage.clock(), protection=asdict(STANDARD))
        assert await policy_of_the_newest(stage) == STRICT
        await next_wave(stage)
        assert await policy_of_the_newest(stage) == STANDARD


async def test_longer_retention_keeps_no_open_wave_longer(house: House) -> None:
    async with wave(house) as stage:
        closes = await stage.rows("SELECT closes FROM surveys.wave")
        await agree(stage.app, stage.clock(), retention_days=90)
        assert await stage.rows("SELECT closes FROM surveys.wave") == closes
        await stage.close()
        assert await stage.rows("SELECT state FROM surveys.wave") == [("destroyed",)]


async def test_in_private_mode_nothing_is_asked_in_a_wave(house: House) -> None:
    """What is to stay with the person can be no question of a wave, so that no wave opens."""
    async with staged(*house) as stage:
        await agree(stage.app, stage.clock(), mode=str(Mode.PRIVATE))
        with pytest.raises(NotAgreed, match="mode"):
            await stage.app.opening.open_now("pulse", None, stage.clock())
