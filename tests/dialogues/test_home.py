"""Home, settings, pause and help: what a person owns, as messages on request."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from surveys.model import Preferences, QuietHours, Shift
from surveys.spread import offsets
from surveys.store import people as people_store
from surveys.store import surveys as store
from tests.dialogues.own_page import actions, ask, chosen, dialog, exported, sent
from tests.stage import Stage

WHO = {"nl": "o1", "en": "o2"}
SAYS = {
    "nl": {
        "home": "Jouw overzicht",
        "around": "Je volgende check-in komt rond maandag 2 maart 2026.",
        "here": "antwoorden of je antwoord veranderen tot vrijdag 6 maart 2026, 09:00.",
        "moment": "Moment: geen voorkeur",
        "saved": "Je instellingen zijn bewaard",
        "chosen": "Moment: 10:30",
        "paused": "Je hebt pauze. Vanaf maandag 16 maart 2026 krijg je weer check-ins.",
        "unknown": "Ik ken je hier nog niet.",
        "bad_time": "Schrijf het als 09:30",
    },
    "en": {
        "home": "Your overview",
        "around": "Your next check-in comes around Monday 2 March 2026.",
        "here": "answer, or change your answer, until Friday 6 March 2026, 09:00.",
        "moment": "Moment: no preference",
        "saved": "Your settings are saved",
        "chosen": "Moment: 10:30",
        "paused": "You are having a pause. From Monday 16 March 2026 you get check-ins again.",
        "unknown": "I do not know you here yet.",
        "bad_time": "Write it as 09:30",
    },
}


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_home_says_what_comes_and_what_was_chosen(stage: Stage, language: str) -> None:
    card = await dialog(stage, WHO[language], "home")
    assert card.title == SAYS[language]["home"]
    assert card.locale == language
    assert SAYS[language]["around"] in card.paragraphs
    assert SAYS[language]["moment"] in card.paragraphs
    assert actions(card) == ["kudos", "kudos_jar", "settings", "privacy", "digest", "pause", "stop", "help"]


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_home_says_that_a_check_in_is_there(stage: Stage, language: str) -> None:
    await sent(stage)
    assert (await dialog(stage, WHO[language], "home")).paragraphs[0].endswith(SAYS[language]["here"])


async def test_home_is_the_same_whether_or_not_somebody_answered(stage: Stage) -> None:
    """Nothing on a person's own page depends on an answer."""
    await sent(stage)
    document = await exported(stage, "o1")
    before = [await dialog(stage, "o1", name) for name in ("home", "privacy")]
    await stage.answer("o1", 5, 1)
    assert [await dialog(stage, "o1", name) for name in ("home", "privacy")] == before
    again = await exported(stage, "o1")
    assert len(again.pop("links")) == len(document.pop("links")) + 1  # the one to the file
    assert again == document


async def test_a_planned_card_is_announced_with_its_own_moment(stage: Stage) -> None:
    await stage.app.opening.open_due(stage.clock())
    [(due,)] = await stage.rows(f"select due from platform.delivery where person_id = '{stage.people['o1'].id}'")
    assert isinstance(due, datetime)
    said = (await dialog(stage, "o1", "home")).paragraphs[0]
    assert said.startswith("Je volgende check-in komt rond")
    assert said.endswith(f"2026, {due.astimezone(ZoneInfo('Europe/Amsterdam')):%H:%M}.")


async def test_the_forecast_follows_the_own_rhythm(stage: Stage) -> None:
    await dialog(stage, "o1", "settings_save", every="4")
    offset = offsets(b"pulse")(stage.people["o1"].id)
    weeks = next(n for n in range(4) if (1 + n + offset) % 4 == 0)
    day = (date(2026, 3, 2) + timedelta(weeks=weeks)).day
    assert f"rond maandag {day} maart 2026." in (await dialog(stage, "o1", "home")).paragraphs[0]


async def test_the_forecast_follows_the_planning_as_far_as_it_goes(stage: Stage) -> None:
    wednesday = datetime.fromisoformat("2026-03-04T12:00+01:00")
    next_week = Shift(wednesday + timedelta(days=5), wednesday + timedelta(days=5, hours=4))
    async with stage.app.database.begin() as connection:
        person = stage.people["o1"].id
        shift = Shift(wednesday, wednesday + timedelta(hours=4))
        await people_store.replace_shifts(connection, [(person, shift), (person, next_week)])
    assert "woensdag 4 maart" in (await dialog(stage, "o1", "home")).paragraphs[0]
    stage.clock.forward(days=3)
    async with stage.app.database.begin() as connection:
        await store.claim_due(connection, "pulse", stage.clock() - timedelta(days=3), stage.clock() + timedelta(days=4))
    assert "maandag 9 maart" in (await dialog(stage, "o1", "home")).paragraphs[0]


