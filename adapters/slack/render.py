"""Messages become Block Kit. Pure: the same message gives the same blocks.

All text is `plain_text`, in which Slack reads no markup, so nothing needs escaping. A button's `action_id` says in
which language its card was and what the button does; its `value` is the token, or what the button keeps. The limits
are those of docs.slack.dev/reference/block-kit; what is kept and longer than they are raises ValueError.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from adapters.port import Choice, Field, Form, Lines, Link, Message
from adapters.slack import kept, pointing
from adapters.slack.words import SlackWords

Block = dict[str, Any]
T = TypeVar("T")

HEADER: Final = 150
SECTION: Final = 3000
BUTTON: Final = 75
SUBMIT: Final = 24
BUTTONS_A_ROW: Final = 25
NOTES_A_ROW: Final = 10
IN_MESSAGE: Final = 50
IN_VIEW: Final = 100
OPTIONS: Final = 100
CHART: Final = 50
LABEL: Final = 20
FORM: Final = "form"
"""Stands in an `action_id` where a position would, on the button that sends a form."""


def message(shown: Message, *, chart: bool = True) -> Block:
    """Return the arguments of a chat message; `text` is what a notification says. Not every client draws a `chart`."""
    blocks = _blocks(shown, submit=True)
    if chart and shown.image and shown.image.lines:
        blocks.insert(1, _chart(shown.image.lines))
    return {"text": _unmarked(shown.title) or " ", "blocks": _capped(blocks, IN_MESSAGE)}


def modal(shown: Message, words: SlackWords, *, notice: str = "") -> Block:
    """Return the view of a dialog. Its form is sent by the modal's own button."""
    view: Block = {
        "type": "modal",
        "title": _text(words.name, SUBMIT),
        "close": _text(words.close, SUBMIT),
        "blocks": _capped([*_notice(notice), *_blocks(shown, submit=False)], IN_VIEW),
    }
    if shown.form is None:
        return view
    submitted = {"submit": _text(shown.form.submit, SUBMIT), "callback_id": _id(shown, shown.form.action, FORM)}
    return view | submitted | {"private_metadata": shown.token or kept.packed(shown.form.kept, kept.VIEW)}


def home(shown: Message) -> Block:
    """Return the view of somebody's Home tab."""
    return {"type": "home", "blocks": _capped(_blocks(shown, submit=True), IN_VIEW)}


def sentence(text: str, words: SlackWords) -> Block:
    """Return a modal that says one thing."""
    blocks = [_section(text)]
    return {"type": "modal", "title": _text(words.name, SUBMIT), "close": _text(words.close, SUBMIT), "blocks": blocks}


def home_sentence(text: str) -> Block:
    """Return the view of a Home tab that says one thing."""
    return {"type": "home", "blocks": [_section(text)]}


def again(view: Block, notice: str) -> Block:
    """Return a submitted view as it was filled in, with a notice on top: nothing that was typed is lost."""
    stays = ("type", "title", "close", "submit", "callback_id", "private_metadata")
    values = view.get("state", {}).get("values", {})
    blocks = [_filled(block, values) for block in view["blocks"] if block.get("block_id") != "notice"]
    return {name: view[name] for name in stays if view.get(name)} | {"blocks": [*_notice(notice), *blocks]}


def _blocks(shown: Message, *, submit: bool) -> list[Block]:
    blocks = [_title(shown.title), *(_section(paragraph) for paragraph in shown.paragraphs)]
    if shown.steps:
        blocks.append(_section("\n".join(f"{number}. {step}" for number, step in enumerate(shown.steps, 1))))
    if shown.image:
        blocks.append(_section(shown.image.alt))
    if shown.form:
        blocks += _form(shown, shown.form, submit=submit)
    for choices in _groups(shown.choices):
        blocks += _rows(_button(shown, choice) for choice in choices)
    blocks += _rows(_link(number, link) for number, link in enumerate(shown.links))
    blocks += [_context(notes) for notes in _in_rows(shown.notes, NOTES_A_ROW)]
    return blocks


def _capped(blocks: list[Block], most: int) -> list[Block]:
    """What is too much ends with a sign that there was more."""
    return blocks if len(blocks) <= most else [*blocks[: most - 1], _section("…")]


def _title(title: str) -> Block:
    return {"type": "header", "text": _text(title, HEADER)} if len(title) <= HEADER else _section(title)


def _section(text: str) -> Block:
    return {"type": "section", "text": _text(text, SECTION)}


def _notice(notice: str) -> list[Block]:
    return [_section(notice) | {"block_id": "notice"}] if notice else []


def _context(notes: Sequence[str]) -> Block:
    return {"type": "context", "elements": [_text(note, SECTION) for note in notes]}


def _rows(buttons: Iterable[Block]) -> Iterator[Block]:
    for row in _in_rows(buttons, BUTTONS_A_ROW):
        yield {"type": "actions", "elements": row}


def _in_rows(parts: Iterable[T], longest: int) -> Iterator[list[T]]:
    left = iter(parts)
    while row := list(islice(left, longest)):
        yield row


