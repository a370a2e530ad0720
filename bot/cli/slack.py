"""`adempauze slack`: what an administrator of Slack needs from us."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.edge import edge_of
from bot.cli.process import ask
from bot.cli.screen import say
from surveys.errors import InputError, NotFound

if TYPE_CHECKING:
    from adapters.slack.workspaces import Workspaces
    from bot.app import App

app = typer.Typer(help="Connecting Slack; docs/slack.md goes through it click by click.", no_args_is_help=True)

BY_OAUTH: Final = (
    "workspaces are connected by OAuth: set ADEMPAUZE_SLACK_CLIENT_ID and ADEMPAUZE_SLACK_CLIENT_SECRET, from the page "
    "'Basic Information' of an app made with `adempauze slack manifest --several`"
)


class Language(StrEnum):
    """Language of what people see of the app in Slack."""

    NL = "nl"
    EN = "en"


@app.callback()
def slack() -> None:
    """Connecting Slack; docs/slack.md goes through it click by click."""


@app.command()
def manifest(
    context: typer.Context,
    base: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="https address of this installation; else ADEMPAUZE_PUBLIC_URL"),
    ] = None,
    socket: Annotated[
        bool, typer.Option("--socket", help="for Socket Mode: Slack needs no address of this installation")
    ] = False,
    members: Annotated[
        bool, typer.Option("--members", help="also let it read who is a member, for `roster members slack`")
    ] = False,
    groups: Annotated[
        bool, typer.Option("--groups", help="also let it read user groups, for ADEMPAUZE_SLACK_GROUPS; with --members")
    ] = False,
    several: Annotated[
        bool,
        typer.Option("--several", help="for several workspaces, each connected by `slack connect`; includes --members"),
    ] = False,
    language: Annotated[
        Language | None, typer.Option(help="language of the texts in Slack; else ADEMPAUZE_LANGUAGE")
    ] = None,
) -> None:
    """Print the manifest from which Slack makes the app, as JSON: paste it where Slack asks for one.

    The app may write to people, with the picture of a digest where need be, and offer the command /adempauze; with
    --members it may read the list of members with their e-mail addresses, and with --groups that and who is in which
    user group. It cannot read what anybody writes. Nothing is sent to Slack by this command.

    Example: adempauze slack manifest --base https://pauze.example.org --language en
    """
    import json

    from bot.slack_manifest import Wanted
    from bot.slack_manifest import manifest as made
    from bot.texts import Texts

    settings = edge_of(context).settings()
    texts = Texts(language.value if language else settings.language)
    wanted = Wanted(socket, members, groups, several)
    content = made(base or settings.public_url, texts, wanted)
    say(json.dumps(content, indent=2))  # plain ASCII: it goes through any terminal and clipboard


@app.command()
def connect(context: typer.Context) -> None:
    """Print a link, good once and for ten minutes, to the page where workspaces are connected by OAuth.

    Open it in the browser of whoever may install apps in the workspace. `serve` has to run. Needs
    ADEMPAUZE_SLACK_CLIENT_ID and ADEMPAUZE_SLACK_CLIENT_SECRET; with a bot token there is nothing to connect.
    """
    edge = edge_of(context)
    settings = edge.settings()
    if settings.slack_client_id is None:
        raise InputError(BY_OAUTH)

    async def make(built: App) -> str:
        from bot.web.workspaces import PURPOSE, SEAT

        return await built.links.one_time(SEAT, PURPOSE)

    say(f"{settings.public_url}/l/{ask(edge, make)}")


@app.command()
def disconnect(
    context: typer.Context,
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="id of the workspace, as `doctor` shows it")],
) -> None:
    """Forget a workspace that was connected by OAuth, and its token; in Slack the app has to be removed by hand.

    Its people stay in the roster. Their cards are not sent until it is connected again.

    Example: adempauze slack disconnect T012ABC
    """

    async def forget(built: App) -> str:
        slack = _slack_of(built)
        found = next((one for one in await slack.connected() if one.team == workspace), None)
        if found is None:
            raise NotFound(f"no workspace with the id {workspace!r} is connected: `adempauze doctor` shows which are")
        await slack.installations.forget(found.team)
        return found.name

    say(f"{ask(edge_of(context), forget)} is not connected any more")


def _slack_of(built: App) -> Workspaces:
    from adapters.slack.platform import Slack

    slack = built.platforms.get("slack")
    if not isinstance(slack, Slack) or slack.workspaces is None:
        raise InputError(BY_OAUTH)
    return slack.workspaces
