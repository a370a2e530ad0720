"""`adempauze teams`: what an administrator of Microsoft Teams needs from us."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.edge import edge_of
from bot.cli.files import write_bytes
from bot.cli.screen import say

app = typer.Typer(
    help="Connecting Microsoft Teams; docs/teams.md goes through it click by click.", no_args_is_help=True
)


class Language(StrEnum):
    """Language of what people see of the app in Teams, when theirs is neither Dutch nor English."""

    NL = "nl"
    EN = "en"


@app.callback()
def teams() -> None:
    """Connecting Microsoft Teams; docs/teams.md goes through it click by click."""


@app.command()
def package(
    context: typer.Context,
    output: Annotated[Path, typer.Option(help="file to write")] = Path("adempauze-teams.zip"),
    base: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="https address of this installation; else ADEMPAUZE_PUBLIC_URL"),
    ] = None,
    app_id: Annotated[
        str | None,
        typer.Option("--app-id", metavar="ID", help="application (client) id of the bot; else ADEMPAUZE_TEAMS_APP_ID"),
    ] = None,
    app_version: Annotated[
        str | None,
        typer.Option(
            "--app-version",
            metavar="VERSION",
            help="version of the app in Teams, such as 1.0.1; else that of Adempauze",
        ),
    ] = None,
    language: Annotated[
        Language | None,
        typer.Option(help="language of the texts where people's own is neither of both; else ADEMPAUZE_LANGUAGE"),
    ] = None,
) -> None:
    """Write the package from which Teams makes the app: upload it in the Teams admin center.

    It holds the manifest, two icons, and the texts in Dutch and English. The app may be in private chats, teams and
    group chats, where it reads only messages that mention it. It asks for no permission of Microsoft Graph. The same
    input gives the same file. Nothing is sent to Microsoft by this command.

    Teams takes over a changed package only when its version is higher.

    Example: adempauze teams package --base https://pauze.example.org --language en
    """
    from bot.teams_package import MESSAGES, Packed, released
    from bot.teams_package import package as made

    settings = edge_of(context).settings()
    address = base or settings.public_url
    packed = Packed(app_id or settings.teams_app_id or "", address, app_version or released())
    write_bytes(output, made(packed, language.value if language else settings.language))
    say(f"written to {output}, version {packed.version}")
    say(f"messaging endpoint of the bot in Azure: {address.rstrip('/')}{MESSAGES}")