def _groups(choices: Sequence[Choice]) -> tuple[list[Choice], list[Choice]]:
    """The options of a question by themselves, then what invites and the ways out.

    Raises ValueError for two that Slack could not tell apart.
    """
    if len({(choice.action, choice.position) for choice in choices}) < len(choices):
        raise ValueError("two buttons of one action need positions that differ")
    options = [choice for choice in choices if choice.position is not None and not choice.quiet]
    others = [choice for choice in choices if choice not in options]
    return options, sorted(others, key=lambda choice: not choice.prominent)


def _button(shown: Message, choice: Choice) -> Block:
    place = "" if choice.position is None else "{}:{}".format(*choice.position)
    brings = shown.token or kept.packed(choice.kept, kept.BUTTON)
    return _pressed(choice.label, _id(shown, choice.action, place), brings, prominent=choice.prominent)


def _pressed(label: str, action_id: str, brings: str, *, prominent: bool) -> Block:
    """A button that brings back the token of its message, or what it keeps itself."""
    button: Block = {"type": "button", "text": _text(label, BUTTON), "action_id": action_id}
    return button | ({"value": brings} if brings else {}) | ({"style": "primary"} if prominent else {})


def _link(number: int, link: Link) -> Block:
    return {"type": "button", "text": _text(link.label, BUTTON), "action_id": f"link/{number}", "url": link.url}


def _chart(lines: Lines) -> Block:
    """Slack's own chart: at most so many letters in a title and in a label, and a value everywhere."""
    categories = [category[:LABEL] for category in lines.categories]
    series = [{"name": name[:LABEL], "data": _points(categories, values)} for name, values in lines.series]
    drawn = {"type": "line", "series": series, "axis_config": {"categories": categories}}
    return {"type": "data_visualization", "title": lines.title[:CHART], "chart": drawn}


def _points(categories: Sequence[str], values: Sequence[float]) -> list[Block]:
    return [{"label": at, "value": value} for at, value in zip(categories, values, strict=True)]


def _form(shown: Message, form: Form, *, submit: bool) -> list[Block]:
    inputs = [_input(one) for one in form.fields]
    if not submit:
        return inputs
    brings = shown.token or kept.packed(form.kept, kept.BUTTON)
    button = _pressed(form.submit, _id(shown, form.action, FORM), brings, prominent=True)
    return [*inputs, {"type": "actions", "elements": [button]}]


def _input(one: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": f"field/{one.name}",
        "optional": True,
        "label": _text(one.label, 2000),
        "element": {"action_id": one.name} | _element(one),
    }
    return block | ({"hint": _text(one.hint, 2000)} if one.hint else {})


def _element(one: Field) -> Block:
    """A time is typed: a picker on a phone offers no way back to no time at all.

    How many people may be picked is the conversation's to say, in words: Slack's `max_selected_items` would drop some.
    """
    if one.kind == "select":
        options = [{"text": _text(label, BUTTON), "value": f"={value}"} for value, label in one.options[:OPTIONS]]
        chosen = [option for option in options if option["value"] == f"={one.value}"]
        return {"type": "static_select", "options": options} | ({"initial_option": chosen[0]} if chosen else {})
    if one.kind == pointing.KIND:
        users = pointing.ids_of(one.value)
        return {"type": "multi_users_select"} | ({"initial_users": users} if users else {})
    if one.kind == "date":
        return {"type": "datepicker"} | ({"initial_date": one.value} if one.value else {})
    typed = {"type": "plain_text_input", "multiline": one.kind == "text" and one.limit > 80}
    typed |= {"max_length": one.limit} if one.kind == "text" else {}
    return typed | ({"initial_value": one.value[: one.limit]} if one.value else {})


INITIAL: Final = {
    "static_select": "initial_option",
    "datepicker": "initial_date",
    "plain_text_input": "initial_value",
    "multi_users_select": "initial_users",
}
CHOSEN: Final = {
    "static_select": "selected_option",
    "datepicker": "selected_date",
    "plain_text_input": "value",
    "multi_users_select": "selected_users",
}


def _filled(block: Block, values: Block) -> Block:
    """Return an input block with what was filled in as where it begins."""
    if block.get("type") != "input":
        return block
    element = block["element"]
    kind, given = element["type"], values.get(block["block_id"], {}).get(element["action_id"], {})
    empty = {name: value for name, value in element.items() if name != INITIAL[kind]}
    value = given.get(CHOSEN[kind])
    return block | {"element": empty | ({INITIAL[kind]: value} if value else {})}


def _id(shown: Message, action: str, place: str) -> str:
    return "/".join([shown.locale, action, *([place] if place else [])])


def _unmarked(text: str) -> str:
    """A notification's text, the one in which Slack would read markup: whoever is called `<!channel>` calls nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(text: str, limit: int) -> Block:
    """A plain text; never empty and never longer than Slack takes."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return {"type": "plain_text", "text": cut or " ", "emoji": False}
