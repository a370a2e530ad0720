"""The parts of the pack that are tables of live facts, each by the name under which a text gives it a place. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.agreement_words import Question, differences, lines, questions
from bot.pack.facts import Facts, fingerprint
from bot.pack.flow import figure
from bot.pack.nodes import Node, Run, bullets, code, table, text
from bot.pack.words import Words, channels, holder, stage, survey_line
from surveys.instrument import Instrument
from surveys.seats import Seat
from surveys.standing import Proposal

Live = Callable[[Facts, Words], list[Node]]


def status(facts: Facts, words: Words) -> list[Node]:
    """What somebody wants to know first."""
    labels, head = words.labels, facts.headcount
    surveys = ", ".join(survey.title[words.language] for survey in facts.surveys)
    rows: list[tuple[str, Run]] = [
        ("stage", text(stage(facts.terms, words))),
        ("council", text(holder(facts, Seat.WORKS_COUNCIL, words))),
        ("administrator", text(holder(facts, Seat.ADMINISTRATOR, words))),
        ("surveys", text(surveys or labels("none"))),
        ("people", text(labels("status.people_said", people=head.people, groups=head.groups))),
        ("channels", text(channels(facts, words))),
        ("releases", text(labels("status.releases_said", count=facts.releases))),
        ("hash", code(fingerprint(facts))),
    ]
    said = [(labels(f"status.{name}"), run) for name, run in rows]
    return [table((labels("head.what"), labels("head.value")), said, (2, 5))]


def agreement(facts: Facts, words: Words) -> list[Node]:
    """Every field of what is agreed, or would be."""
    head = words.labels("head.what"), words.labels("head.value")
    return [table(head, lines(facts.terms.agreement, words.t), (2, 5))]


def surveys(facts: Facts, words: Words) -> list[Node]:
    """Each survey with its rhythm."""
    head = [words.labels(f"head.{name}") for name in ("survey", "rhythm", "window", "reminder", "silence")]
    return [table(head, [survey_line(one, words) for one in facts.surveys], (4, 5, 3, 4, 5))]


def asked(facts: Facts, words: Words) -> list[Node]:
    """Every question that may be asked, in the words in which it is."""
    found = questions(facts.terms.agreement.items, facts.instrument)
    rows = [(_wording(one, words), one.id, str(one.version)) for one in found]
    head = words.labels("head.question"), "id", words.labels("head.version")
    return [table(head, rows, (12, 4, 2))]


def _wording(question: Question, words: Words) -> str:
    return question.item.wording[words.language] if question.item else words.labels("question.unknown")


def scales(facts: Facts, words: Words) -> list[Node]:
    """The options of each scale that an agreed question has."""
    found = questions(facts.terms.agreement.items, facts.instrument)
    used = {one.item.scale.id: one.item.scale for one in found if one.item}
    return [bullets([" / ".join(label[words.language] for label in scale.labels)] for scale in used.values())]


def drivers(facts: Facts, words: Words) -> list[Node]:
    """Each condition of work with the number of questions on it."""
    allowed = _only_agreed(facts)
    head = words.labels("head.condition"), "HSE Management Standards", words.labels("head.count")
    rows = [(one.name[words.language], one.hse, str(len(one.items))) for one in allowed.drivers]
    return [table(head, rows, (6, 5, 2))]


def _only_agreed(facts: Facts) -> Instrument:
    found = questions(facts.terms.agreement.items, facts.instrument)
    return facts.instrument.only(one.id for one in found if one.item)


def seats(facts: Facts, words: Words) -> list[Node]:
    """Who holds each seat: a key, no name."""
    head = words.labels("head.seat"), words.labels("head.holder")
    return [table(head, [(words.labels(f"seat.{seat}"), holder(facts, seat, words)) for seat in Seat], (2, 5))]


def waiting(facts: Facts, words: Words) -> list[Node]:
    """What waits for the other seat, field by field."""
    head = [words.labels(f"head.{name}") for name in ("change", "from", "until")]
    rows = [
        (_changes(facts, one, words), words.labels(f"seat.{one.by}"), words.day(one.until.date()))
        for one in facts.waiting
    ]
    return [table(head, rows, (6, 2, 2))]


def _changes(facts: Facts, proposal: Proposal, words: Words) -> str:
    found = differences(facts.terms.agreement, proposal, words.t)
    said = [f"{one.label}: {one.before} → {one.after}" for one in found]
    return "; ".join(said) or words.t("keys.field.items")


def attestation(facts: Facts, words: Words) -> list[Node]:
    """Date and hashes, sign by sign."""
    labels = words.labels
    rows: list[tuple[str, Run]] = [
        ("date", text(words.day(facts.today))),
        ("version", text(f"Adempauze {facts.version}")),
        ("stage", text(stage(facts.terms, words))),
        ("settings", code(fingerprint(facts))),
        ("log", code(facts.log.head) if facts.log.head else text(labels("attest.no_log"))),
        ("entries", text(str(facts.log.entries))),
        ("releases", text(str(facts.releases))),
    ]
    said = [(labels(f"attest.{name}"), run) for name, run in rows]
    return [table((labels("head.what"), labels("head.value")), said, (2, 5))]


def signatures(_: Facts, words: Words) -> list[Node]:
    """Room for both seats to sign on paper."""
    labels = words.labels
    rows = [(labels(f"signature.{seat}"), "") for seat in Seat]
    return [table((labels("signature.for"), labels("signature.signed")), rows, (2, 3), tall=True)]


def flow(facts: Facts, words: Words) -> list[Node]:
    """The figure of where data goes."""
    return [figure(facts, words)]


LIVE: Final[Mapping[str, Live]] = {
    "status": status,
    "agreement": agreement,
    "surveys": surveys,
    "questions": asked,
    "scales": scales,
    "drivers": drivers,
    "seats": seats,
    "waiting": waiting,
    "attestation": attestation,
    "signatures": signatures,
    "flow": flow,
}
"""Name of the place to what stands there."""
