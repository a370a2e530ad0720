"""`adempauze simulate` and `adempauze demo`: the only commands that know the simulation. No other file names them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer
from platformdirs import user_data_path

from bot.cli.screen import counting, say

app = typer.Typer()


class Language(StrEnum):
    """The languages of the product, as the command line offers them."""

    NL = "nl"
    EN = "en"


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
    port: Annotated[int, typer.Option(min=1, max=65535, help="port to listen on")] = 8321,
    directory: Annotated[
        Path | None, typer.Option("--data-dir", help="directory of the demo alone; new, empty, or of an earlier demo")
    ] = None,
    language: Annotated[Language, typer.Option(help="the language in which you are spoken to")] = Language.NL,
    keep: Annotated[bool, typer.Option("--keep", help="go on with what the last demo left")] = False,
) -> None:
    """Look around in an invented contact centre on this machine, ready in under a minute.

    Twelve weeks are played first, by people who do not exist. Then three links are printed: be an agent, be a
    manager, be the works council. It has a database of its own and never touches yours. Ctrl-C stops it.

    Example: adempauze demo --language en
    """
    from bot.cli.scenes import serving, start
    from bot.cli.web import listen
    from bot.simulation.demo import DemoOptions, Surroundings
    from bot.simulation.demo import demo as play
    from bot.wiring import real_world

    spoken: Literal["nl", "en"] = "en" if language is Language.EN else "nl"
    options = DemoOptions(directory or user_data_path("adempauze-demo"), port, spoken, keep)
    with listen("127.0.0.1", port) as door:
        play(options, start, Surroundings(real_world().now, say, counting, serving(door)))
