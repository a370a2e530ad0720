"""`adempauze seat`: who holds the two keys, and the ceremony that fills a seat."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.edge import edge_of
from bot.cli.process import ask
from bot.cli.screen import remark, say, show_table

if TYPE_CHECKING:
    from bot.app import App
    from surveys.standing import Standing

app = typer.Typer(no_args_is_help=True, help="The two seats that have to agree when protection is weakened.")

COLUMNS: Final = ("seat", "key", "since")


class Name(StrEnum):
    """The seats, as the command line offers them."""

    WORKS_COUNCIL = "works-council"
    ADMINISTRATOR = "administrator"


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the seats with the key of whoever holds each, and what the log says is in force."""

    async def find(built: App) -> Standing:
        return await built.seats.standing()

    standing = ask(edge_of(context), find)
    held = {str(seat): holder for seat, holder in standing.holders.items()}
    rows = [(name, held[name].key, f"{held[name].since:%Y-%m-%d}") if name in held else (name, "", "") for name in Name]
    show_table(COLUMNS, rows)
    if standing.agreement is None or standing.agreed_at is None:
        say("nothing is agreed yet: no real wave opens")
    else:
        say(f"agreed since {standing.agreed_at:%Y-%m-%d}, {len(standing.waiting)} proposals undecided")
    say(f"log: {standing.head[0]} entries, head {standing.head[1] or 'none'}")


@app.command()
def fill(
    context: typer.Context,
    seat: Annotated[Name, typer.Argument(metavar="SEAT", help="works-council or administrator")],
) -> None:
    """Print a link, good once and for ten minutes, on which whoever takes this seat chooses their own secret.

    Do it together, in one room: whoever opens the link holds the seat. A seat that is held already is handed over on
    the page of a seat. `adempauze serve` has to run.

    Example: adempauze seat fill works-council
    """
    from surveys.seats import Seat

    async def make(built: App) -> str:
        return await built.seats.invite(Seat(seat.value))

    edge = edge_of(context)
    say(f"{edge.settings().public_url}/l/{ask(edge, make)}")
    remark("remark: hand it over now, and note together the key that the page shows afterwards")
