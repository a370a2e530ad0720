"""`adempauze digest`: what a leader reads, made from Releases alone."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.edge import edge_of
from bot.cli.process import ask
from bot.cli.reader import administrator_reads
from bot.cli.screen import say
from surveys.errors import NotFound

if TYPE_CHECKING:
    from adapters.port import Message
    from bot.app import App
    from bot.reading import Reading

app = typer.Typer(help="The digest of a cohort, made from Releases alone.", no_args_is_help=True)


class Language(StrEnum):
    """Language of the digest."""

    NL = "nl"
    EN = "en"


@app.callback()
def digests() -> None:
    """The digest of a cohort, made from Releases alone."""


@app.command()
def show(
    context: typer.Context,
    node: Annotated[str, typer.Argument(metavar="NODE_PATH", help="Site/Department/Team; / is the organisation")],
    language: Annotated[Language, typer.Option(help="language of the digest")] = Language.NL,
) -> None:
    """Print the newest digest of a cohort, as whoever leads it reads it in chat.

    The path is the one of the newest Release. A cohort that is too small is shown inside the one above it.

    Example: adempauze digest show Noord/Service --language en
    """

    async def compose(built: App) -> Message:
        from bot.digest import message
        from bot.reading import EVERYTHING, read
        from bot.texts import Texts
        from surveys.localtime import zone

        newest = await read(built.database, EVERYTHING)
        if newest is None:
            raise NotFound("nothing has been released yet: the first digest comes when the first wave closes")
        await administrator_reads(built, newest.releases[0].opened)
        reading = await read(built.database, EVERYTHING, node_at(newest, node)) or newest
        return message(reading, EVERYTHING, Texts(language.value), zone(built.settings.timezone), link="")

    composed = ask(edge_of(context), compose)
    for paragraph in (composed.title, *composed.paragraphs, composed.image.alt if composed.image else ""):
        if paragraph:
            say(f"{paragraph}\n")


def node_at(reading: Reading, path: str) -> str:
    """Return the node at a path of the newest Release. Raises NotFound, InputError."""
    from surveys.cohorts import Tree
    from surveys.model import Node

    tree = Tree.of(Node(node.id, node.parent, node.name) for node in reading.nodes.values())
    found = tree.find(path)
    if found is None:
        raise NotFound(f"there is no cohort {path!r} in the newest Release: `adempauze release show` shows them all")
    return found
