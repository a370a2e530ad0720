"""`adempauze people`: what the administrator does at somebody's request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.edge import edge_of
from bot.cli.process import ask
from bot.cli.screen import say

if TYPE_CHECKING:
    from bot.app import App

app = typer.Typer(no_args_is_help=True, help="What people ask the administrator to do about themselves.")


@app.callback()
def people() -> None:
    """Let `erase` be a command by name, although it is the only one."""


@app.command()
def erase(
    context: typer.Context,
    who: Annotated[
        str, typer.Argument(metavar="WHO", help="id in the roster file, e-mail address, or address on a platform")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask whether this is meant")] = False,
) -> None:
    """Erase everything about somebody who asks for it, or what is left of somebody who left. There is no way back.

    Their answer in an open wave is withdrawn, unseen; the line of the roster, choices, shifts, links and records go.
    Published figures stay as they are. Whoever is in the next people file comes back as somebody new: take them out.

    Example: adempauze people erase 1001
    """
    edge = edge_of(context)
    if not yes:
        typer.confirm(f"Erase everything about {who}? This cannot be taken back.", abort=True)

    async def carry_out(built: App) -> bool:
        from bot.erasing import Erasing

        erasing = Erasing(built.database, built.service, built.recognition.parting, built.platforms, built.world.now)
        person = await erasing.find(who)
        if person is None:
            await erasing.forget_left(who)
            return False
        await erasing.erase(person)
        return True

    if ask(edge, carry_out):
        say("Erased. If the next people file still has this line, they come back as somebody new.")
    else:
        say("Nobody in the roster has this id or address; records at this address, if there were any, are erased.")
    say("What may remain: old messages in a chat platform, backups, and a wave that is closing, until it has closed.")
