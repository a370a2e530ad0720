"""Choices, forms and links as the buttons and inputs of an Adaptive Card. Pure.

**Which kind of button.** What is done with a card in the chat has one of two outcomes, and Teams wants to know which
before anybody presses. `IN_PLACE` actions are `Action.Execute`: the answer to the press is the card that takes this
one's place (`Action.Submit` for a client that does not know it). Every other action is an `Action.Submit` that asks
for a dialog (`task/fetch`): what comes up is for this person alone and never stands in the chat, which is why the
outcome of an `Action.Execute` is never a dialog. Inside a dialog every button is an `Action.Submit` (`task/submit`).

**What a button carries.** `do` says in which language its card was, what it does and where it stands, `token` whose
card it is; never what an answer means. `kept` is what a button of a Command is about. A form adds `names`, because
Teams leaves out what was left empty, and `again`, from which the same dialog is drawn with what was typed.

**People** are pointed at in a picker that Teams fills by itself, from the directory and with the rights of who looks.
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/people-picker
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from adapters.port import IN_PLACE, Choice, Field, Form, Link, Message
from adapters.teams.texts import Json, cut
from adapters.teams.words import TeamsWords

FORM: Final = "form"
"""Stands where a position would, on the button that sends a form."""
FIELD: Final = "field."
CHOICE: Final = "choice."
PEOPLE: Final = "people."
"""These begin the id of every input, so that none is taken for anything else that a button carries."""
BEGINS: Final = {"select": CHOICE, "people": PEOPLE}
PERSON: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")
"""How Microsoft Entra writes the id of somebody."""
EVERYBODY: Final = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
OPEN: Final = {"type": "task/fetch"}
LABEL: Final = 100
MANY: Final = 4
"""Buttons in a row; Teams shows six, and the checker of Microsoft wants five at most."""
WIDE: Final = 44
"""Characters in a row of buttons, the edges of each counted as `EDGES`; more are cut off on a phone."""
EDGES: Final = 4
SAFE: Final = ("https://", "http://", "tel:", "sms:", "mailto:")


def first(shown: Message, *, dialog: bool) -> Iterator[Json]:
    """Yield the options one below the other, then what invites."""
    options, inviting, _ = _groups(shown)
    for number, choice in enumerate([*options, *inviting]):
        yield _row([_choice(shown, choice, dialog=dialog)]) | {"spacing": "Small" if number else "Default"}


def others(shown: Message, *, dialog: bool) -> Iterator[Json]:
    """Yield rows of the other ways on, apart from what is asked; the quiet ones come last."""
    options, inviting, left = _groups(shown)
    apart = {"separator": True} if options or inviting or shown.form or shown.links else {}
    for number, row in enumerate(_rows(left)):
        space = {"spacing": "Small"} if number else {"spacing": "Medium"} | apart
        yield _row([_choice(shown, choice, dialog=dialog) for choice in row]) | space


def form(shown: Message, filled: Form, words: TeamsWords, *, dialog: bool, again: Json | None = None) -> Iterator[Json]:
    """Yield the inputs of a form and the button that sends it."""
    yield from (_input(one, words) for one in filled.fields)
    more = {"names": " ".join(one.name for one in filled.fields)} | ({"again": again} if again else {})
    yield _row([_button(shown, filled.action, filled.submit, FORM, kept=filled.kept, dialog=dialog, more=more)])


def links(shown: Message) -> Iterator[Json]:
    """Yield a row for each link that leads somewhere safe."""
    safe = (link for link in shown.links if link.url.startswith(SAFE))
    yield from (_row([_link(link)]) | {"spacing": "Small" if place else "Medium"} for place, link in enumerate(safe))


def _groups(shown: Message) -> tuple[list[Choice], list[Choice], list[Choice]]:
    options = [choice for choice in shown.choices if choice.position is not None and not choice.quiet]
    inviting = [choice for choice in shown.choices if choice.prominent and choice not in options]
    left = [choice for choice in shown.choices if choice not in options and choice not in inviting]
    return options, inviting, sorted(left, key=lambda choice: choice.quiet)


def _choice(shown: Message, choice: Choice, *, dialog: bool) -> Json:
    place = "" if choice.position is None else "{}:{}".format(*choice.position)
    return _button(shown, choice.action, choice.label, place, kept=choice.kept, dialog=dialog)


def _button(
    shown: Message,
    action: str,
    label: str,
    place: str,
    *,
    kept: Mapping[str, str],
    dialog: bool,
    more: Json | None = None,
) -> Json:
    """What a form carries goes with its own inputs; any other button leaves those alone."""
    do = "/".join([shown.locale, action, *([place] if place else [])])
    data: Json = {"do": do} | ({"token": shown.token} if shown.token else {}) | (more or {})
    data |= {"kept": dict(kept)} if kept else {}
    bears: Json = {"title": cut(label, LABEL), "associatedInputs": "none" if more is None else "auto"}
    if dialog:
        return {"type": "Action.Submit", **bears, "data": data}
    if action not in IN_PLACE:
        return {"type": "Action.Submit", **bears, "data": data | {"msteams": OPEN}}
    older = {"type": "Action.Submit", **bears, "data": data}
    return {"type": "Action.Execute", **bears, "verb": do, "data": data, "fallback": older}


def _link(link: Link) -> Json:
    return {"type": "Action.OpenUrl", "title": cut(link.label, LABEL), "url": link.url}


def _row(actions: Sequence[Json]) -> Json:
    return {"type": "ActionSet", "actions": list(actions)}


def _rows(left: Sequence[Choice]) -> Iterator[Sequence[Choice]]:
    """As many in a row as can be read on a phone."""
    row: list[Choice] = []
    for choice in left:
        if row and (len(row) == MANY or sum(len(one.label) + EDGES for one in [*row, choice]) > WIDE):
            yield row
            row = []
        row.append(choice)
    if row:
        yield row


def _input(one: Field, words: TeamsWords) -> Json:
    """A hint stands in the label, where a screen reader says it to whoever reaches the input."""
    label = f"{one.label} ({one.hint})" if one.hint else one.label
    return {"id": f"{BEGINS.get(one.kind, FIELD)}{one.name}", "label": cut(label)} | _element(one, words)


def _element(one: Field, words: TeamsWords) -> Json:
    if one.kind == "select":
        return {"type": "Input.ChoiceSet", "style": "compact", "wrap": True} | _options(one, words)
    if one.kind == "people":
        return {"type": "Input.ChoiceSet", "isMultiSelect": True, "choices.data": EVERYBODY} | _pointed_at(one)
    value = {"value": one.value[: one.limit]} if one.value else {}
    if one.kind == "text":
        return {"type": "Input.Text", "maxLength": one.limit, "isMultiline": one.limit > 80} | value
    return {"type": "Input.Time" if one.kind == "time" else "Input.Date"} | value


def _pointed_at(one: Field) -> Json:
    """Return who stands there already: Teams knows people by object id alone, and shows them by these names."""
    known = dict(one.options)
    people = [address for address in one.value.split(",") if PERSON.fullmatch(_object_id(address))]
    named = [{"title": cut(known[one]), "value": _object_id(one)} for one in people if one in known]
    return {"choices": named} | ({"value": ",".join(map(_object_id, people))} if people else {})


def _object_id(address: str) -> str:
    return address.rpartition("/")[2]


def _options(one: Field, words: TeamsWords) -> Json:
    """An option carries a mark, because to Teams an empty value is no choice at all.

    One has to be made. Where one stands there already it can't be taken away, and no asterisk needs to say so.
    """
    offered = [{"title": cut(label), "value": f"={value}"} for value, label in one.options]
    if any(value == one.value for value, _ in one.options):
        return {"choices": offered, "value": f"={one.value}"}
    return {"choices": offered, "isRequired": True, "errorMessage": words.required}
