"""`adempauze kudos`: the channels in which kudos may be shown, and what an administrator does about one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import typer

from bot.cli.edge import edge_of
from bot.cli.process import ask
from bot.cli.screen import remark, say, show_table
from surveys.errors import InputError

if TYPE_CHECKING:
    from bot.app import App
    from bot.kudos.listing import Listed
    from bot.kudos.placing import Offered
    from surveys.kudos.model import Place

app = typer.Typer(no_args_is_help=True, help="Thanks between colleagues; docs/kudos.md describes them.")

PLACES: Final = ("platform", "address", "name", "language", "state")
KUDOS: Final = ("id", "given", "from", "to", "where", "reported", "words")


class Language(StrEnum):
    """Language of what stands around a kudos in a channel."""

    NL = "nl"
    EN = "en"


Platform = Annotated[str, typer.Argument(metavar="PLATFORM", help="the chat platform: slack or teams")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="the address that `adempauze kudos places` shows")]
Who = Annotated[
    str, typer.Argument(metavar="WHO", help="id in the roster file, e-mail address, or address on a platform")
]


@app.command()
def places(context: typer.Context) -> None:
    """List the channels that platforms offer, and which of them are open.

    A channel is offered when the app was added to it; *gone* is an open one from which it was taken away. Names that
    changed are taken over, here and once a day by `adempauze serve`.
    """

    async def find(built: App) -> Offered:
        return await built.recognition.placing.offered()

    offered = ask(edge_of(context), find)
    rows = [
        (spot.platform, spot.address, spot.name, spot.place.language if spot.place else "", spot.state)
        for spot in offered.spots
    ]
    show_table(PLACES, rows)
    for platform, why in offered.failed.items():
        remark(f"remark: {platform} gave no list of channels ({why}): run `adempauze doctor`")


@app.command("open")
def open_(
    context: typer.Context,
    platform: Platform,
    address: Address,
    language: Annotated[
        Language | None, typer.Option(help="language of what stands around a kudos there; else ADEMPAUZE_LANGUAGE")
    ] = None,
) -> None:
    """Let kudos be shown in a channel: their givers may choose it from now on, and it gets a weekly round-up.

    Everybody in that channel reads along: leave out those with customers or partners in them.

    Example: adempauze kudos open slack C024BE91L --language nl
    """
    edge = edge_of(context)

    async def carry_out(built: App) -> Place:
        placing, otherwise = built.recognition.placing, built.settings.language
        return await placing.open(platform, address, language.value if language else None, otherwise=otherwise)

    say(f"open: {ask(edge, carry_out).name}")


@app.command()
def close(context: typer.Context, platform: Platform, address: Address) -> None:
    """Show no kudos in a channel any more. What stands there stays, and can still be taken back.

    Example: adempauze kudos close slack C024BE91L
    """

    async def carry_out(built: App) -> Place:
        return await built.recognition.placing.close(platform, address)

    say(f"closed: {ask(edge_of(context), carry_out).name}")


@app.command("list")
def list_(
    context: typer.Context,
    reported: Annotated[bool, typer.Option("--reported", help="only those that whoever got them reported")] = False,
) -> None:
    """List public kudos and reported ones, newest first, a hundred of each at most.

    Private ones are not shown, unless whoever got one reported it. Nothing is counted, and nobody is ranked.
    """

    async def find(built: App) -> list[Listed]:
        return await built.recognition.listing(built.settings.language, reported=reported)

    show_table(KUDOS, [_row(one) for one in ask(edge_of(context), find)])


def _row(one: Listed) -> tuple[object, ...]:
    when, words = f"{one.at:%Y-%m-%d %H:%M}", " ".join(one.words.split())
    return (one.id, when, one.giver, one.receivers, one.where, "yes" if one.reported else "", words)


@app.command()
def hide(
    context: typer.Context,
    kudos: Annotated[str, typer.Argument(metavar="ID", help="the id that `adempauze kudos list` shows")],
    reason: Annotated[str, typer.Option(help="why, in words that its giver reads")],
) -> None:
    """Take a kudos away from the wall, from channels and from the chats of who got it. There is no way back.

    Whoever gave it reads the reason; whoever got it reads that it was removed.

    Example: adempauze kudos hide 4f0d3c1e-5b7a-4c7e-9a53-0c9f6c1b2d11 --reason "There is a customer's name in it."
    """
    chosen, why = _id(kudos), _reason(reason)

    async def carry_out(built: App) -> None:
        async with built.database.begin() as connection:
            await built.recognition.moderating.hide(connection, chosen, why)

    ask(edge_of(context), carry_out)
    say("Hidden. `adempauze serve` takes it away where it stands, and tells its giver why.")


@app.command()
def lock(
    context: typer.Context,
    who: Who,
    reason: Annotated[str, typer.Option(help="why, in words that they read when they want to thank somebody")],
) -> None:
    """Let somebody give no kudos until `unlock`. What they gave and got stays, and they may still take things back.

    Example: adempauze kudos lock 1001 --reason "Until we have talked about it."
    """
    why = _reason(reason)

    async def carry_out(built: App) -> None:
        await built.recognition.locking.lock(who, why)

    ask(edge_of(context), carry_out)
    say("Locked. They read the reason when they want to thank somebody, and nobody else is told.")


@app.command()
def unlock(context: typer.Context, who: Who) -> None:
    """Let somebody give kudos again.

    Example: adempauze kudos unlock 1001
    """

    async def carry_out(built: App) -> None:
        await built.recognition.locking.unlock(who)

    ask(edge_of(context), carry_out)
    say("Unlocked.")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InputError(f"{text!r} is no id of a kudos: `adempauze kudos list` shows them") from None


def _reason(text: str) -> str:
    from bot.kudos.moderating import REASON

    if not (reason := " ".join(text.split())):
        raise InputError("--reason is empty: say why, in words that its reader understands")
    if len(reason) > REASON:
        raise InputError(f"--reason has {len(reason)} characters: use {REASON} at most")
    return reason
