"""The check-in: one tap per item, then thanks, the same byte for byte whatever was answered.

What fits an answer is chosen from the person's own sealed row when they ask for it, and shown in a dialog only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from adapters.port import Choice, Field, Form, Locale, Message, Reply, Submission
from analytics.facts import reporting_period
from bot import safety
from bot.break_cards import offer, steps_of, thanking_first
from bot.texts import Texts
from surveys.breaks import Break, fitting, need_of
from surveys.cohorts import Tree
from surveys.errors import AnswerOutsideScale, InputError, LogBroken, TextTooLong, WaveClosed
from surveys.model import EVERY, Every, NodeId, Response, Wave
from surveys.service import SKIPPED, Card, Service
from surveys.store import periods as period_store
from surveys.store import seats as seat_store
from surveys.store import surveys as store
from surveys.store.database import Database
from surveys.store.periods import Counted
from surveys.tickets import TokenBody, read_token

COMMENT_LIMIT: Final = 280


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A wave as it was at opening: items and closing time, the tree, in how many waves each node is told once, by that
    number how many people there are in and below each node, and whether it was agreed that it takes comments."""

    wave: Wave
    tree: Tree
    every: Mapping[NodeId, Every]
    people: Mapping[Every, Mapping[NodeId, int]]
    comments: bool


