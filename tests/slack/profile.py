"""A person in the words of users.info."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.slack.model import Json

if TYPE_CHECKING:
    from tests.slack.person import Person

PICTURES = (24, 32, 48, 72, 192, 512)


def as_json(person: Person, *, locale: bool, email: bool) -> Json:
    """Return a user object. Of somebody who has left, Slack says neither where they live nor what they speak."""
    body: Json = {
        **{"id": person.id, "team_id": person.team.id, "name": person.username, "deleted": person.deleted},
        "profile": _profile(person, email=email),
        **{"is_bot": person.is_bot, "is_app_user": False, "updated": 1700000000},
    }
    if person.deleted:
        return body
    body |= {
        **{"color": "9f69e7", "real_name": person.name},
        **{"tz": person.tz, "tz_label": person.tz, "tz_offset": _offset(person)},
        **{"is_admin": False, "is_owner": False, "is_primary_owner": False},
        **{"is_restricted": person.is_restricted, "is_ultra_restricted": False},
        **{"is_email_confirmed": True, "who_can_share_contact_card": "EVERYONE"},
    }
    if locale:
        body["locale"] = person.locale
    return body


def _profile(person: Person, *, email: bool) -> Json:
    profile: Json = {
        **{"title": "", "phone": "", "skype": "", "team": person.team.id, "avatar_hash": "0"},
        **{"real_name": person.name, "real_name_normalized": person.name},
        **{"display_name": person.name, "display_name_normalized": person.name},
        **{"status_text": "", "status_text_canonical": "", "status_emoji": "", "status_expiration": 0},
        **{"status_emoji_display_info": [], "fields": {}},
        **{f"image_{size}": f"https://avatars.example/0-{size}.png" for size in PICTURES},
    }
    profile["first_name"], _, profile["last_name"] = person.name.partition(" ")
    if email and person.email is not None:
        profile["email"] = person.email
    return profile


def _offset(person: Person) -> int:
    moment = datetime.fromtimestamp(person.team.ground.now(), ZoneInfo(person.tz))
    offset = moment.utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
