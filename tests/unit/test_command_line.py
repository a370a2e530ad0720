"""The command line by itself: what it says, what it refuses, and which exit code it gives. No database is touched."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import typer

from bot.cli.commands import app
from bot.cli.edge import Edge
from bot.cli.entry import INTERRUPTED, run, surprised
from bot.cli.wave import by_prefix
from surveys import errors
from surveys.errors import InputError, NotFound
from surveys.model import Wave, WaveState

GUIDE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)


def commands(group: object = None, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command with the words that reach it."""
    group = typer.main.get_command(app) if group is None else group
    for name, command in getattr(group, "commands", {}).items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


COMMANDS = sorted(commands())


def waves(*ids: str, state: WaveState = WaveState.RELEASED) -> list[Wave]:
    return [
        Wave(UUID(id_.ljust(32, "0")), "pulse", 1, ("C1",), OPENS, OPENS + timedelta(days=5), state, "e1")
        for id_ in ids
    ]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--help"], Edge({})) == 0
    assert "Usage: adempauze" in capsys.readouterr().out


def test_the_guide_names_every_command_and_no_other() -> None:
    told = {tuple(line.split()[1:]) for line in re.findall(r"^### `(adempauze [a-z ]+)", GUIDE, re.MULTILINE)}
    assert {words[: len(words)] for words in told} == set(COMMANDS)


def test_the_guide_names_every_option() -> None:
    for words in COMMANDS:
        section = GUIDE.partition(f"### `adempauze {' '.join(words)}")[2].partition("\n### ")[0]
        command: object = typer.main.get_command(app)
        for word in words:
            command = getattr(command, "commands")[word]  # noqa: B009
        options = {option for parameter in getattr(command, "params") for option in parameter.opts}  # noqa: B009
        for option in sorted(one for one in options if one.startswith("--") and one != "--help"):
            assert option in section, f"{' '.join(words)} {option}"


def test_the_guide_tells_every_exit_code() -> None:
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", GUIDE, re.MULTILINE)}
    assert told == codes | {0, INTERRUPTED}


def test_an_unknown_command_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frobnicate"], Edge({})) == 2
    said = capsys.readouterr().err
    assert said.startswith("adempauze: No such command 'frobnicate'.")
    assert said.count("\n") == 1


def test_an_unknown_option_points_to_the_help_of_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["wave", "list", "--frob"], Edge({})) == 2
    assert "See `adempauze wave list --help`." in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"], Edge({})) == 0
    assert re.fullmatch(r"adempauze \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ADEMPAUZE_PROT": "8000"}, "ADEMPAUZE_PROT"),
        ({"ADEMPAUZE_PORT": "many"}, "ADEMPAUZE_PORT"),
        ({"ADEMPAUZE_TIMEZONE": "Amsterdam"}, "ADEMPAUZE_TIMEZONE"),
        ({"ADEMPAUZE_PUBLIC_URL": "pauze.example.org"}, "ADEMPAUZE_PUBLIC_URL"),
        ({"ADEMPAUZE_DATABASE_URL": "mysql://me:hunter2@db/x"}, "ADEMPAUZE_DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_starts(
    given: dict[str, str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"ADEMPAUZE_DATA_DIR": str(tmp_path / "data"), "ADEMPAUZE_CONFIG_DIR": str(tmp_path / "config")}
    assert run(["migrate"], Edge(places | given)) == 3
    said = capsys.readouterr().err
    assert named in said
    assert said.count("\n") == 1
    assert "hunter2" not in said
    assert not (tmp_path / "data").exists()


def test_an_unexpected_error_is_named_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    error = KeyError("noor@lente.example")
    surprised(Edge({}))(KeyError, error, None)
    said = capsys.readouterr().err
    assert "(KeyError)" in said
    assert "noor" not in said
    assert said.count("\n") == 1


def test_verbose_shows_where_it_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    surprised(Edge({}, verbose=True))(KeyError, KeyError("where"), sys.exc_info()[2])
    assert "KeyError: 'where'" in capsys.readouterr().err


def test_a_wave_is_named_by_the_beginning_of_its_id() -> None:
    assert by_prefix(waves("abcd1", "abcd2"), "ABCD2").id == waves("abcd2")[0].id


def test_an_ambiguous_beginning_is_refused() -> None:
    with pytest.raises(InputError, match="2 waves"):
        by_prefix(waves("abcd1", "abcd2"), "abcd")


def test_a_beginning_that_is_too_short_is_refused() -> None:
    with pytest.raises(InputError, match="at least 4"):
        by_prefix(waves("abcd1"), "abc")


def test_a_wave_that_is_not_there_is_said_so() -> None:
    with pytest.raises(NotFound, match="wave list"):
        by_prefix(waves("abcd1"), "ffff")


def test_a_survey_stands_for_its_open_wave() -> None:
    listed = [*waves("abcd1"), *waves("abcd2", state=WaveState.OPEN)]
    assert by_prefix(listed, "pulse") == listed[1]
