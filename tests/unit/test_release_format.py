from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from analytics.disclosure import protect
from surveys.errors import InputError
from surveys.model import (
    STANDARD,
    STRICT,
    SUPPRESSED,
    Baseline,
    Cell,
    Figure,
    Release,
    ReleasedItem,
    ReleasedNode,
)
from surveys.release import (
    canonical,
    digest_of,
    envelope,
    from_document,
    schema,
    to_document,
    verify_chain,
    verify_export,
)
from tests.unit.agreements import full
from tests.unit.organisations import facts, responses

VALIDATOR = Draft202012Validator(schema(), format_checker=FormatChecker())

names = st.text(max_size=12)
ids = st.text(min_size=1, max_size=8)
words = st.fixed_dictionaries({"nl": names, "en": names})
n_bands = st.sampled_from(["5-9", "10-19", "20+"])
means = st.builds(Figure, kind=st.just("mean"), value=st.integers(10, 50).map(lambda t: t / 10), n_band=n_bands)
coded = st.builds(Figure, kind=st.just("at_least"), value=st.sampled_from([4.0, 4.5]), n_band=n_bands)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
releases = st.builds(
    Release,
    survey=ids,
    number=st.integers(1, 999),
    opened=moments,
    closed=moments,
    policy=st.sampled_from([STANDARD, STRICT]),
    items=st.lists(
        st.builds(
            ReleasedItem,
            id=ids,
            driver=st.none() | ids,
            wording=words,
            labels=st.lists(words, max_size=5).map(tuple),
            favourable=st.sampled_from([1, -1]),
            version=st.integers(1, 9),
        ),
        max_size=2,
    ).map(tuple),
    nodes=st.lists(
        st.builds(
            ReleasedNode,
            id=ids,
            parent=st.none() | ids,
            name=names,
            head_count=st.integers(0, 500),
            response=st.sampled_from(["<50", "50-75", ">75", SUPPRESSED]),
            every=st.sampled_from([1, 2, 4]),
            elsewhere=st.integers(0, 500),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    cells=st.lists(st.builds(Cell, cohort=ids, item=ids, figure=st.just(SUPPRESSED) | means | coded), max_size=4).map(
        tuple
    ),
    baselines=st.lists(st.builds(Baseline, item=ids, between=st.floats(0.02, 2)), max_size=2).map(tuple),
    simulated=st.booleans(),
    previous=st.just("") | st.just("a" * 64),
    every=st.sampled_from([1, 2, 4]),
    earlier=st.lists(st.integers(1, 400), max_size=3).map(tuple),
)


def made(number: int = 1) -> Release:
    wave = facts({"org": None, "é✓": "org", "b": "org"}, {"é✓": 12, "b": 12}, number=number)
    return protect(wave, responses({"é✓": [1, 2, 3, 4, 5, 3, 3], "b": [5] * 9}))


def chain(length: int = 3) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = []
    for number in range(1, length + 1):
        previous = digest_of(documents[-1]) if documents else ""
        documents.append(to_document(replace(made(number), previous=previous)))
    return documents


@given(releases)
def test_a_release_survives_being_written_and_read(release: Release) -> None:
    assert from_document(json.loads(canonical(to_document(release)))) == release


@given(releases)
@settings(max_examples=50)
def test_every_export_fits_its_schema(release: Release) -> None:
    export = envelope([to_document(replace(release, previous=""))], full().documents)
    VALIDATOR.validate(json.loads(json.dumps(export)))


def test_an_export_of_protected_waves_fits_the_schema_and_its_chain() -> None:
    export = json.loads(json.dumps(envelope(chain())))
    VALIDATOR.validate(export)
    assert [document["number"] for document in verify_export(export)] == [1, 2, 3]


def test_an_export_before_there_was_a_log_can_still_be_checked() -> None:
    old = {"format": 1, "releases": chain(), "head": digest_of(chain()[-1])}
    assert len(verify_export(old)) == 3


def test_an_export_ends_at_the_head_of_the_log_too() -> None:
    log = full()
    assert envelope(chain(), log.documents)["log_head"] == log.standing.head[1]


def test_an_export_of_nothing_is_an_export() -> None:
    VALIDATOR.validate(envelope([]))
    assert verify_export(envelope([])) == []


@pytest.mark.parametrize("stranger", ["person", "reason", "email"])
def test_the_schema_knows_no_field_for_a_person_or_a_reason(stranger: str) -> None:
    for place in ("releases", "nodes", "cells"):
        export: dict[str, Any] = copy.deepcopy(envelope(chain(1)))
        (export["releases"] if place == "releases" else export["releases"][0][place])[0][stranger] = "x"
        assert not VALIDATOR.is_valid(export)


def test_suppressed_is_the_word_alone() -> None:
    document = to_document(replace(made(), cells=(Cell("b", "C1", SUPPRESSED),)))
    assert document["cells"] == [{"key": "pulse/1/b/C1", "cohort": "b", "item": "C1", "figure": "suppressed"}]


def test_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    document = to_document(made())
    assert canonical(dict(reversed(document.items()))) == canonical(document)
    assert "é✓".encode() in canonical(document)


def test_a_moment_is_written_in_utc() -> None:
    there = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1)))
    assert to_document(replace(made(), opened=there))["opened"] == "2026-03-02T08:00:00+00:00"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InputError, match="opened is 2026"):
        to_document(replace(made(), opened=datetime(2026, 3, 2)))  # noqa: DTZ001


