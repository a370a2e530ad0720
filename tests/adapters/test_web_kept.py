"""What a button keeps, names that are typed, and cards without a token, on the page of the web chat."""

from __future__ import annotations

import html
import json
from collections.abc import AsyncIterator

import pytest

from adapters.port import Choice, Command, Field, Form, Message, Public, Reply
from adapters.web import render
from adapters.web.mailbox import Waiting, pack, unpack
from tests.adapters.test_web_render import Tags
from tests.adapters.web_stage import WebStage, forms_of, on_web

BY_HTMX = {"HX-Request": "true"}
THANKED = Message(
    "Noor bedankt je",
    "nl",
    choices=(Choice("kudos_back", "Bedank terug", kept={"posting": "17"}), Choice("kudos_hide", "Van de muur")),
)
DONE = Message("Noor bedankt je", "nl", paragraphs=("Je hebt terug bedankt.",))


@pytest.fixture
async def stage() -> AsyncIterator[WebStage]:
    async with on_web("nl") as one:
        yield one


async def presses(stage: WebStage, action: str, by_htmx: bool) -> tuple[str, str]:
    """Press a button of the page; return the id of the card in which it stands, and what comes of it."""
    page = (await stage.client.get("/chat")).text
    place = next(one["id"] for one in Tags(page).all("article"))
    where, sent = next(form for form in forms_of(page) if form[1].get("name") == action)
    headers = BY_HTMX | {"HX-Target": str(place)} if by_htmx else {}
    return str(place), (await stage.client.post(where, data=sent, headers=headers)).text


async def test_what_a_button_keeps_comes_back_as_fields(stage: WebStage) -> None:
    kept = {"posting": "17", "text": 'dank\nvoor "alles" & <b>شكرا</b>'}
    await stage.platform.send("noor", Message("V", "nl", choices=(Choice("kudos_report", "Meld", kept=kept),)))
    await presses(stage, "kudos_report", by_htmx=False)
    assert stage.conversation.heard == [Command("kudos_report", "web", "noor", "nl", kept)]


def test_what_is_kept_waits_in_the_mailbox() -> None:
    form = Form("kudos_send", (Field("people", "Wie", "people", "a,b", (("a", "Anna"),)),), "Stuur", kept={"tag": "x"})
    message = Message("V", "nl", form=form, choices=THANKED.choices)
    assert unpack(pack((Waiting("1", message),))) == (Waiting("1", message),)


def test_a_record_of_before_anything_was_kept_is_read() -> None:
    (plain,) = json.loads(
        pack((Waiting("1", Message("V", "nl", form=Form("a", (), "B"), choices=(Choice("a", "A"),))),))
    )
    del plain["message"]["form"]["kept"], plain["message"]["choices"][0]["kept"]
    (waiting,) = unpack(json.dumps([plain]).encode())
    assert waiting.message == Message("V", "nl", form=Form("a", (), "B"), choices=(Choice("a", "A"),))


def people(value: str, *options: tuple[str, str]) -> dict[str, str | None]:
    """The input in which people are named."""
    field = Field("people", "Wie", "people", value, options, limit=500, hint="Met komma's ertussen")
    tags = Tags(render.card(Message("V", "nl", form=Form("kudos_preview", (field,), "Verder")), ref="1"))
    (found,) = [one for one in tags.all("input") if one.get("type") == "text"]
    assert found["id"] in {label["for"] for label in tags.all("label")}
    assert found["aria-describedby"] in {attrs.get("id") for _, attrs in tags.seen}
    return found


def test_people_are_shown_by_name_and_typed_with_commas() -> None:
    found = people("w1,w2", ("w1", "Sanne Bos"), ("w2", "Bilal Kaya"))
    assert (found["name"], found["value"], found["maxlength"]) == ("field.people", "Sanne Bos, Bilal Kaya", "500")


def test_names_that_were_typed_stay_as_they_were_typed() -> None:
    assert people("Sanne,  Zoë,")["value"] == "Sanne, Zoë"
    assert people("")["value"] == ""


async def test_names_come_back_as_they_were_typed(stage: WebStage) -> None:
    form = Form("kudos_preview", (Field("people", "Wie", "people"),), "Verder", kept={"source": "home"})
    ref = await stage.platform.send("noor", Message("V", "nl", form=form))
    await stage.tap(ref, "kudos_preview", texts={"people": "Sanne, Bilal"})
    (asked,) = stage.conversation.heard
    assert isinstance(asked, Command)
    assert asked.fields == {"people": "Sanne, Bilal", "source": "home"}


@pytest.mark.parametrize("by_htmx", [False, True])
@pytest.mark.parametrize("action", ["kudos_back", "kudos_hide"])
async def test_a_card_without_a_token_is_replaced_where_it_stands(stage: WebStage, action: str, by_htmx: bool) -> None:
    await stage.platform.send("noor", THANKED)
    stage.conversation.reply = Reply(message=DONE)
    place, came = await presses(stage, action, by_htmx)
    (card,) = Tags(came).all("article")
    assert card.get("id") == (place if by_htmx else None)
    assert "Je hebt terug bedankt." in html.unescape(came)


@pytest.mark.parametrize("by_htmx", [False, True])
async def test_it_stays_replaced_because_what_was_posted_is_replaced_as_well(stage: WebStage, by_htmx: bool) -> None:
    ref = await stage.platform.send("noor", THANKED)
    stage.conversation.reply = Reply(message=DONE)
    await presses(stage, "kudos_back", by_htmx)
    await stage.platform.update(ref, DONE)
    assert [one["id"] for one in Tags(await stage.shown()).all("article")] == [f"card-{ref.id}"]
    assert "Bedank terug" not in await stage.shown()


def test_nobody_posts_in_channels_on_the_web() -> None:
    assert not isinstance(WebStage("nl").platform, Public)