@dataclass(frozen=True)
class Checkin:
    """Everything that a card can do, without ever knowing whose card it is."""

    service: Service
    database: Database
    breaks: Sequence[Break]
    country: str
    comments: bool
    now: Callable[[], datetime]
    _snapshots: dict[UUID, Snapshot] = field(default_factory=dict)

    async def invite(self, body: TokenBody, token: str, reminder: bool) -> Message:
        """Return the first card of a wave for the holder of this token."""
        wave = (await self._snapshot(body.wave)).wave
        items = tuple(self.service.instrument.item(item) for item in wave.items)
        card = Card(body, items, Response())
        return await self._question(card, 0, token, body.locale, reminder=reminder)

    async def prepare(self, wave_id: UUID) -> None:
        """Read what taps on the cards of a wave need to know of it, before anybody taps. Raises NotFound."""
        await self._snapshot(wave_id)

    async def receive(self, submission: Submission) -> Reply:
        """Do what was done with a card. Raises AdempauzeError; then nothing has changed."""
        actions = {
            "answer": self._answer,
            "skip": self._skip,
            "show": self._show,
            "change": self._change,
            "withdraw": self._withdraw,
            "breaks": self._breaks,
            "break": self._break,
            "comment": self._comment,
            "comment_anyway": self._comment_form,
        }
        return await actions[submission.action](submission)

    async def _answer(self, submission: Submission) -> Reply:
        if not submission.positions or any(option == SKIPPED for _, option in submission.positions):
            raise AnswerOutsideScale
        return await self._next(submission, submission.positions)

    async def _skip(self, submission: Submission) -> Reply:
        if not submission.positions:
            raise AnswerOutsideScale
        return await self._next(submission, tuple((position, SKIPPED) for position, _ in submission.positions))

    async def _next(self, submission: Submission, positions: tuple[tuple[int, int], ...]) -> Reply:
        card = await self.service.record(submission.token, positions, self.now())
        following = max(position for position, _ in positions) + 1
        if following < len(card.items):
            return Reply(await self._question(card, following, submission.token, submission.locale))
        return Reply(await self._thanks(submission.token, submission.locale))

    async def _show(self, submission: Submission) -> Reply:
        card = await self.service.look(submission.token, self.now())
        if card.next_item is None:
            return Reply(await self._thanks(submission.token, submission.locale))
        return Reply(await self._question(card, card.next_item, submission.token, submission.locale))

    async def _change(self, submission: Submission) -> Reply:
        card = await self.service.look(submission.token, self.now())
        return Reply(await self._question(card, 0, submission.token, submission.locale))

    async def _withdraw(self, submission: Submission) -> Reply:
        await self.service.withdraw(submission.token, self.now())
        texts = Texts(submission.locale)
        return Reply(
            Message(
                title=texts("checkin.withdrawn.title"),
                locale=submission.locale,
                paragraphs=(texts("checkin.withdrawn.body"),),
                choices=(Choice("change", texts("checkin.withdrawn.again")), self._help(texts)),
                token=submission.token,
            )
        )

    async def _question(
        self, card: Card, position: int, token: str, locale: Locale, *, reminder: bool = False
    ) -> Message:
        texts, item = Texts(locale), card.items[position]
        options = (
            Choice("answer", label[locale], (position, number)) for number, label in enumerate(item.scale.labels, 1)
        )
        others = await self._others(card.body)
        return Message(
            title=item.wording[locale],
            locale=locale,
            paragraphs=((texts("checkin.reminder"),) if reminder else ())
            + (texts("checkin.step", number=position + 1, of=len(card.items)),),
            choices=(
                *options,
                Choice("skip", texts("checkin.skip"), (position, SKIPPED), quiet=True),
                Choice("later", texts("checkin.later")),
                self._help(texts),
            ),
            notes=(texts("checkin.readers", others=others), texts("checkin.kept"), texts("safety.help.footer")),
            token=token,
        )

    async def _thanks(self, token: str, locale: Locale) -> Message:
        texts = Texts(locale)
        comment = (Choice("comment", texts("checkin.comment")),) if await self._takes_comments(token) else ()
        return Message(
            title=texts("checkin.thanks.title"),
            locale=locale,
            paragraphs=(texts("checkin.thanks.body"),),
            choices=(
                Choice("breaks", texts("checkin.break"), prominent=True),
                Choice("kudos", texts("home.to.kudos")),
                *comment,
                Choice("change", texts("checkin.change")),
                Choice("withdraw", texts("checkin.withdraw")),
                self._help(texts),
            ),
            notes=(texts("checkin.kept"),),
            token=token,
        )

    def _help(self, texts: Texts) -> Choice:
        return Choice("help", texts("safety.help.button"))

    async def _fitting(self, submission: Submission) -> Sequence[Break]:
        """Choose from the own sealed row; an old card of a closed check-in still gives a break, that fits anybody."""
        try:
            answers = (await self.service.look(submission.token, self.now())).response.answers
        except WaveClosed:
            answers = {}
        need = need_of(self.service.instrument, answers)
        return thanking_first(fitting(self.breaks, need, turn=submission.token))

    async def _breaks(self, submission: Submission) -> Reply:
        return Reply(dialog=offer(await self._fitting(submission), submission))

    async def _break(self, submission: Submission) -> Reply:
        offered = await self._fitting(submission)
        numbers = [number for _, number in submission.positions]
        if len(numbers) != 1 or not 1 <= numbers[0] <= len(offered):
            raise AnswerOutsideScale
        return Reply(dialog=steps_of(offered[numbers[0] - 1], submission.locale))

    async def _comment(self, submission: Submission) -> Reply:
        """Take a comment. Safety comes first, also where comments are switched off; without a text, show the form."""
        text = submission.texts.get("comment", "").strip()
        if not text:
            return await self._comment_form(submission)
        restore = safety.RESTORE if self.comments else None
        if card := safety.guard(text, submission.locale, self.country, token=submission.token, restore=restore):
            return Reply(dialog=card)
        if not await self._takes_comments(submission.token):
            return await self._show(submission)
        if len(text) > COMMENT_LIMIT:
            raise TextTooLong
        if not all(_written(character) for character in text):
            raise InputError("this text holds characters that nobody types: write it anew")
        await self.service.comment(submission.token, text, self.now())
        return Reply(notice=Texts(submission.locale)("checkin.comment.kept"))

    async def _comment_form(self, submission: Submission) -> Reply:
        """Show the box, as long as something that is written in it can be kept."""
        if not await self._takes_comments(submission.token):
            return await self._show(submission)
        await self.service.look(submission.token, self.now())
        texts = Texts(submission.locale)
        box = Field("comment", texts("checkin.comment.label"), "text", limit=COMMENT_LIMIT)
        return Reply(
            dialog=Message(
                title=texts("checkin.comment"),
                locale=submission.locale,
                form=Form("comment", (box,), texts("checkin.comment.send")),
                notes=(texts("checkin.kept"),),
                token=submission.token,
            )
        )

    async def _takes_comments(self, token: str) -> bool:
        """Whether both the settings and the two keys have the form on for this wave. Raises TokenError, NotFound."""
        return self.comments and (await self._snapshot(read_token(token, self.service.keys).wave)).comments

    async def _others(self, body: TokenBody) -> int:
        """Return with how many others an answer is read: the smallest group above it that has figures of its own.

        Only those count who are told as often: a small team is read with the other small teams.
        """
        snapshot = await self._snapshot(body.wave)
        people = snapshot.people[snapshot.every.get(body.cohort, 1)]
        for node in reversed(snapshot.tree.chain(body.cohort)):
            if snapshot.tree.children(node.id) or reporting_period(people[node.id]):
                return max(people[node.id] - 1, 0)
        return 0

    async def _snapshot(self, wave_id: UUID) -> Snapshot:
        """Return what never changes about a wave and is small; only a few waves are kept in mind. Raises NotFound."""
        if wave_id not in self._snapshots:
            known = self.service.pool.facts(wave_id)  # where people answer, it is in memory before anybody asks
            if known is None:
                async with self.database.begin() as there:
                    wave, nodes = await store.wave(there, wave_id), await period_store.wave_nodes(there, wave_id)
            else:
                wave, nodes = known.wave, list(known.nodes)
            comments = self.comments and await takes_comments(self.database, wave)
            if len(self._snapshots) > 16:
                self._snapshots.pop(next(iter(self._snapshots)))
            tree, every = Tree.of(one.node for one in nodes), {one.node.id: one.every for one in nodes}
            people = {told: _people_below(tree, nodes, told) for told in EVERY}
            self._snapshots[wave_id] = Snapshot(wave, tree, every, people, comments)
        return self._snapshots[wave_id]


async def takes_comments(database: Database, wave: Wave) -> bool:
    """Whether both seats had agreed on comments before a wave opened; a simulated one asks nobody."""
    async with database.begin() as connection:
        if (await store.survey(connection, wave.survey)).simulated:
            return True
        try:
            return (await seat_store.standing(connection)).grants("comments", wave.opens)
        except LogBroken:
            return False


def _written(character: str) -> bool:
    """Whether somebody can have typed it: any script, emoji and direction marks, but no NUL, no half of a pair."""
    return character in "\n\r\t" or unicodedata.category(character) not in ("Cc", "Cs")


def _people_below(tree: Tree, nodes: Sequence[Counted], every: Every) -> dict[NodeId, int]:
    """Return how many people who are told that often there are in and below each node."""
    own = {one.node.id: one.head_count for one in nodes if one.every == every}
    return {node: sum(own.get(below.id, 0) for below in tree.descendants(node)) for node in tree.nodes}
