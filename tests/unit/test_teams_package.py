"""The app package of Teams: nothing asked for that is not used, texts in both languages, the same bytes every time."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from adapters.teams.mount import PATH
from adapters.teams.parse import THANKING
from bot.cli.edge import Edge
from bot.cli.entry import run
from bot.commands import DUTCH
from bot.greeting import WAYS
from bot.teams_package import MESSAGES, TEAL, Packed, localisation, manifest, package, released
from surveys.errors import InputError
from surveys.model import LANGUAGES, Language

BASE = "https://pauze.example.org"
APP = "11111111-2222-3333-4444-555555555555"
PACKED = Packed(APP, BASE, "1.0.0")
LONGEST = {"name.short": 30, "name.full": 100, "description.short": 80, "description.full": 4000}
LONGEST_OF_A_COMMAND = {"title": 32, "description": 128}
"""What Teams shows whole; its schema takes more."""


def unzipped(packet: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packet)) as made:
        return {name: made.read(name) for name in made.namelist()}


def pixels(name: str) -> tuple[tuple[int, int], int, list[bytes]]:
    """Return size, bytes of a pixel and all pixels of an icon; it must be a PNG whose rows are not filtered."""
    data = (files("bot") / "data" / "teams" / name).read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    each = {2: 3, 6: 4}[kind]
    assert depth == 8
    start = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[start - 4 : start])
    raw = zlib.decompress(data[start + 4 : start + 4 + length])
    rows = [raw[at : at + 1 + width * each] for at in range(0, len(raw), 1 + width * each)]
    assert {row[0] for row in rows} == {0}
    return (width, height), each, [row[at : at + each] for row in rows for at in range(1, len(row), each)]


def test_the_package_holds_the_manifest_two_icons_and_the_texts_of_both_languages() -> None:
    assert sorted(unzipped(package(PACKED, "nl"))) == [
        "color.png",
        "en.json",
        "manifest.json",
        "nl.json",
        "outline.png",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_that_the_manifest_names_is_in_the_package(language: Language) -> None:
    held = unzipped(package(PACKED, language))
    made = json.loads(held["manifest.json"])
    info = made["localizationInfo"]
    named = {
        *made["icons"].values(),
        info["defaultLanguageFile"],
        *(one["file"] for one in info["additionalLanguages"]),
    }
    assert named == set(held) - {"manifest.json"}


def test_the_same_input_gives_the_same_bytes() -> None:
    assert package(PACKED, "nl") == package(PACKED, "nl")
    assert package(PACKED, "nl") != package(PACKED, "en")


def test_the_app_has_the_id_of_its_bot_in_small_letters() -> None:
    made = manifest(Packed(APP.replace("1", "A"), BASE, "1.0.0"), "nl")
    assert made["id"] == made["bots"][0]["botId"] == APP.replace("1", "a")


def test_it_asks_for_nothing_that_is_not_used() -> None:
    made = manifest(PACKED, "nl")
    assert not {"webApplicationInfo", "authorization", "validDomains", "devicePermissions"} & set(made)
    assert made["permissions"] == ["identity", "messageTeamMembers"]
    (bot,) = made["bots"]
    assert {name: value for name, value in bot.items() if value is True} == {}
    assert bot["scopes"] == ["personal", "team", "groupChat"]


def test_all_addresses_are_of_one_page_that_everybody_may_read() -> None:
    made = manifest(Packed(APP, f"{BASE}/", "1.0.0"), "nl")
    addresses = set(re.findall(r"https?://[^\"\s]+", json.dumps(made))) - {made["$schema"]}
    assert addresses == {f"{BASE}/about", f"{BASE}/about#privacy", f"{BASE}/about#terms"}


def test_the_messaging_endpoint_is_where_we_listen() -> None:
    assert MESSAGES == PATH


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_of_a_command_is_a_word_that_we_know(language: Language) -> None:
    titles = [text for place, text in localisation(language).items() if re.fullmatch(r"bots.*\.title", place)]
    assert len(titles) == 9
    assert set(titles) <= {*WAYS, *DUTCH}


def test_its_message_extension_opens_a_dialog_at_a_message_and_where_one_is_written() -> None:
    (extension,) = manifest(PACKED, "nl")["composeExtensions"]
    (command,) = extension["commands"]
    assert (extension["botId"], command["id"], command["type"]) == (APP, THANKING, "action")
    assert command["fetchTask"] is True
    assert set(command["context"]) == {"message", "compose", "commandBox"}
    assert command["title"] == "Iemand bedanken"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_keep_within_the_limits_of_teams(language: Language) -> None:
    shown = localisation(language)
    limits = {
        place: LONGEST.get(place) or LONGEST_OF_A_COMMAND[place.rpartition(".")[2]]
        for place in shown
        if "$" not in place
    }
    assert {place for place, limit in limits.items() if len(shown[place]) > limit} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_full_name_is_another_one_than_the_short_one(language: Language) -> None:
    shown = localisation(language)
    assert shown["name.full"] != shown["name.short"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_description_does_not_stand_in_the_long_one(language: Language) -> None:
    shown = localisation(language)
    assert shown["description.short"] not in shown["description.full"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_of_a_language_says_what_the_manifest_in_that_language_says(language: Language) -> None:
    made: Any = manifest(PACKED, language)
    for place, text in localisation(language).items():
        part = made
        for step in re.findall(r"[^.\[\]]+", place):
            part = part[int(step)] if step.isdigit() else part[step]
        assert part == text or place == "$schema"


def test_the_texts_are_in_the_language_that_was_asked_for() -> None:
    nl, en = localisation("nl"), localisation("en")
    same = {place for place in nl if nl[place] == en[place]}
    assert same == {"$schema", "name.short", "bots[0].commandLists[0].commands[3].title"}
    assert nl["bots[0].commandLists[0].commands[3].title"] == "privacy"


def test_the_colour_icon_is_full_of_colour_and_keeps_its_sign_within_the_middle() -> None:
    size, each, shown = pixels("color.png")
    teal = bytes.fromhex(TEAL[1:])
    marked = [(at % 192, at // 192) for at, pixel in enumerate(shown) if pixel != teal]
    assert (size, each) == ((192, 192), 3)
    assert marked
    assert all(36 <= x < 156 and 36 <= y < 156 for x, y in marked)


def test_the_outline_icon_is_white_on_nothing() -> None:
    size, each, shown = pixels("outline.png")
    assert (size, each) == ((32, 32), 4)
    assert {pixel[:3] for pixel in shown} == {b"\xff\xff\xff"}
    assert {pixel[3] for pixel in shown} >= {0, 255}
    assert shown[0][3] == 0


@pytest.mark.parametrize("base", ["http://pauze.example.org", "https://127.0.0.1:8321", "https://", f"{BASE}?a=1", ""])
def test_an_address_that_teams_cannot_reach_is_refused_with_the_mend(base: str) -> None:
    with pytest.raises(InputError, match=re.escape(repr(base)) + r".*ADEMPAUZE_PUBLIC_URL.*--base https://"):
        Packed(APP, base, "1.0.0")


def test_without_an_app_id_it_says_where_to_put_it() -> None:
    with pytest.raises(InputError, match="ADEMPAUZE_TEAMS_APP_ID"):
        Packed("", BASE, "1.0.0")


def test_an_app_id_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="'adempauze' is not the id of an app"):
        Packed("adempauze", BASE, "1.0.0")


@pytest.mark.parametrize("version", ["1", "1.0", "1.0.0.0", "1.0.0-beta", "01.0.0", "v1.0.0"])
def test_a_version_that_teams_does_not_take_is_refused(version: str) -> None:
    with pytest.raises(InputError, match="three numbers"):
        Packed(APP, BASE, version)


def test_the_version_of_the_product_is_one_of_an_app() -> None:
    assert Packed(APP, BASE, released()).version == released()


def test_the_command_writes_what_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "app.zip"
    asked = ["--output", str(place), "--base", BASE, "--app-id", APP, "--app-version", "1.2.3", "--language", "en"]
    assert run(["teams", "package", *asked], Edge({})) == 0
    assert place.read_bytes() == package(Packed(APP, BASE, "1.2.3"), "en")
    assert f"{BASE}/teams/messages" in capsys.readouterr().out


def test_without_options_it_takes_everything_from_the_settings(tmp_path: Path) -> None:
    given = {
        "ADEMPAUZE_PUBLIC_URL": BASE,
        "ADEMPAUZE_LANGUAGE": "en",
        "ADEMPAUZE_TEAMS_APP_ID": APP,
        "ADEMPAUZE_TEAMS_APP_SECRET": "x",
        "ADEMPAUZE_TEAMS_TENANT": APP,
    }
    place = tmp_path / "app.zip"
    assert run(["teams", "package", "--output", str(place)], Edge(given)) == 0
    assert place.read_bytes() == package(Packed(APP, BASE, released()), "en")


def test_what_is_missing_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "app.zip"
    assert run(["teams", "package", "--output", str(place)], Edge({})) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("adempauze: there is no app id: ")
    assert said.err.count("\n") == 1
    assert not place.exists()
