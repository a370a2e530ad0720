"""The real command line in processes of its own, on one embedded database."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from jsonschema import Draft202012Validator

from surveys.release import schema
from tests.acceptance.installation import HEADER, PATIENCE, PEOPLE, SURVEY, House
from tests.ceremony import in_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """An installation with a roster and a survey."""
    made = House(tmp_path_factory.mktemp("house"))
    first = made.anew("roster", "import", made.write("people.csv", PEOPLE))
    assert first.returncode == 0, first.stderr
    assert f"a new embedded database is made in {made.place / 'data'}" in first.stderr
    added = made("survey", "add", *SURVEY)
    assert (added.returncode, added.stderr) == (0, "")
    refused(made("wave", "open", "pulse"), 2, "adempauze seat fill works-council")
    unsigned = made("doctor")
    assert unsigned.returncode == 1
    assert "mend: fill them" in unsigned.stdout
    in_house(made.variables)
    return made


@contextmanager
def running(house: House, *arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is killed, if it still runs, at the end."""
    process = house.start(*arguments, **more)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until_it_answers(house: House, path: str = "/healthz") -> str:
    address = f"http://127.0.0.1:{house.variables['ADEMPAUZE_PORT']}{path}"
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address, timeout=5) as answer:
                assert "server" not in answer.headers
                return str(answer.read().decode())
        except URLError:
            assert time.monotonic() < until, "it never answered"
            time.sleep(0.2)


def refused(done: subprocess.CompletedProcess[str], code: int, *named: str) -> None:
    """One sentence on stderr that names what is wrong; nothing on stdout, no stack trace."""
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("adempauze: ")
    assert "Traceback" not in done.stderr
    for name in named:
        assert name in done.stderr


# ---- from roster to release -------------------------------------------------------------------------------------


def test_a_wave_goes_from_opening_to_an_export_that_fits_its_schema(house: House) -> None:
    opened = house("wave", "open", "pulse")
    assert opened.returncode == 0, opened.stderr
    short = re.findall(r"wave ([0-9a-f]{8})", opened.stdout)[0]
    shown = house("wave", "show", short)
    assert "cards waiting: 12" in shown.stdout
    closed = house("wave", "close", short)
    assert "is destroyed" in closed.stdout, closed.stderr
    exported = house("release", "export", "--format", "json")
    history = json.loads(exported.stdout)
    Draft202012Validator(schema()).validate(history)
    assert [release["number"] for release in history["releases"]] == [1]
    assert "Agent" not in exported.stdout
    attacked = house.anew(
        "audit", "releases", house.write("releases.json", exported.stdout), ADEMPAUZE_DATA_DIR="nowhere"
    )
    assert attacked.returncode == 0, attacked.stderr
    assert "No leak was found" in attacked.stdout


def test_the_doctor_finds_a_sound_installation_well(house: House) -> None:
    done = house.anew("doctor")
    assert done.returncode == 0, done.stdout
    assert "wrong" not in done.stdout


def test_a_link_opens_the_chat_of_a_person_and_can_be_revoked(house: House) -> None:
    picture = house.place / "link.svg"
    made = house("link", "create", "1", "--qr", str(picture))
    assert re.fullmatch(r"http://127\.0\.0\.1:8321/l/[\w-]{64}\n", made.stdout), made.stderr
    assert picture.read_text().startswith("<svg")
    assert house("link", "revoke", "1").stdout == "1 links revoked\n"


def test_the_seats_and_the_log_are_told_and_the_log_holds(house: House) -> None:
    told = house("seat", "list")
    assert "agreed since" in told.stdout, told.stderr
    head = re.findall(r"head ([0-9a-f]{64})", told.stdout)[0]
    assert house("audit", "log", "--head", head).returncode == 0
    assert house("audit", "log", "--head", "0" * 64).returncode == 1
    refused(house("seat", "fill", "works-council"), 2, "handed over")


def test_somebody_is_erased_at_their_request_and_comes_back_as_somebody_new(house: House) -> None:
    """Only when it is meant; and whoever is back has to be introduced before a card, which `wave open` says."""
    assert house("people", "erase", "12").returncode == 130  # nobody is there to say yes
    assert "12 of 12 people" in house("doctor").stdout
    assert "Erased." in house.told("people", "erase", "A12@lente.example", "--yes")
    assert "Nobody in the roster" in house.told("people", "erase", "12", "--yes")
    assert "1 new" in house.told("roster", "import", str(house.place / "people.csv"))
    assert "11 of 12 people have had it" in house("doctor").stdout
    opened = house.told("wave", "open", "pulse")
    assert "1 of 12 people wait" in opened
    house.told("wave", "close", re.findall(r"wave ([0-9a-f]{8})", opened)[0])


# ---- serving ----------------------------------------------------------------------------------------------------


