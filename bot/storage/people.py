"""What the database shows of the order of things for people: the introduction before the card."""

from __future__ import annotations

from typing import Final

from bot.storage.verdict import Check, none_of

UNTOLD: Final = """
    SELECT w.survey || ' ' || w.number FROM platform.delivery d
    JOIN surveys.wave w ON w.id = d.wave_id JOIN surveys.survey s ON s.id = w.survey
    WHERE d.sent AND NOT s.simulated AND NOT EXISTS (
        SELECT FROM people.introduction i WHERE i.person_id = d.person_id AND i.sent IS NOT NULL)
"""

CHECKS: Final = (
    Check(
        14,
        "introduction before the card",
        UNTOLD,
        none_of("whoever got a card was introduced before it", "cards went to people who were not, in"),
    ),
)
