"""What `doctor` says of the two keys: whether waves may open, and whether settings ask for something else."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.doctor import Finding
from bot.settings import Settings
from surveys.errors import LogBroken, NotAgreed
from surveys.instrument import Instrument
from surveys.model import Survey
from surveys.policy import Agreement, allowed, terms_for
from surveys.store import seats as store
from surveys.store import surveys as survey_store

SUBJECT: Final = "two keys"


async def check_two_keys(connection: AsyncConnection, settings: Settings, instrument: Instrument) -> Finding:
    """Look whether the log holds and both seats have signed what the surveys need."""
    try:
        standing = await store.standing(connection)
    except LogBroken as error:
        mend = "let the works council compare with the hashes that it kept; no wave opens until it holds"
        return Finding(SUBJECT, f"the signed log does not hold: {error}", mend)
    surveys = [one for one, _ in await survey_store.surveys(connection) if not (one.simulated or one.paused)]
    return finding(standing.agreement, surveys, settings, instrument)


def finding(agreement: Agreement | None, surveys: list[Survey], settings: Settings, instrument: Instrument) -> Finding:
    """Say what is wrong first; pure."""
    if not surveys and agreement is None:
        return Finding(SUBJECT, "nothing is signed yet, and there is no survey that needs it")
    for survey in surveys:
        try:
            terms_for(agreement, survey, instrument)
        except NotAgreed as error:
            what, _, mend = str(error).partition(": ")
            return Finding(SUBJECT, what, mend)
    assert agreement is not None  # with a survey and without an agreement, the loop has said so
    signed = agreement.protection.preset
    if "preset" in settings.model_fields_set and settings.preset != signed:
        what = f"ADEMPAUZE_PRESET asks for {settings.preset}, and both seats signed {signed}, which is in force"
        return Finding(SUBJECT, what, "take the setting away, or propose the change on the page of a seat")
    if settings.comments and not agreement.comments:
        what = "ADEMPAUZE_COMMENTS switches comments on, and both seats did not agree on them: the form stays off"
        return Finding(SUBJECT, what, "take the setting away, or propose comments on the page of a seat")
    unasked = len(instrument.items) - len(allowed(instrument, agreement).items)
    also = f"; {unasked} questions of this version are not agreed on and not asked" if unasked else ""
    return Finding(SUBJECT, f"both seats signed what is in force: {signed}{also}")