def test_a_whole_chain_is_confirmed_by_its_head() -> None:
    documents = chain()
    assert verify_chain(documents) == digest_of(documents[-1])
    assert verify_chain([]) == ""


def test_a_changed_figure_breaks_the_chain_at_that_link() -> None:
    documents = chain()
    documents[1]["cells"][1]["figure"] = "suppressed"
    with pytest.raises(InputError, match="between pulse/2 and pulse/3"):
        verify_chain(documents)


def test_a_missing_release_breaks_the_chain() -> None:
    first, _, third = chain()
    with pytest.raises(InputError, match="between pulse/1 and pulse/3"):
        verify_chain([first, third])


def test_a_missing_beginning_breaks_the_chain() -> None:
    with pytest.raises(InputError, match="between the beginning and pulse/2"):
        verify_chain(chain()[1:])


def test_a_change_to_the_last_release_is_seen_by_the_head() -> None:
    export = envelope(chain())
    export["releases"][-1]["nodes"][0]["head_count"] += 1
    with pytest.raises(InputError, match="head hash"):
        verify_export(export)


@pytest.mark.parametrize("export", [{}, {"format": 4, "releases": []}, {"format": 2, "releases": "none"}])
def test_what_is_no_export_is_refused(export: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="no Release export"):
        verify_export(export)


def test_another_format_is_refused() -> None:
    with pytest.raises(InputError, match="format 3; this version reads format 2"):
        from_document({**to_document(made()), "format": 3})


def test_a_release_from_before_there_were_periods_is_one_of_a_wave() -> None:
    document = {**to_document(made()), "format": 1}
    for field in ("kind", "every", "waves"):
        del document[field]
    for node in document["nodes"]:
        del node["every"], node["elsewhere"]
    assert from_document(document) == made()
    VALIDATOR.validate(json.loads(json.dumps(envelope([document]))))


def test_a_release_of_a_period_names_its_waves_and_has_keys_of_its_own() -> None:
    document = to_document(replace(made(4), every=4, earlier=(1, 2, 3)))
    assert (document["kind"], document["waves"]) == ("period", [1, 2, 3, 4])
    assert document["cells"][0]["key"] == "pulse/4x4/org/C1"
    assert {cell["key"] for cell in document["cells"]}.isdisjoint(cell["key"] for cell in to_document(made(4))["cells"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opened", "soon"),
        ("waves", [7]),
        ("kind", "period"),
        ("policy", {"k": 5, "x": 1}),
        ("cells", [3]),
        ("nodes", None),
    ],
)
def test_a_wrong_field_is_refused(field: str, value: object) -> None:
    with pytest.raises(InputError, match="pulse/1 cannot be read"):
        from_document({**to_document(made()), field: value})


def test_a_missing_field_is_named() -> None:
    document = to_document(made())
    del document["baselines"]
    with pytest.raises(InputError, match="no field 'baselines'"):
        from_document(document)


def test_the_check_in_the_documentation_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[2] / "docs" / "release-format.md").read_text("utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    (tmp_path / "releases.json").write_text(json.dumps(envelope(chain())), "utf-8")
    monkeypatch.chdir(tmp_path)
    code = found[1].replace('json.load(open("releases.json", encoding="utf-8"))', "json.loads(text_of_file)")
    exec(code, {"text_of_file": (tmp_path / "releases.json").read_text("utf-8")})
