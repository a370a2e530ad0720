"""How people of Teams are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.port import DeliveryError, workspace_of
from adapters.teams.addresses import Addresses

TENANT = "7f2f0c61-54b9-4b9b-9a3a-3d0f1c9c0001"
SOMEBODY = "0D1B5E0A-1111-4222-8333-ABCDEF012345"


def test_somebody_of_the_only_tenant_is_named_by_their_object_id() -> None:
    assert Addresses(TENANT).of(TENANT, SOMEBODY) == SOMEBODY.lower()


def test_somebody_of_one_of_several_tenants_is_named_with_it_so_that_each_is_sent_to_by_itself() -> None:
    address = Addresses("").of(TENANT.upper(), SOMEBODY)
    assert (address, workspace_of(address)) == (f"{TENANT}/{SOMEBODY.lower()}", TENANT)


@given(st.uuids(), st.uuids(), st.booleans())
def test_an_address_says_whose_it_is_again(tenant: object, somebody: object, alone: bool) -> None:
    addresses = Addresses(str(tenant).upper() if alone else "")
    address = addresses.of(str(tenant).upper(), str(somebody).upper())
    assert addresses.parts(address) == (str(tenant), str(somebody))


@pytest.mark.parametrize(("alone", "address"), [("", "somebody"), (TENANT, "tenant/somebody")])
def test_nobody_is_reached_at_an_address_of_the_time_before_the_tenants_let_in_were_changed(
    alone: str, address: str
) -> None:
    with pytest.raises(DeliveryError) as refused:
        Addresses(alone).parts(address)
    assert refused.value.permanent