async def test_whoever_may_read_no_digest_is_not_offered_one(stage: Stage) -> None:
    await stage.rows("update people.person set roles = '{hr}' where external_id = 'o1' returning id")
    assert "digest" not in actions(await dialog(stage, "o1", "home"))


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_settings_are_saved_and_shown_again(stage: Stage, language: str) -> None:
    """Everybody chooses moment, quiet hours, rhythm and channel, and sees what they chose."""
    who = WHO[language]
    form = (await dialog(stage, who, "settings")).form
    assert form
    assert [one.name for one in form.fields] == ["language", "moment", "quiet_start", "quiet_end", "every", "channel"]
    as_it_is = {one.name: one.value for one in form.fields}
    saved = await dialog(
        stage, who, form.action, **(as_it_is | {"moment": "10:30", "quiet_start": "17:00", "quiet_end": "09:00"})
    )
    assert saved.title == SAYS[language]["saved"]
    assert SAYS[language]["chosen"] in saved.paragraphs
    wished = Preferences(moment=time(10, 30), quiet=QuietHours(time(17), time(9)))
    assert await chosen(stage, who) == wished
    again = (await dialog(stage, who, "settings")).form
    assert again
    assert {one.name: one.value for one in again.fields} == as_it_is | {
        "moment": "10:30",
        "quiet_start": "17:00",
        "quiet_end": "09:00",
    }


@pytest.mark.parametrize(
    ("name", "fields", "changed"),
    [
        ("settings_save", {"language": "nl", "every": "2"}, True),
        ("pause_save", {"length": "2"}, True),
        ("resume", {}, True),
        ("stop_now", {}, True),
        ("start_again", {}, True),
        ("erase_now", {}, True),
        ("settings_save", {"language": "tlh"}, False),
        ("settings", {}, False),
        ("home", {}, False),
    ],
)
async def test_what_changes_the_own_page_says_so(
    name: str, fields: dict[str, str], changed: bool, stage: Stage
) -> None:
    assert (await ask(stage, "o1", name, **fields)).changed is changed


async def test_a_new_language_is_spoken_at_once_and_everywhere(stage: Stage) -> None:
    """Everybody chooses the language in which they are spoken to, on cards and on their own page."""
    assert (await dialog(stage, "o1", "settings_save", language="en")).title == "Your settings are saved"
    assert (await dialog(stage, "o1", "home")).title == "Your overview"
    await sent(stage)
    assert stage.card("o1").locale == "en"


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_a_bad_field_is_refused_in_the_own_language_and_nothing_is_saved(stage: Stage, language: str) -> None:
    reply = await ask(stage, WHO[language], "settings_save", moment="half tien", every="2")
    assert reply.failed
    assert SAYS[language]["bad_time"] in reply.notice
    assert await chosen(stage, WHO[language]) == Preferences()


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_a_pause_keeps_an_unsent_card_and_what_was_answered(stage: Stage, language: str) -> None:
    """A pause holds back cards that are not sent yet, and withdraws nothing."""
    who = WHO[language]
    await stage.app.opening.open_due(stage.clock())
    await dialog(stage, who, "pause_save", length="2")
    home = await dialog(stage, who, "home")
    assert SAYS[language]["paused"] in home.paragraphs
    assert actions(home)[-3:] == ["resume", "stop", "help"]
    await sent(stage)
    assert stage.recording.inbox(who) == []
    await dialog(stage, who, "resume")
    assert (await chosen(stage, who)).paused_until is None


@pytest.mark.parametrize(
    "command", ["home", "settings_save", "pause_save", "stop_now", "privacy", "export", "erase_now"]
)
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_a_stranger_is_refused_kindly_and_nothing_is_stored(stage: Stage, language: str, command: str) -> None:
    before = await stage.rows("select count(*) from people.preference")
    reply = await stage.recording.act("stranger", language, command, texts={"every": "2", "length": "2"})  # type: ignore[arg-type]
    assert reply.failed
    assert reply.notice.startswith(SAYS[language]["unknown"])
    assert await stage.rows("select count(*) from people.preference") == before


async def test_help_is_there_for_everybody_a_stranger_too(stage: Stage) -> None:
    for who in ("o1", "stranger"):
        reply = await stage.recording.act(who, "nl", "help")
        assert reply.dialog
        assert "112" in " ".join(reply.dialog.paragraphs)


@pytest.mark.parametrize(
    ("dutch", "english"),
    [
        ("overzicht", "home"),
        ("thuis", "home"),
        ("instellingen", "settings"),
        ("pauze", "pause"),
        ("stoppen", "stop"),
        ("hulp", "help"),
    ],
)
async def test_a_dutch_name_means_the_same(stage: Stage, dutch: str, english: str) -> None:
    assert await ask(stage, "o1", dutch) == await ask(stage, "o1", english)


async def test_every_button_of_the_own_page_leads_somewhere(stage: Stage) -> None:
    """No button ends in 'I do not know that'."""
    seen, waiting = (
        set(),
        ["home", "settings", "pause", "resume", "stop", "stop_now", "start_again", "privacy", "export"],
    )
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            if name == "erase_now":
                continue  # after it nobody is known, so it comes last
            waiting += actions(await dialog(stage, "o1", name)) if name != "pause_save" else []
    assert {"erase", "erase_now", "erase_stop", "introduction", "digest", "help"} <= seen
    assert actions(await dialog(stage, "o1", "erase_now")) == ["help"]
