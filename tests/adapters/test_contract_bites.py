"""The contract's promises of "nobody" and "never", each with a platform that breaks it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import pytest

from adapters.port import Command, Locale, Message, MessageRef, Reply, Submission
from adapters.recording import Recording
from tests.adapters import test_contract as contract
from tests.adapters.contract import Position, Stage
from tests.adapters.recording_stage import RecordingStage


class AsksNobody(Recording):
    async def act(  # type: ignore[override]
        self, sender: str, locale: Locale, action: str, *, token: str, position: Position | None = None, **_: object
    ) -> Reply:
        return await self._receive(Submission(token, action, locale, (position,) if position else ()))


class NamesTheSender(Recording):
    async def act(  # type: ignore[override]
        self, sender: str, locale: Locale, action: str, *, token: str, position: Position | None = None, **_: object
    ) -> Reply:
        positions = (position,) if position else ()
        return await self._receive(Submission(token, action, locale, positions, {"from": sender}))


class WritesInTheChat(Recording):
    """Puts a dialog into the chat, and what was answered under the card."""

    async def tap(
        self,
        where: MessageRef | str,
        action: str,
        position: Position | None = None,
        *,
        on: Message | None = None,
        by: str | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Reply:
        reply = await super().tap(where, action, position, on=on, by=by, texts=texts)
        ref = self.last(where) if isinstance(where, str) else where
        if reply.dialog:
            await self.send(ref.address, reply.dialog)
        await self.update(ref, Message(f"{position} {texts}", "nl"))
        return reply


def stage_with(kind: type[Recording]) -> Stage:
    stage = RecordingStage("nl")
    stage.platform = kind(receive=stage.conversation.receive, belongs=stage.conversation.belongs)
    stage.conversation.owners[contract.TOKEN] = stage.address
    return stage


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (AsksNobody, contract.test_somebody_elses_token_reaches_nobody_and_leaves_nothing),
        (NamesTheSender, contract.test_a_tap_on_an_answer_reaches_the_conversation_without_its_sender),
        (WritesInTheChat, contract.test_a_dialog_is_shown_and_never_becomes_a_message),
        (WritesInTheChat, contract.test_a_comment_is_not_kept_by_the_platform),
    ],
)
async def test_a_platform_that_breaks_a_promise_is_caught(
    kind: type[Recording], promise: Callable[[Stage, Locale], Awaitable[None]]
) -> None:
    await promise(stage_with(Recording), "nl")
    with pytest.raises(AssertionError):
        await promise(stage_with(kind), "nl")


async def test_a_platform_that_keeps_what_was_answered_is_caught() -> None:
    kept = []
    for option in (1, 3):
        stage = stage_with(WritesInTheChat)
        await stage.tap(await stage.platform.send(stage.address, contract.card("nl")), "answer", (0, option))
        kept.append(await stage.stored())
    assert kept[0] != kept[1]


def test_a_command_names_its_sender_and_a_submission_cannot() -> None:
    assert "sender" in Command.__slots__
    assert "sender" not in Submission.__slots__
