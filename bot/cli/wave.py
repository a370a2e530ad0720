"""`adempauze wave`: waves and how far sending got. Never who answered, or how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.edge import edge_of
from bot.cli.process import ask
from bot.cli.screen import say, show_table
from surveys.errors import InputError, NotFound
from surveys.model import Wave, WaveState

if TYPE_CHECKING:
    from bot.app import App
    from surveys.introduction import Introduced
    from surveys.store.traces import Kept

app = typer.Typer(no_args_is_help=True, help="Waves and how far sending got; never who answered, or how many.")

COLUMNS: Final = ("wave", "survey", "number", "opens", "closes", "state")
SHORTEST_PREFIX: Final = 4
Id = Annotated[
    str, typer.Argument(metavar="ID", help="the first characters of the wave's id, or a survey for its open wave")
]


@app.command("list")
def list_(
    context: typer.Context,
    survey: Annotated[str | None, typer.Option(help="only the waves of this survey")] = None,
) -> None:
    """List the waves, oldest first."""

    async def find(built: App) -> list[Wave]:
        return [wave for wave in await _waves(built) if survey in (None, wave.survey)]

    show_table(COLUMNS, [_row(wave) for wave in ask(edge_of(context), find)])


@app.command()
def show(context: typer.Context, wave: Id) -> None:
    """Show a wave and how many cards are in which state of sending.

    How many people answered is not shown, now or later: after the close, the response is published in bands.
    """

    async def find(built: App) -> tuple[Wave, dict[str, int], list[Kept]]:
        from surveys.store import platform, traces

        found = by_prefix(await _waves(built), wave)
        async with built.database.begin() as connection:
            return found, await platform.progress(connection, found.id), await traces.kept(connection)

    found, progress, kept = ask(edge_of(context), find)
    show_table(("what", "value"), [*zip(COLUMNS, _row(found), strict=True), ("items", ", ".join(found.items))])
    for one in kept:
        if (one.survey, one.number) == (found.survey, found.number):
            say(_limit(one, found))
    for state in ("waiting", "calling", "done", "failed"):
        if found.state is WaveState.OPEN:
            say(f"cards {state}: {progress.get(state, 0)}")


@app.command("open")
def open_(
    context: typer.Context,
    survey: Annotated[str, typer.Argument(metavar="SURVEY", help="the survey, as `survey list` shows it")],
    window: Annotated[str | None, typer.Option(help="how long it stays open: 5d, 36h; else as the survey says")] = None,
) -> None:
    """Open a wave by hand, now; a running `serve` or `worker` sends its cards.

    Nobody gets a card before they have had the introduction for a working day. Whose day ends while this wave is open
    gets their card in it, whoever else in the next; how many that are is printed.
    """
    from bot.introduced import count_introduced
    from bot.new_survey import duration
    from surveys.store import surveys

    length = duration(window, "--window") if window else None

    async def act(built: App) -> tuple[Wave, Introduced]:
        now = built.world.now()
        opened = await built.opening.open_now(survey, now + length if length else None, now)
        async with built.database.begin() as connection:
            introduced = await count_introduced(connection, await surveys.survey(connection, survey), now)
        return by_prefix(await _waves(built), str(opened)), introduced

    opened, introduced = ask(edge_of(context), act)
    say(f"wave {opened.id} is open until {_moment(opened)}")
    if introduced.waiting:
        say(
            f"{introduced.waiting} of {introduced.ready + introduced.waiting} people wait: they have not had the "
            "introduction for a working day. Their card comes then, in this wave while it is open, else in the next"
        )


@app.command()
def close(context: typer.Context, wave: Id) -> None:
    """Close a wave now: publish its Release and destroy its answers. There is no way back."""

    async def act(built: App) -> Wave:
        found = by_prefix(await _waves(built), wave)
        if found.state in (WaveState.OPEN, WaveState.CLOSING):
            await built.closing.close(found.id)
        await built.periods.close_due()
        await built.closing.erase()
        return by_prefix(await _waves(built), str(found.id))

    closed = ask(edge_of(context), act)
    say(f"wave {closed.id} is {closed.state}: `adempauze release show` shows what was published")


def _limit(kept: Kept, wave: Wave) -> str:
    from bot.limits import said

    return said(kept, wave.key_id)


def by_prefix(waves: list[Wave], text: str) -> Wave:
    """Return the one wave whose id begins so, or the open wave of a survey. Raises NotFound, InputError."""
    if answering := [wave for wave in waves if wave.survey == text and wave.state is WaveState.OPEN]:
        return answering[0]
    wanted = text.strip().lower().replace("-", "")
    if len(wanted) < SHORTEST_PREFIX:
        raise InputError(f"{text!r} is too short to name a wave: give at least {SHORTEST_PREFIX} characters of its id")
    found = [wave for wave in waves if wave.id.hex.startswith(wanted)]
    if not found:
        raise NotFound(f"there is no wave {text!r}: `adempauze wave list` shows them")
    if len(found) > 1:
        raise InputError(f"{len(found)} waves begin with {text!r}: give more characters of the id")
    return found[0]


async def _waves(built: App) -> list[Wave]:
    from surveys.store import surveys

    async with built.database.begin() as connection:
        return await surveys.waves(connection)


def _row(wave: Wave) -> tuple[str, ...]:
    return str(wave.id), wave.survey, str(wave.number), f"{wave.opens:%Y-%m-%d %H:%M}Z", _moment(wave), wave.state


def _moment(wave: Wave) -> str:
    return f"{wave.closes:%Y-%m-%d %H:%M}Z"