def test_serve_answers_says_where_things_are_and_stops_in_good_order(house: House) -> None:
    with running(house, "serve", ADEMPAUZE_METRICS="true") as process:
        assert wait_until_it_answers(house) == "ok"
        assert "adempauze_waves" in wait_until_it_answers(house, "/metrics")
        refused(house("serve"), 3, "ADEMPAUZE_PORT", house.variables["ADEMPAUZE_PORT"])
        process.send_signal(signal.SIGTERM)
        said, logged = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, logged
    assert str(house.place / "data" / "postgres") in said
    assert str(house.keys) in said
    assert "/metrics" not in logged.replace("remark: /metrics is on", "")


def test_ctrl_c_stops_a_worker_with_its_own_exit_code(house: House) -> None:
    with running(house, "worker") as process:
        assert process.stdout is not None
        while "working" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        _, logged = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, logged
    assert "Traceback" not in logged


def test_the_pack_for_the_works_council_is_written_as_paper_and_as_page(house: House) -> None:
    papers = house.place / "papers"
    refused(house("pack", "--output", str(papers)), 2, "no directory")
    papers.mkdir()
    made = house("pack", "--language", "en", "--output", str(papers))
    assert made.returncode == 0, made.stderr
    (hash_,) = re.findall(r"^hash of the settings: ([0-9a-f]{64})$", made.stdout, re.MULTILINE)
    assert sorted(path.name for path in papers.iterdir()) == ["adempauze-pack-en.html", "adempauze-pack-en.pdf"]
    assert (papers / "adempauze-pack-en.pdf").read_bytes().startswith(b"%PDF-")
    assert hash_ in (papers / "adempauze-pack-en.html").read_text(encoding="utf-8")


# ---- bad input --------------------------------------------------------------------------------------------------


def test_every_bad_row_is_named_and_nothing_is_changed(house: House) -> None:
    bad = PEOPLE + "13,,nobody,Noord/Service/Ochtend,,boss,fr,Amsterdam\n"
    refused(house("roster", "import", house.write("bad.csv", bad)), 2, "line 14, email", "line 14, timezone", "boss")
    assert "0 left" in house("roster", "import", house.write("people.csv", PEOPLE), "--dry-run").stdout


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b'id,name,email,team\n1,"open,a@b.nl,Noord\n', "quotation marks"),
        (b"id,name,email,team\n1,Sa\x00nne,a@b.nl,Noord\n", "control character"),
        (b"x" * (10 * 1024 * 1024 + 1), "MB"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(content: bytes, named: str, house: House) -> None:
    path = house.place / "no-roster.csv"
    path.write_bytes(content)
    refused(house("roster", "import", str(path)), 2, named)


def test_too_many_people_leaving_has_an_exit_code_of_its_own(house: House) -> None:
    refused(
        house("roster", "import", house.write("few.csv", HEADER + PEOPLE.splitlines()[1])), 5, "Nothing was changed"
    )


def test_an_unknown_command_is_refused(house: House) -> None:
    refused(house.anew("frobnicate"), 2, "frobnicate")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ADEMPAUZE_TIMEZONE": "Mars/Olympus"}, "ADEMPAUZE_TIMEZONE"),
        ({"ADEMPAUZE_PROT": "80"}, "ADEMPAUZE_PROT is not a setting"),
    ],
)
def test_serve_refuses_a_wrong_setting(given: dict[str, str], named: str, house: House) -> None:
    refused(house.anew("serve", **given), 3, named)


def test_a_key_file_under_the_data_directory_is_refused(house: House) -> None:
    inside = house.place / "data" / "config"
    refused(house("serve", ADEMPAUZE_CONFIG_DIR=str(inside)), 3, "ADEMPAUZE_CONFIG_DIR", "ADEMPAUZE_DATA_DIR")
    assert not inside.exists()


def test_a_key_file_that_others_can_read_is_refused(house: House) -> None:
    house.keys.chmod(0o644)
    try:
        refused(house("serve"), 3, "0644", "chmod 600")
    finally:
        house.keys.chmod(0o600)


def test_a_key_that_is_too_short_is_refused(house: House) -> None:
    sound = house.keys.read_text()
    content = json.loads(sound)
    content["platform"] = "c2hvcnQ="
    house.keys.write_text(json.dumps(content))
    try:
        refused(house("serve"), 3, "32 bytes", str(house.keys))
    finally:
        house.keys.write_text(sound)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house("migrate").returncode == 0
    make_newer(house)
    refused(house("serve"), 4, "newer version")
    done = house("doctor")
    assert done.returncode == 1
    assert "newer version" in done.stdout


def make_newer(house: House) -> None:
    """Write a revision of the future, as the embedded server's owner."""
    script = (
        "import sys, psycopg; from pathlib import Path; from bot import embedded\n"
        "running = embedded.start(Path(sys.argv[1]))\n"
        "with psycopg.connect(running.url.replace('+psycopg', '')) as connection:\n"
        "    connection.execute(\"UPDATE platform.alembic_version SET version_num = '9999'\")\n"
        "running.stop()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(house.place / "data")], check=True, timeout=PATIENCE)
