"""Members from Microsoft Graph: who is one, in which group, under whom; over all pages, and never half a list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.port import DeliveryError, Member
from adapters.teams.failures import Refused, Unauthorised
from tests.adapters.graph_bench import GraphBench, graph_before, id_of
from tests.everything import logged
from tests.teams.fake import TENANT
from tests.teams.graph import GROUPS, USERS, Entra
from tests.teams.served import Scripted

OTHER = "88888888-8888-7777-6666-555555555555"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[GraphBench]:
    async with graph_before(tmp_path) as bench:
        yield bench


def test_an_object_id_is_the_same_for_the_same_name() -> None:
    assert id_of("Noor") == id_of("Noor") != id_of("Omar")


# ── who is a member ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_user_is_a_member_with_what_graph_tells(bench: GraphBench) -> None:
    bench.person("Noor", mail="Noor@Lente.example", preferredLanguage="en-GB")
    assert await bench.members() == [Member(id_of("Noor"), "Noor", "Noor@Lente.example", "en-GB", "")]


@pytest.mark.parametrize(
    "told",
    [
        {"accountEnabled": False},
        {"userType": "Guest"},
        {"userPrincipalName": "noor_else.example#EXT#@lente.onmicrosoft.example"},
    ],
    ids=["blocked", "guest", "account elsewhere"],
)
async def test_who_is_not_the_employers_is_not_active(told: dict[str, Any], bench: GraphBench) -> None:
    bench.person("Noor", **told)
    assert not (await bench.member("Noor")).active


async def test_an_account_of_before_there_were_kinds_of_users_is_active(bench: GraphBench) -> None:
    bench.person("Noor", userType=None, accountEnabled=None, preferredLanguage=None)
    noor = await bench.member("Noor")
    assert (noor.active, noor.locale) == (True, "")


async def test_whoever_has_no_mailbox_is_known_by_their_login(bench: GraphBench) -> None:
    bench.person("Noor", mail=None, userPrincipalName="noor@lente.example")
    assert (await bench.member("Noor")).email == "noor@lente.example"


async def test_only_what_is_taken_over_is_asked_for(bench: GraphBench) -> None:
    bench.person("Noor")
    await bench.members()
    assert bench.fake.calls == [
        "/users?$select=id,displayName,mail,userPrincipalName,preferredLanguage,accountEnabled,userType&$top=999"
    ]


# ── groups and managers ───────────────────────────────────────────────────────────────────────────────────────────


async def test_the_members_of_a_chosen_group_are_in_it_and_others_in_none(tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=("Agents",)) as bench:
        bench.group("Agents", bench.person("Noor"))
        bench.person("Omar")
        assert {one.name: one.group for one in await bench.members()} == {"Noor": "Agents", "Omar": ""}


async def test_somebody_in_a_group_within_a_chosen_group_is_in_that(tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=("Agents",)) as bench:
        bench.group("Agents", bench.group("Noord", bench.person("Noor")), id_of("a printer"))
        assert [(one.name, one.group) for one in await bench.members()] == [("Noor", "Agents")]


async def test_the_first_chosen_group_counts(tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=("Zuid", "Noord")) as bench:
        noor = bench.person("Noor")
        bench.group("Noord", noor)
        bench.group("Zuid", noor)
        assert (await bench.member("Noor")).group == "Zuid"


@pytest.mark.parametrize("name", ["Team d'Été", "A & B? #1/2 100%", "agents"])
async def test_a_group_of_any_name_is_found_whatever_its_capitals(name: str, tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=(name,)) as bench:
        bench.group(name.title(), bench.person("Noor"))
        assert (await bench.member("Noor")).group == name.title()


async def test_a_group_may_be_chosen_by_its_object_id(tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=(id_of("group Agents").upper(),)) as bench:
        bench.entra.group(id_of("group Agents").upper(), "Agents", bench.person("Noor"))
        assert (await bench.member("Noor")).group == "Agents"


@pytest.mark.parametrize("group", ["Agents", id_of("group Agents")])
async def test_a_group_that_is_not_there_is_named_and_nobody_is_listed(group: str, tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=(group,)) as bench:
        bench.person("Noor")
        with pytest.raises(DeliveryError, match=group) as caught:
            await bench.members()
        assert caught.value.permanent


async def test_a_name_that_several_groups_have_chooses_none_of_them(tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=("Agents",)) as bench:
        for number in range(2):
            bench.entra.group(id_of(f"group {number}"), "Agents")
        with pytest.raises(DeliveryError, match=r"several groups 'Agents': give the object id") as caught:
            await bench.members()
        assert caught.value.permanent


async def test_whom_somebody_reports_to_is_told_where_groups_are_chosen(tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=("Agents",)) as bench:
        lead = bench.person("Lead")
        bench.group("Agents", bench.person("Noor", manager=lead))
        assert ((await bench.member("Noor")).manager, (await bench.member("Lead")).manager) == (lead, "")


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [1, 7, 15, 29, 30, 31])
async def test_everybody_is_listed_over_all_pages(size: int, tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=("Agents",)) as bench:
        bench.fake.size = size
        bench.group("Agents", *(bench.person(f"P{number}") for number in range(30)))
        members = await bench.members()
    assert {one.name: one.group for one in members} == {f"P{number}": "Agents" for number in range(30)}


async def test_pages_that_go_round_in_a_circle_are_no_list(bench: GraphBench) -> None:
    bench.person("Noor")
    again = f'{{"value": [], "@odata.nextLink": "{bench.fake.api}/users?again"}}'
    bench.fake.served.script.extend([Scripted(200, body=again)] * 3)
    with pytest.raises(DeliveryError, match="does not end"):
        await bench.members()
    assert len(bench.fake.calls) == 2


@pytest.mark.parametrize(
    "where",
    [
        *("https://graph.evil.example", "http://127.0.0.1:1", "{base}.evil.example"),
        *("{base}@evil.example", "https://{host}"),
    ],
)
async def test_a_page_elsewhere_is_not_fetched_since_our_token_would_go_along(where: str, bench: GraphBench) -> None:
    base = bench.fake.served.base
    bench.fake.elsewhere = where.format(base=base, host=base.removeprefix("http://"))
    bench.fake.size = 1
    bench.person("Noor")
    bench.person("Omar")
    with pytest.raises(DeliveryError, match="elsewhere"):
        await bench.members()
    assert len(bench.fake.calls) == 1


@pytest.mark.parametrize("path", ["/v1.0/users?\r\nHost: evil", "/v1.0/üsers", "/" + "x" * 9_000])
async def test_a_link_of_an_odd_shape_is_not_followed(path: str, bench: GraphBench) -> None:
    with pytest.raises(DeliveryError, match="elsewhere"):
        await bench.graph.get(TENANT, f"{bench.fake.served.base}{path}")
    assert bench.fake.calls == []


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"value": null}',
        '{"value": {}}',
        '{"value": ["x"]}',
        "[]",
        "no json",
        '{"value": [], "@odata.nextLink": 5}',
    ],
)
async def test_what_is_no_list_is_a_failure_and_not_an_empty_list(body: str, bench: GraphBench) -> None:
    bench.person("Noor")
    bench.fake.served.script.append(Scripted(200, body=body))
    with pytest.raises(DeliveryError) as caught:
        await bench.members()
    assert not caught.value.permanent


async def test_a_person_of_an_odd_shape_is_left_out_and_no_other(bench: GraphBench) -> None:
    odd = '{"id": null}, {"id": 5}, {"id": "a/b"}, {}, {"id": "a-1", "displayName": 7, "mail": [], "manager": 3}'
    bench.fake.served.script.append(Scripted(200, body=f'{{"value": [{odd}]}}'))
    assert await bench.members() == [Member("a-1", "", "", "", "")]


# ── patience and refusals ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_page_that_fails_for_the_moment_is_asked_for_again(bench: GraphBench) -> None:
    bench.person("Noor")
    bench.fake.served.script.extend([Scripted(429, {"Retry-After": "7"}), Scripted(503), Scripted(502)])
    assert len(await bench.members()) == 1
    assert bench.waited == [8, 2, 4]


@pytest.mark.parametrize("page", [0, 1])
async def test_one_page_that_fails_for_good_stops_the_whole_reading(page: int, bench: GraphBench) -> None:
    bench.fake.size = 1
    bench.person("Noor")
    bench.person("Omar")
    good = Scripted(200, body=f'{{"value": [], "@odata.nextLink": "{bench.fake.api}/users?$select=id"}}')
    bench.fake.served.script.extend([*[good] * page, *[Scripted(500)] * 5])
    with pytest.raises(Refused) as caught:
        await bench.members()
    assert (caught.value.status, caught.value.permanent) == (500, False)


@pytest.mark.parametrize(
    "body", ['{"id": 5, "displayName": "A"}', '{"id": "../users", "displayName": "A"}', '{"id": "%s"}', "{}", "[]"]
)
async def test_what_is_no_group_is_a_failure_that_may_pass(body: str, tmp_path: Path) -> None:
    async with graph_before(tmp_path, groups=(id_of("group Agents"),)) as bench:
        bench.fake.served.script.append(Scripted(200, body=body.replace("%s", id_of("group Agents"))))
        with pytest.raises(DeliveryError, match="no group") as caught:
            await bench.members()
    assert not caught.value.permanent
    assert len(bench.fake.calls) == 1


@pytest.mark.parametrize(
    ("missing", "groups"), [(USERS, ()), (GROUPS, ("Agents",)), (GROUPS, (id_of("group Agents"),))]
)
async def test_a_permission_that_was_not_given_is_a_refusal(
    missing: str, groups: tuple[str, ...], tmp_path: Path
) -> None:
    async with graph_before(tmp_path, groups=groups) as bench:
        bench.group("Agents", bench.person("Noor"))
        bench.entra.permissions.discard(missing)
        with pytest.raises(Refused, match="403 Authorization_RequestDenied") as caught:
            await bench.members()
    assert caught.value.permanent


async def test_a_token_that_counts_no_more_is_replaced_by_a_new_one(bench: GraphBench) -> None:
    bench.person("Noor")
    await bench.members()
    bench.teams.issued.clear()
    assert len(await bench.members()) == 1
    assert bench.teams.tokens == 2


async def test_without_a_secret_that_counts_nothing_is_asked(bench: GraphBench) -> None:
    bench.teams.no_secret = True
    with pytest.raises(Unauthorised):
        await bench.members()
    assert bench.fake.calls == []


# ── tokens and tenants ────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_token_is_one_for_graph_from_the_own_tenant(bench: GraphBench) -> None:
    bench.person("Noor")
    await bench.members()
    await bench.members()
    assert list(bench.teams.issued.values()) == [(TENANT, bench.fake.served.base)]


async def test_a_managed_identity_asks_its_machine_for_a_token_for_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with graph_before(tmp_path, type="UserAssignedMSI", secret="") as bench:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{bench.teams.machine.base}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "the-header")
        bench.person("Noor")
        assert len(await bench.members()) == 1
        assert list(bench.teams.issued.values()) == [(TENANT, bench.fake.served.base)]


async def test_each_tenant_that_is_let_in_is_read_with_a_token_of_its_own(tmp_path: Path) -> None:
    async with graph_before(tmp_path, type="MultiTenant", tenants=frozenset({OTHER}), groups=("Agents",)) as bench:
        bench.fake.tenants[OTHER] = other = Entra()
        lead = bench.person("Lead")
        bench.group("Agents", bench.person("Noor", manager=lead))
        other.person(id_of("Omar"), "Omar")
        found = {one.address: (one.group, one.manager) for one in await bench.members()}
    assert found == {
        f"{TENANT}/{id_of('Noor')}": ("Agents", f"{TENANT}/{lead}"),
        f"{TENANT}/{lead}": ("", ""),
        f"{OTHER}/{id_of('Omar')}": ("", ""),
    }
    assert {tenant for tenant, _ in bench.teams.issued.values()} == {TENANT, OTHER}


async def test_a_tenant_that_refuses_us_is_left_out_with_a_warning(tmp_path: Path) -> None:
    async with graph_before(tmp_path, type="MultiTenant", tenants=frozenset({OTHER}), groups=("Agents",)) as bench:
        bench.fake.tenants[OTHER] = Entra(permissions=set())
        bench.person("Noor")
        with logged() as log:
            assert [one.address for one in await bench.members()] == [f"{TENANT}/{id_of('Noor')}"]
    assert "a tenant gave no list of members" in log.getvalue()


async def test_when_every_tenant_refuses_us_that_is_a_failure(tmp_path: Path) -> None:
    async with graph_before(tmp_path, type="MultiTenant", tenants=frozenset({OTHER})) as bench:
        bench.fake.tenants[OTHER] = Entra(permissions=set())
        bench.entra.permissions.clear()
        with pytest.raises(Refused):
            await bench.members()


async def test_a_tenant_that_does_not_answer_stops_the_whole_reading(tmp_path: Path) -> None:
    async with graph_before(tmp_path, type="MultiTenant", tenants=frozenset({OTHER})) as bench:
        bench.person("Noor")
        bench.fake.served.script.extend([Scripted(503)] * 5)
        with pytest.raises(Refused):
            await bench.members()
