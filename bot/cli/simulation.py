"""`adempauze simulate` and `adempauze demo`: the only commands that know the simulation. No other file names them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.edge import edge_of
from bot.cli.screen import counting, say

app = typer.Typer()


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="directory for the release export and the truth file; new or empty")],
    people: Annotated[int, typer.Option(min=1, max=20000, help="how many people")] = 140,
    teams: Annotated[int, typer.Option(min=1, max=2000, help="in how many teams")] = 9,
    waves: Annotated[int, typer.Option(min=1, max=520, help="how many weekly waves")] = 12,
    seed: Annotated[int, typer.Option(min=0, help="the same seed gives the same files, byte for byte")] = 1,
) -> None:
    """Run the product on an invented organisation, and write down what was published and what was true.

    It uses a database of its own, never yours, and an accelerated clock. docs/simulation-format.md describes the
    files: with them anybody can try to find out who answered what.

    Example: adempauze simulate --people 200 --teams 12 --waves 8 --seed 7 --out attack-me
    """
    from bot.cli.scenes import start
    from bot.simulation.run import SimulationOptions
    from bot.simulation.run import simulate as play

    options = SimulationOptions(people, teams, waves, seed, out)
    with counting("waves", waves) as progress:
        left = play(options, start, progress)
    say(f"{left.cards} cards, {left.responses} responses; nobody in these files exists")
    say(f"published: {left.releases}")
    say(f"true: {left.truth}")


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="port to listen on")] = 8321,
    browser: Annotated[bool, typer.Option(help="open the first page in a browser")] = True,
) -> None:
    """Look around in an invented contact centre on this machine, ready in under a minute.

    Prints three links: be an agent, be a manager, be the works council. Ctrl-C stops it.
    """
    from bot.simulation.demo import demo as run

    run(edge_of(context).environ, port=port, browser=browser)
