"""What invented colleagues thank each other for: sentences that go out as they stand, decided by the seed alone."""

from __future__ import annotations

import pytest

from analytics.scrub import masked
from analytics.tone import Tone, tone_of
from bot.kudos.asking import masks
from bot.simulation.cast import WAVES, Cast
from bot.simulation.chance import Chance
from bot.simulation.moments import MOMENTS, Moment
from bot.simulation.thanks import of_week, to_somebody
from bot.texts import Texts
from surveys.kudos.tags import shipped_tags
from surveys.kudos.wording import tidy
from surveys.model import LANGUAGES, Language

CAST = Cast.of("nl")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.en[:30])
def test_every_sentence_goes_out_as_it_was_written_and_asks_its_giver_nothing(
    moment: Moment, language: Language
) -> None:
    words = moment.words[language]
    assert tidy(words) == words
    assert masked(words, masks(Texts(language))) == words
    assert tone_of(words, language) is Tone.FINE


def test_every_tag_is_one_of_the_list_and_most_of_them_occur() -> None:
    tags = {tag.id for tag in shipped_tags()}
    assert {moment.tag for moment in MOMENTS} == tags


def test_the_seed_decides_everything() -> None:
    first, again, other = (of_week(CAST.organisation, 3, Chance(seed)) for seed in (351, 351, 352))
    assert first == again != other


def test_nobody_thanks_themselves_and_each_moment_comes_once_before_any_comes_again() -> None:
    said = [one for week in range(1, WAVES + 1) for one in of_week(CAST.organisation, week, Chance(351))]
    assert not [one for one in said if one.giver in one.to or len({who.id for who in one.to}) != len(one.to)]
    assert {one.moment for one in said[: len(MOMENTS)]} == set(MOMENTS)
    assert {one.public for one in said} == {True, False}
    assert all(len(one.to) == 2 for one in said if one.moment.several)


def test_whoever_you_are_was_thanked_once_on_the_wall_and_once_for_you_alone() -> None:
    organisation = CAST.with_you(CAST.organisation)
    said = to_somebody(organisation, [CAST.agent, CAST.leader], Chance(351))
    assert [one.public for one in said if one.to == (CAST.agent,)] == [True, False]
    assert not {one.giver.id for one in said} & {CAST.agent.id, CAST.leader.id}
