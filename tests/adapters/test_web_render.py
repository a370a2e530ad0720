from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from adapters.port import Choice, Field, Form, Image, Link, Message
from adapters.web import render
from adapters.web.words import WebWords

WORDS = WebWords(
    **{name: name for name in WebWords.__slots__ if name != "commands"}, commands=(("home", "Mijn <huis>"),)
)
SCALE = tuple(Choice("answer", f"optie {n}", (0, n)) for n in range(1, 6))


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for seen, attrs in self.seen if seen == tag]

    def hidden(self) -> set[tuple[str | None, str | None]]:
        return {(one.get("name"), one.get("value")) for one in self.all("input") if one.get("type") == "hidden"}


def test_an_answer_button_carries_token_and_position_and_never_its_meaning() -> None:
    tags = Tags(render.card(Message("Vraag", "nl", choices=SCALE, token="T")))
    assert {("token", "T"), ("action", "answer"), ("position", "0:3")} <= tags.hidden()
    assert not any("optie" in (value or "") for _, value in tags.hidden())


def test_what_is_asked_about_oneself_goes_to_the_command_route() -> None:
    tags = Tags(render.card(Message("Vraag", "nl", choices=(Choice("later", "Later"),), token="T")))
    assert tags.all("form")[0]["action"] == "/chat/command"
    assert {("name", "later"), ("token", "T")} <= tags.hidden()


def test_no_token_is_ever_in_an_address_or_an_id() -> None:
    html = render.card(Message("Vraag", "nl", choices=SCALE, token="SECRET"))
    places = [value for _, attrs in Tags(html).seen for name, value in attrs.items() if name != "value"]
    assert not any("SECRET" in (value or "") for value in places)


def filled_with(text: str) -> Message:
    return Message(
        text,
        "nl",
        paragraphs=(text,),
        steps=(text,),
        form=Form("settings", (Field("a", text, "text", text, hint=f"hint {text}"),), text),
        choices=(Choice("help", text),),
        links=(Link(text, "tel:112"),),
        notes=(text,),
    )


@given(st.text(max_size=40))
def test_no_text_becomes_markup(text: str) -> None:
    shown = [tag for tag, _ in Tags(render.card(filled_with(text), notice="x")).seen]
    assert shown == [tag for tag, _ in Tags(render.card(filled_with("a"), notice="x")).seen]


def test_nothing_is_written_that_a_strict_content_policy_refuses() -> None:
    picture = Image('<svg xmlns="http://www.w3.org/2000/svg"><style>a{}</style></svg>', b"", "Een lijn")
    html = render.chat([render.card(Message("V", "nl", image=picture, choices=SCALE, token="T"))], WORDS)
    assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=|javascript:", html)
    assert 'alt="Een lijn"' in html


def test_a_link_of_an_unknown_kind_is_shown_as_words_only() -> None:
    tags = Tags(
        render.card(
            Message("V", "nl", links=(Link("a", "javascript:alert(1)"), Link("b", "//elders"), Link("c", "tel:113")))
        )
    )
    assert [a["href"] for a in tags.all("a")] == ["tel:113"]


def test_every_input_has_its_label_and_its_hint() -> None:
    fields = tuple(
        Field(kind, kind, kind, hint="waarom", options=(("a", "A"),)) for kind in ("select", "text", "time", "date")
    )
    tags = Tags(render.card(Message("V", "nl", form=Form("settings", fields, "Bewaar")), ref="x"))
    inputs = [i for i in tags.all("input") + tags.all("select") + tags.all("textarea") if i.get("type") != "hidden"]
    assert {i["id"] for i in inputs} == {label["for"] for label in tags.all("label")}
    assert {i["aria-describedby"] for i in inputs} <= {attrs.get("id") for _, attrs in tags.seen}
    assert {i["name"] for i in inputs} == {"field.select", "field.text", "field.time", "field.date"}


def test_a_comment_form_travels_as_texts_of_a_submission() -> None:
    form = Form("comment", (Field("comment", "Toelichting", "text"),), "Stuur")
    assert Tags(render.card(Message("V", "nl", form=form, token="T"))).all("textarea")[0]["name"] == "text.comment"


def test_ids_are_unique_on_a_page_with_many_cards() -> None:
    cards = [render.card(Message("V", "nl", choices=SCALE, token=f"T{n}"), ref=str(n)) for n in range(5)]
    ids = [attrs["id"] for _, attrs in Tags(render.chat(cards, WORDS)).seen if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_the_same_message_gives_the_same_bytes() -> None:
    message = Message("Dank je wel", "nl", choices=(Choice("breaks", "Pauze", prominent=True),), token="T")
    assert render.card(message) == render.card(message)


def test_a_card_says_its_language() -> None:
    assert Tags(render.card(Message("Thanks", "en"))).all("article")[0]["lang"] == "en"
