"""One contract over every platform that exists, in both languages. A new platform is one more entry in STAGES."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import get_args

import pytest

from adapters.port import (
    SUBMISSIONS,
    Choice,
    Command,
    DeliveryError,
    Field,
    Form,
    Image,
    Link,
    Locale,
    Message,
    Public,
    Reply,
    Submission,
)
from tests.adapters.contract import Build, BuildPublic, PublicStage, Stage
from tests.adapters.recording_stage import on_recording
from tests.adapters.slack_stage import on_slack
from tests.adapters.teams_stage import in_a_team, on_teams
from tests.adapters.web_stage import on_web

STAGES: Mapping[str, Build] = {"recording": on_recording, "slack": on_slack, "teams": on_teams, "web": on_web}
PUBLIC: Mapping[str, BuildPublic] = {"recording": on_recording, "slack": on_slack, "teams": in_a_team}
"""Those with channels, one for each platform that posts in them."""

TOKEN = "token-of-noor"
LABELS = {"nl": ("Nooit", "Soms", "Altijd"), "en": ("Never", "Sometimes", "Always")}
TITLES = {"nl": "Hoe druk was je week?", "en": "How busy was your week?"}
DIALOG = {"nl": "Kijk even uit het raam", "en": "Look out of the window"}
THANKS = {"nl": "Dank je wel", "en": "Thank you"}


@pytest.fixture(params=get_args(Locale))
def locale(request: pytest.FixtureRequest) -> Locale:
    language: Locale = request.param
    return language


@pytest.fixture(params=sorted(STAGES))
async def stage(request: pytest.FixtureRequest, locale: Locale) -> AsyncIterator[Stage]:
    async with STAGES[request.param](locale) as one:
        one.conversation.owners[TOKEN] = one.address
        yield one


@pytest.fixture(params=sorted(PUBLIC))
async def public(request: pytest.FixtureRequest, locale: Locale) -> AsyncIterator[PublicStage]:
    async with PUBLIC[request.param](locale) as one:
        yield one


def card(locale: Locale) -> Message:
    options = tuple(Choice("answer", label, (0, number)) for number, label in enumerate(LABELS[locale], 1))
    return Message(TITLES[locale], locale, choices=(*options, Choice("later", "…"), Choice("breaks", "~")), token=TOKEN)


def test_every_platform_that_exists_is_on_the_stage() -> None:
    adapters = Path(__file__).resolve().parents[2] / "adapters"
    packages = {path.parent.name for path in adapters.glob("*/platform.py")} - {"port"}
    assert packages | {"recording"} == set(STAGES)


async def test_sending_gives_a_reference_to_what_was_sent(stage: Stage, locale: Locale) -> None:
    ref = await stage.platform.send(stage.address, card(locale))
    assert (ref.platform, ref.address) == (stage.platform.name, stage.address)
    assert TITLES[locale] in await stage.shown()


async def test_every_message_has_a_reference_of_its_own(stage: Stage, locale: Locale) -> None:
    refs = {await stage.platform.send(stage.address, card(locale)) for _ in range(3)}
    assert len(refs) == 3


async def test_an_update_replaces_what_was_sent(stage: Stage, locale: Locale) -> None:
    ref = await stage.platform.send(stage.address, card(locale))
    await stage.platform.update(ref, Message(THANKS[locale], locale))
    shown = await stage.shown()
    assert THANKS[locale] in shown
    assert TITLES[locale] not in shown


async def test_an_update_leaves_other_messages_alone(stage: Stage, locale: Locale) -> None:
    await stage.platform.send(stage.address, Message(DIALOG[locale], locale))
    ref = await stage.platform.send(stage.address, card(locale))
    await stage.platform.update(ref, Message(THANKS[locale], locale))
    assert DIALOG[locale] in await stage.shown()


async def test_what_can_never_be_delivered_is_a_permanent_failure(stage: Stage) -> None:
    with pytest.raises(DeliveryError) as failure:
        await stage.cannot_deliver()
    assert failure.value.permanent


async def test_a_tap_on_an_answer_reaches_the_conversation_without_its_sender(stage: Stage, locale: Locale) -> None:
    """An answer carries a token and a position, and nothing about who tapped."""
    ref = await stage.platform.send(stage.address, card(locale))
    await stage.tap(ref, "answer", (0, 2))
    assert stage.conversation.heard == [Submission(TOKEN, "answer", locale, ((0, 2),))]
    assert stage.address not in repr(stage.conversation.heard).replace(TOKEN, "")


@pytest.mark.parametrize("action", sorted(SUBMISSIONS - {"show"}))
async def test_every_action_of_a_card_goes_without_a_sender(action: str, stage: Stage, locale: Locale) -> None:
    message = Message(TITLES[locale], locale, choices=(Choice(action, "…"),), token=TOKEN)
    await stage.tap(await stage.platform.send(stage.address, message), action)
    assert stage.conversation.heard == [Submission(TOKEN, action, locale)]


async def test_a_question_about_oneself_reaches_the_conversation_with_its_sender(stage: Stage, locale: Locale) -> None:
    await stage.tap(await stage.platform.send(stage.address, card(locale)), "later")
    assert stage.conversation.heard == [
        Command("later", stage.platform.name, stage.address, locale, fields={}, token=TOKEN)
    ]


async def test_a_form_hands_over_its_texts(stage: Stage, locale: Locale) -> None:
    form = Form("settings", (Field("moment", "M", "time"), Field("word", "W", "text")), "OK")
    ref = await stage.platform.send(stage.address, Message(TITLES[locale], locale, form=form))
    written = {"moment": "09:30", "word": "Zoë شكرا 🌿"}
    await stage.tap(ref, "settings", texts=written)
    assert [heard.fields for heard in stage.conversation.heard if isinstance(heard, Command)] == [written]


async def test_somebody_elses_token_reaches_nobody_and_leaves_nothing(stage: Stage, locale: Locale) -> None:
    """A copied or forged button stores nothing and reaches nobody."""
    await stage.platform.send(stage.address, card(locale))
    before = await stage.stored()
    await stage.forge("token-of-daan", "answer", (0, 2))
    assert stage.conversation.heard == []
    assert await stage.stored() == before


async def test_a_dialog_is_shown_and_never_becomes_a_message(stage: Stage, locale: Locale) -> None:
    """What fits an answer appears in a dialog alone; it is never written into the chat."""
    ref = await stage.platform.send(stage.address, card(locale))
    stage.conversation.reply = Reply(dialog=Message(DIALOG[locale], locale))
    assert DIALOG[locale] in await stage.tap(ref, "breaks")
    assert DIALOG[locale] not in await stage.shown()
    assert DIALOG[locale].encode() not in await stage.stored()


async def test_a_notice_is_shown_beside_a_card_that_keeps_its_buttons(stage: Stage, locale: Locale) -> None:
    ref = await stage.platform.send(stage.address, card(locale))
    stage.conversation.reply = Reply(notice=DIALOG[locale], failed=True)
    assert DIALOG[locale] in await stage.tap(ref, "answer", (0, 1))
    assert LABELS[locale][0] in await stage.shown()
    assert DIALOG[locale].encode() not in await stage.stored()


async def test_every_feature_of_a_message_is_rendered(stage: Stage, locale: Locale) -> None:
    select = Field(
        "rhythm", "label-select", "select", "2", (("1", "option-one"), ("2", "option-two")), hint="hint-select"
    )
    text = Field("comment", "label-text", "text", "value-text", hint="hint-text")
    moment, day = Field("moment", "label-time", "time", "09:45"), Field("day", "label-date", "date", "2031-05-06")
    message = Message(
        title="the-title",
        locale=locale,
        paragraphs=("paragraph <b>&", "paragraph-two"),
        steps=("step-one", "step-two"),
        image=Image("<svg xmlns='http://www.w3.org/2000/svg'/>", b"png", "alternative-text"),
        form=Form("settings", (select, text, moment, day), "submit-label"),
        choices=(Choice("later", "choice-plain"), Choice("help", "choice-prominent", prominent=True)),
        links=(Link("link-label", "https://example.org/a?b=c&d"),),
        notes=("note-one", "note-two"),
    )
    await stage.platform.send(stage.address, message)
    shown = await stage.shown()
    wanted = {"the-title", "paragraph <b>&", "paragraph-two", "step-one", "step-two", "alternative-text"}
    wanted |= {"label-select", "option-one", "option-two", "hint-select", "label-text", "value-text", "hint-text"}
    wanted |= {"label-time", "09:45", "label-date", "2031-05-06", "submit-label", "choice-plain", "choice-prominent"}
    wanted |= {"link-label", "https://example.org/a?b=c&d", "note-one", "note-two"}
    assert {part for part in wanted if part not in shown} == set()


@pytest.mark.parametrize("stage_name", sorted(STAGES))
async def test_a_platform_keeps_the_same_whatever_was_answered(stage_name: str, locale: Locale) -> None:
    """Nothing that a platform keeps or sends differs by what somebody answered."""
    assert await _kept_after(stage_name, locale, option=1) == await _kept_after(stage_name, locale, option=3)


async def _kept_after(stage_name: str, locale: Locale, *, option: int) -> bytes:
    async with STAGES[stage_name](locale) as stage:
        stage.conversation.owners[TOKEN] = stage.address
        stage.conversation.reply = Reply(message=Message(THANKS[locale], locale))
        ref = await stage.platform.send(stage.address, card(locale))
        await stage.tap(ref, "answer", (0, option))
        assert stage.conversation.heard == [Submission(TOKEN, "answer", locale, ((0, option),))]
        return await stage.stored()


async def test_a_comment_is_not_kept_by_the_platform(stage: Stage, locale: Locale) -> None:
    form = Form("comment", (Field("comment", "C", "text"),), "OK")
    ref = await stage.platform.send(stage.address, Message(TITLES[locale], locale, form=form, token=TOKEN))
    await stage.tap(ref, "comment", texts={"comment": "de roosters zijn krap"})
    assert [heard.texts for heard in stage.conversation.heard if isinstance(heard, Submission)] == [
        {"comment": "de roosters zijn krap"}
    ]
    assert b"roosters" not in await stage.stored()


KEPT = {"kudos": "a2f1c3", "where": 'C1 & "<dank> é شكرا'}


async def test_what_a_button_keeps_comes_back(stage: Stage, locale: Locale) -> None:
    other = Choice("kudos_back", "kept-two", kept={"kudos": "b7"})
    message = Message(TITLES[locale], locale, choices=(Choice("kudos_hide", "kept-one", kept=KEPT), other))
    await stage.tap(await stage.platform.send(stage.address, message), "kudos_hide")
    name = stage.platform.name
    assert stage.conversation.heard == [Command("kudos_hide", name, stage.address, locale, fields=KEPT)]


async def test_what_a_form_keeps_comes_back_with_what_was_filled_in(stage: Stage, locale: Locale) -> None:
    form = Form("kudos_preview", (Field("text", "T", "text"),), "OK", kept=KEPT)
    ref = await stage.platform.send(stage.address, Message(TITLES[locale], locale, form=form))
    await stage.tap(ref, "kudos_preview", texts={"text": "dank je"})
    assert [heard.fields for heard in stage.conversation.heard if isinstance(heard, Command)] == [
        {**KEPT, "text": "dank je"}
    ]


async def test_people_who_were_pointed_at_come_back(stage: Stage, locale: Locale) -> None:
    """As addresses on this platform, in whichever way the platform lets somebody point."""
    people = Field("people", "label-people", "people", stage.address, ((stage.address, "Noor"),))
    form = Form("kudos_preview", (people,), "OK")
    ref = await stage.platform.send(stage.address, Message(TITLES[locale], locale, form=form))
    assert "label-people" in await stage.shown()
    pointed = f"{stage.colleague},{stage.address}"
    await stage.tap(ref, "kudos_preview", texts={"people": pointed})
    assert [heard.fields for heard in stage.conversation.heard if isinstance(heard, Command)] == [{"people": pointed}]


@pytest.mark.parametrize("name", sorted(STAGES))
async def test_every_platform_that_posts_in_channels_is_on_the_public_stage(name: str) -> None:
    async with STAGES[name]("nl") as stage:
        assert isinstance(stage.platform, Public) == (name in PUBLIC)


async def test_the_channels_are_those_that_we_are_in(public: PublicStage) -> None:
    assert [channel.address async for channel in public.public.channels()] == [public.channel]
    await public.leaves_channel()
    assert [channel.address async for channel in public.public.channels()] == []


async def test_a_post_stands_in_the_channel_and_bears_no_button(public: PublicStage, locale: Locale) -> None:
    """Most who would press one there are not whom it is about."""
    form = Form("kudos_preview", (Field("text", "label-text", "text"),), "label-form", kept={"kudos": "b7"})
    choices = (Choice("kudos_hide", "label-choice", kept={"kudos": "b7"}),)
    ref = await public.public.post(public.channel, Message(TITLES[locale], locale, (), form=form, choices=choices))
    assert (ref.platform, ref.address) == (public.platform.name, public.channel)
    there = await public.in_channel()
    assert TITLES[locale] in there
    assert "label-" not in there


async def test_a_post_can_be_replaced_and_bears_no_button_then(public: PublicStage, locale: Locale) -> None:
    ref = await public.public.post(public.channel, Message(TITLES[locale], locale))
    other = await public.public.post(public.channel, Message(DIALOG[locale], locale))
    await public.platform.update(ref, Message(THANKS[locale], locale, choices=(Choice("kudos_hide", "label-choice"),)))
    there = await public.in_channel()
    assert ref != other
    assert (TITLES[locale] in there, THANKS[locale] in there, DIALOG[locale] in there) == (False, True, True)
    assert "label-choice" not in there


async def test_a_channel_that_we_left_is_a_permanent_failure(public: PublicStage, locale: Locale) -> None:
    await public.leaves_channel()
    with pytest.raises(DeliveryError) as failure:
        await public.public.post(public.channel, Message(TITLES[locale], locale))
    assert failure.value.permanent
