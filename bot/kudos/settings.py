"""What an organisation chooses about kudos."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class KudosSettings(BaseSettings):
    """The settings of kudos, with their defaults."""

    kudos_anonymous: Annotated[
        bool, Field(description="kudos may come without the giver's name; the system still knows it, and says so")
    ] = False
    kudos_weekly: Annotated[
        int, Field(ge=1, le=1000, description="thanks in a week from which the giver alone hears that it is many")
    ] = 10
    kudos_hourly: Annotated[
        int, Field(ge=1, le=1000, description="thanks in an hour after which nothing more goes out of one giver")
    ] = 30
    kudos_nudge_days: Annotated[
        int, Field(ge=0, le=365, description="days after which a giver is asked about colleagues; 0 for never")
    ] = 28
    kudos_days: Annotated[int, Field(ge=1, le=3650, description="days for which kudos are kept")] = 365
    kudos_leaving: Annotated[
        Literal["erase", "anonymise"],
        Field(description="what becomes of the kudos that somebody gave who left: erased, or kept without the name"),
    ] = "erase"
    kudos_tags: Annotated[
        Path | None, Field(description="folder with a tags.toml of your own, in place of the tags that are shipped")
    ] = None
