"""The members that a platform lists, as the roster takes them over."""

from __future__ import annotations

from adapters.port import ChatPlatform, Member, Selective
from surveys.reaching import Listed


async def listed_by(platform: ChatPlatform) -> list[Listed]:
    """Read the whole list. Raises DeliveryError."""
    return [_listed(member) async for member in platform.members()]


def lists_everybody(platform: ChatPlatform) -> bool:
    """Return whether whoever is not in its list is not there."""
    return not isinstance(platform, Selective) or platform.lists_everybody


def print_of(one: Listed) -> int:
    """Return a number that stays the same while nothing changes that the roster takes from a member."""
    return prints_of(one)[bool(one.group)]


def prints_of(one: Member | Listed) -> tuple[int, int]:
    """Return the numbers of somebody in no group, from whom little is taken, and of somebody in one.

    They leave out what a single change does not always tell: group, manager and locale. Only this process can compare
    them.
    """
    known = (one.active, one.email.casefold())
    return hash(known), hash((*known, one.name, one.timezone))


def _listed(member: Member) -> Listed:
    return Listed(
        address=member.address,
        email=member.email,
        active=member.active,
        name=member.name,
        locale=member.locale,
        timezone=member.timezone,
        group=member.group,
        manager=member.manager,
    )
