"""What is new in Entra is told once, by one process, and nothing of it is kept."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.port import Member
from adapters.teams.changes import ANYWAY, EVERY, Changes
from tests.adapters.graph_bench import GraphBench, graph_before, id_of
from tests.adapters.web_stage import MemoryKeep
from tests.everything import logged
from tests.teams.fake import TENANT
from tests.teams.graph import USERS, Entra
from tests.teams.served import Scripted

OTHER = "88888888-8888-7777-6666-555555555555"


@dataclass
class Following:
    """A process that follows members, and what it was told."""

    bench: GraphBench
    keep: MemoryKeep
    told: list[Member | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.changes = Changes(self.bench.organisation, self.keep, self.changed, self.bench.watch)
        self.changes.begin()

    async def changed(self, member: Member | None) -> None:
        self.told.append(member)

    async def later(self, seconds: float = EVERY) -> int:
        """Let time pass and return how often it was told of something then."""
        before = len(self.told)
        self.bench.watch.seconds += seconds
        await self.changes.tend()
        return len(self.told) - before


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[GraphBench]:
    async with graph_before(tmp_path, groups=("Agents",)) as bench:
        bench.group("Agents", bench.person("Noor"), bench.person("Omar"))
        yield bench


@pytest.fixture
async def following(bench: GraphBench) -> Following:
    """Somebody who follows members already."""
    following = Following(bench, MemoryKeep())
    assert await following.later() == 1
    return following


async def test_without_a_change_nothing_is_told(following: Following) -> None:
    assert [await following.later() for _ in range(3)] == [0, 0, 0]


async def test_a_change_is_told_once_and_names_nobody(following: Following) -> None:
    following.bench.person("Noor", displayName="Noor de Wit")
    assert [await following.later(), await following.later()] == [1, 0]
    assert set(following.told) == {None}


async def test_somebody_new_and_somebody_gone_are_changes(following: Following) -> None:
    following.bench.person("Sanne")
    assert await following.later() == 1
    following.bench.entra.remove(id_of("Omar"))
    assert await following.later() == 1


async def test_another_membership_of_a_chosen_group_is_a_change(following: Following) -> None:
    following.bench.group("Agents", id_of("Noor"))
    assert [await following.later(), await following.later()] == [1, 0]


async def test_another_group_is_not(following: Following) -> None:
    following.bench.group("Planners", id_of("Noor"))
    assert await following.later() == 0


async def test_without_groups_none_is_asked_about(tmp_path: Path) -> None:
    async with graph_before(tmp_path) as bench:
        following = Following(bench, MemoryKeep())
        assert [await following.later(), await following.later()] == [1, 0]
        assert not any("groups" in call or "manager" in call for call in bench.fake.calls)


async def test_another_manager_is_a_change_where_groups_are_chosen(following: Following) -> None:
    (asked,) = [call for call in following.bench.fake.calls if call.startswith("/users/delta?$select")]
    assert "manager" in asked


async def test_nothing_of_the_directory_is_read_to_begin_with(following: Following) -> None:
    """The follower has just read it: what is asked for is a link for what comes later."""
    deltas = [call for call in following.bench.fake.calls if "delta" in call]
    assert len(deltas) == 2
    assert all(call.endswith("$deltatoken=latest") for call in deltas)


async def test_changes_over_many_pages_are_told_once(following: Following) -> None:
    following.bench.fake.size = 3
    for number in range(10):
        following.bench.person(f"P{number}")
    assert [await following.later(), await following.later()] == [1, 0]


async def test_nothing_is_kept_but_links_and_moments(following: Following) -> None:
    following.bench.person("Noor")
    await following.later()
    (kept,) = following.keep.records.values()
    assert list(following.keep.records) == [f"delta/{TENANT}"]
    assert set(json.loads(kept)) == {"at", "told", "groups", "links"}
    assert id_of("Noor") not in kept.decode()
    assert "Noor" not in kept.decode()


# ── how often, and by whom ────────────────────────────────────────────────────────────────────────────────────────


async def test_it_is_asked_no_more_often_than_every_few_minutes(following: Following) -> None:
    asked = len(following.bench.fake.calls)
    following.bench.person("Sanne")
    assert [await following.later(EVERY / 10) for _ in range(9)] == [0] * 9
    assert len(following.bench.fake.calls) == asked
    assert await following.later(EVERY / 10) == 1


async def test_whoever_begins_has_just_looked_and_asks_nothing_yet(bench: GraphBench) -> None:
    following = Following(bench, MemoryKeep())
    assert await following.later(EVERY - 1) == 0
    assert (bench.fake.calls, following.keep.records) == ([], {})


async def test_between_two_askings_the_record_is_left_alone(following: Following) -> None:
    following.keep.records = {}
    assert await following.later(EVERY - 1) == 0
    assert following.keep.records == {}


async def test_of_two_processes_one_asks_at_a_time(following: Following) -> None:
    other = Following(following.bench, following.keep)
    following.bench.person("Sanne")
    assert await following.later() == 1
    asked = len(following.bench.fake.calls)
    assert [await other.later(0), await other.later(EVERY / 2)] == [0, 0]
    assert len(following.bench.fake.calls) == asked


async def test_when_one_process_ends_the_other_goes_on_where_it_was(following: Following) -> None:
    other = Following(following.bench, following.keep)
    following.bench.person("Sanne")
    assert [await other.later(), await other.later()] == [1, 0]


async def test_a_process_that_follows_nobody_asks_nothing(bench: GraphBench) -> None:
    following = Following(bench, MemoryKeep())
    following.changes = Changes(bench.organisation, following.keep, following.changed, bench.watch)
    assert await following.later(ANYWAY) == 0
    assert (bench.fake.calls, following.keep.records) == ([], {})


async def test_a_clock_that_was_set_back_holds_nothing_up(following: Following) -> None:
    following.bench.watch.seconds -= 10 * ANYWAY
    other = Following(following.bench, following.keep)
    other.bench.person("Sanne")
    assert await other.later() == 1


async def test_once_a_day_it_is_told_anyway_since_of_groups_in_groups_nothing_is_heard(following: Following) -> None:
    assert await following.later(ANYWAY - 1) == 0
    assert await following.later() == 1


async def test_each_tenant_that_is_let_in_is_asked(tmp_path: Path) -> None:
    async with graph_before(tmp_path, type="MultiTenant", tenants=frozenset({OTHER})) as bench:
        bench.fake.tenants[OTHER] = Entra()
        following = Following(bench, MemoryKeep())
        await following.later()
        bench.fake.tenants[OTHER].person(id_of("Omar"), "Omar")
        assert await following.later() == 1
        assert set(following.keep.records) == {f"delta/{OTHER}", f"delta/{TENANT}"}


# ── when it goes wrong ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_link_that_is_too_old_is_news_and_it_begins_anew(following: Following) -> None:
    following.bench.entra.forgotten = 1_000
    following.bench.entra.journal += [("users", {"id": id_of("Noor")})] * 1_000
    assert [await following.later(), await following.later()] == [1, 0]
    following.bench.person("Sanne")
    assert await following.later() == 1


@pytest.mark.parametrize("status", [400, 404, 410])
async def test_any_word_for_too_old_is_understood(status: int, following: Following) -> None:
    following.bench.fake.served.script.append(Scripted(status))
    assert [await following.later(), await following.later()] == [1, 0]


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_what_was_not_answered_is_asked_for_again_later(status: int, following: Following) -> None:
    following.bench.person("Sanne")
    following.bench.fake.served.script.append(Scripted(status))
    with logged() as log:
        assert await following.later() == 0
    assert "did not say what changed" in log.getvalue()
    assert following.bench.waited == []
    assert await following.later() == 1


async def test_a_tenant_that_refuses_us_holds_up_no_other(tmp_path: Path) -> None:
    async with graph_before(tmp_path, type="MultiTenant", tenants=frozenset({OTHER})) as bench:
        bench.fake.tenants[OTHER] = Entra(permissions=set())
        following = Following(bench, MemoryKeep())
        assert await following.later() == 1
        bench.entra.permissions.discard(USERS)
        bench.fake.tenants[OTHER].permissions.add(USERS)
        assert await following.later() == 1


async def test_a_link_of_another_cloud_is_not_followed_and_it_begins_anew(following: Following) -> None:
    (kept,) = following.keep.records.values()
    there = kept.decode().replace(following.bench.fake.served.base, "https://graph.microsoft.example")
    following.keep.records = {f"delta/{TENANT}": there.encode()}
    assert [await following.later(), await following.later()] == [1, 0]


@pytest.mark.parametrize("body", ['{"value": []}', '{"value": 5}', '{"value": [], "@odata.deltaLink": 5}'])
async def test_an_answer_of_another_shape_tells_nothing_and_loses_nothing(body: str, following: Following) -> None:
    following.bench.person("Sanne")
    following.bench.fake.served.script.append(Scripted(200, body=body))
    assert [await following.later(), await following.later()] == [0, 1]


async def test_other_chosen_groups_are_asked_about_anew(following: Following) -> None:
    following.bench.group("Planners", id_of("Noor"))
    following.bench.app = type(following.bench.app)(
        **{name: getattr(following.bench.app, name) for name in ("id", "secret", "tenant", "login", "ca", "graph")},
        groups=("Planners",),
        graph_api=following.bench.app.graph_api,
    )
    other = Following(following.bench, following.keep)
    assert await other.later() == 1
    other.bench.group("Planners")
    assert [await other.later(), await other.later()] == [1, 0]


async def test_a_group_that_was_deleted_and_made_anew_is_heard_of(following: Following) -> None:
    following.bench.entra.remove(id_of("group Agents"))
    assert await following.later() == 1
    following.bench.entra.group(id_of("the next Agents"), "Agents", id_of("Noor"))
    assert await following.later() == 1
    following.bench.entra.group(id_of("the next Agents"), "Agents")
    assert [await following.later(), await following.later()] == [1, 0]


async def test_a_group_that_stays_away_is_no_news(following: Following) -> None:
    following.bench.entra.remove(id_of("group Agents"))
    assert [await following.later() for _ in range(3)] == [1, 0, 0]
