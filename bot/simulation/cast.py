"""Who is who in the demo: everybody, the team that gets worse, its leader, and the agent that you are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bot.simulation.chance import Chance
from bot.simulation.organisation import Colleague, Organisation, found, hire
from bot.simulation.people import Planted
from bot.simulation.run import plant
from surveys.model import Language

PEOPLE, TEAMS, WAVES, SEED = 140, 11, 12, 351
"""With this seed the teams have 4 to 25 people, and the one that gets worse began about where everybody was."""
WORSE: Final = 1.0
AGENT: Final = "demo-agent"
NAME: Final = "Robin Voorbeeld"


@dataclass(frozen=True, slots=True)
class Cast:
    """The same at every start."""

    organisation: Organisation
    """As it is in the past, in which you do not work yet."""
    planted: Planted
    leader: Colleague
    agent: Colleague

    @staticmethod
    def of(language: Language) -> Cast:
        """Return the cast, you and the leader in this language."""
        chance = Chance(SEED)
        organisation = found(PEOPLE, TEAMS, chance)
        planted = plant(organisation, WAVES, WORSE)
        leader = next(one for one in organisation.people if one.leads == planted.team)
        leader = replace(leader, language=language)
        people = [leader if one.id == leader.id else one for one in organisation.people]
        you = hire(organisation.hired, planted.team, "", chance)
        agent = replace(you, id=AGENT, name=NAME, language=language, answers_here=False)
        return Cast(organisation.with_people(people), planted, leader, agent)

    def with_you(self, organisation: Organisation) -> Organisation:
        """You join the team as an agent, and take over from its leader: from now on both are reached on the web."""
        people = [replace(one, answers_here=one.id != self.leader.id) for one in organisation.people]
        return organisation.with_people([*people, self.agent])
