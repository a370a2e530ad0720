"""`adempauze keys`: which key epochs there are, and new keys by hand. Never a key itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.edge import edge_of
from bot.cli.process import ask
from bot.cli.screen import say, show_table

if TYPE_CHECKING:
    from bot.app import App
    from bot.epochs import Rotated
    from bot.platform_key import Replaced
    from surveys.model import Wave
    from surveys.periods import Period

app = typer.Typer(no_args_is_help=True, help="Key epochs and the platform key; no key is ever shown.")


@app.command()
def show(context: typer.Context) -> None:
    """List the key epochs: since when each serves, and which waves still need it."""
    show_table(("epoch", "since", "serves", "needed by"), ask(edge_of(context), _epochs))


@app.command()
def rotate(
    context: typer.Context,
    platform: Annotated[
        bool, typer.Option("--platform", help="replace the platform key instead; links and sessions end")
    ] = False,
) -> None:
    """Begin a new key epoch now. The old key is destroyed when its last wave has been, at once if none is left.

    Epochs also rotate by themselves (ADEMPAUZE_KEY_EPOCH_DAYS). Do it by hand after a copy of the whole server was
    made. Running processes take the new epoch over; where the key file lies on several machines, stop the others
    first and copy the new file to them.

    With --platform the platform key is replaced: stop every process first. Tokens of workspaces and mailboxes are
    sealed anew; personal links and sessions end, so hand out new links.
    """
    for line in ask(edge_of(context), _replace_platform if platform else _rotate):
        say(line)


async def _epochs(built: App) -> list[tuple[str, ...]]:
    from bot.keyfile import read

    content, waves = read(built.epochs.path), await _waves(built)
    return [
        (
            name,
            epoch["since"][:16],
            "now" if name == content["current"] else "no more",
            _needing(name, waves) or "no wave",
        )
        for name, epoch in content["epochs"].items()
    ]


def _needing(epoch: str, waves: Iterable[Wave | Period]) -> str:
    from bot.epochs import NEEDED
    from surveys.model import Wave

    found = [one for one in waves if one.key_id == epoch and one.state in NEEDED]
    return ", ".join(
        f"{one.survey} {one.number}" if isinstance(one, Wave) else f"{one.survey} {one.waves[0]}.. (reporting period)"
        for one in found
    )


async def _rotate(built: App) -> list[str]:
    rotated = await built.epochs.rotate(built.world.now())
    waves = await _waves(built)
    return [f"epoch {rotated.serving} serves from now on", *_fates(rotated, waves)]


def _fates(rotated: Rotated, waves: list[Wave | Period]) -> list[str]:
    gone = [f"epoch {epoch} is destroyed: destroy every copy of the old key file too" for epoch in rotated.destroyed]
    kept = [f"epoch {epoch} stays until destroyed: {_needing(epoch, waves)}" for epoch in rotated.kept]
    return [*gone, *kept]


async def _replace_platform(built: App) -> list[str]:
    from bot.platform_key import replace_platform_key

    done = await replace_platform_key(built.database, built.epochs.path, built.world.entropy)
    return list(_told(done))


def _told(done: Replaced) -> Iterable[str]:
    yield f"the platform key is another one; {done.records} record(s) were sealed anew"
    if done.lost:
        yield f"{done.lost} record(s) had been lost with an earlier key file and were deleted"
    yield f"{done.links} personal link(s) and every session ended: hand out new ones (`adempauze link create`)"


async def _waves(built: App) -> list[Wave | Period]:
    from surveys.store import periods, surveys

    async with built.database.begin() as connection:
        return [*await surveys.waves(connection), *await periods.periods(connection)]
