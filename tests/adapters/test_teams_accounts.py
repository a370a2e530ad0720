"""Accounts become members: everybody once, and an e-mail address that is nobody else's."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from adapters.teams.accounts import Account, account_in_graph, members_of
from adapters.teams.addresses import Addresses

NOOR = Account("t", "a-1", "Noor", "noor@lente.example", "noor@lente.example")
OMAR = Account("t", "a-2", "Omar", "", "omar@lente.example")


def emails(*accounts: Account) -> list[str]:
    return [member.email for member in members_of(accounts, Addresses("t"))]


def test_a_login_stands_in_for_an_e_mail_address_that_is_not_there() -> None:
    assert emails(NOOR, OMAR) == ["noor@lente.example", "omar@lente.example"]


def test_a_login_that_is_somebody_elses_e_mail_address_does_not() -> None:
    assert emails(NOOR, replace(OMAR, login="Noor@lente.example")) == ["noor@lente.example", ""]


def test_a_login_that_two_have_stands_in_for_neither() -> None:
    assert emails(OMAR, replace(OMAR, id="a-3", login="OMAR@lente.example")) == ["", ""]


def test_a_login_that_another_tenant_has_too_does_not_either() -> None:
    assert emails(OMAR, replace(NOOR, tenant="u", login=OMAR.login)) == ["", "noor@lente.example"]


def test_of_two_lists_that_tell_of_somebody_the_first_counts() -> None:
    (member,) = members_of([NOOR, replace(NOOR, name="N.", group="Noord")], Addresses("t"))
    assert (member.name, member.group) == ("Noor", "")


NAMES = st.sampled_from(["", "p0@x", "P0@x", "p1@x", "p2@x"])
ACCOUNTS = st.lists(
    st.builds(
        Account,
        st.sampled_from(["t", "U"]),
        st.sampled_from(["a-1", "A-1", "a-2", "a-3"]),
        mail=NAMES,
        login=NAMES,
        active=st.booleans(),
        manager=st.sampled_from(["", "A-1", "a-2"]),
    )
)


@given(ACCOUNTS, st.sampled_from(["t", ""]))
def test_everybody_is_a_member_once_and_active_when_any_list_says_so(accounts: list[Account], alone: str) -> None:
    addresses = Addresses(alone)
    members = members_of(accounts, addresses)
    assert Counter(member.address for member in members) == Counter({addresses.of(a.tenant, a.id) for a in accounts})
    for member in members:
        assert member.active == any(a.active for a in accounts if addresses.of(a.tenant, a.id) == member.address)
        assert member.address == member.address.lower()
        assert member.manager == member.manager.lower()


@given(ACCOUNTS)
def test_a_login_never_doubles_an_e_mail_address(accounts: list[Account]) -> None:
    """Whoever is matched by it would otherwise be somebody else."""
    members = members_of(accounts, Addresses("t"))
    told = {account.mail.casefold() for account in accounts if account.mail}
    stood_in = [member.email.casefold() for member in members if member.email.casefold() not in told]
    assert all(times == 1 for email, times in Counter(stood_in).items() if email)


@given(
    st.dictionaries(
        st.sampled_from(["id", "displayName", "mail", "userPrincipalName", "userType", "accountEnabled", "manager"]),
        st.recursive(
            st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.dictionaries(st.just("id"), inner)
        ),
    )
)
def test_whatever_graph_tells_of_somebody_nothing_breaks(raw: dict[str, object]) -> None:
    account = account_in_graph(raw, "t", {})
    assert account is None or (account.id and "/" not in account.id)
