"""What somebody is in the wave's facet is what the roster said when it opened, whatever it says later."""

from __future__ import annotations

from tests.stage import Stage
from tests.truths import held_by


async def test_a_facet_on_which_nobody_agreed_is_nowhere(stage: Stage) -> None:
    await stage.run("""UPDATE people.person SET facets = '{"shift_type": "late"}'""")
    await stage.tick()
    assert await stage.rows("SELECT facet FROM surveys.wave") == [("",)]
    assert await stage.rows("SELECT DISTINCT facet FROM platform.delivery") == [("",)]


async def test_an_answer_counts_in_the_value_of_the_opening(stage: Stage) -> None:
    """A simulation is cut by two facets in turn, which nobody has to sign for."""
    await stage.run("UPDATE surveys.survey SET simulated = true")
    await stage.run("""UPDATE people.person SET facets = '{"shift_type": "late", "channel": "inbound"}'""")
    await stage.tick()
    await stage.deliver()
    await stage.run("""UPDATE people.person SET facets = '{"shift_type": "early", "channel": "outbound"}'""")
    who = "o1"
    await stage.answer(who)
    assert await stage.rows("SELECT facet FROM surveys.wave") == [("shift_type",)]
    assert (await held_by(stage, who)).facet == "late"
