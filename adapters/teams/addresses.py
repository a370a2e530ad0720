"""How people of Teams are named: by their object id in Microsoft Entra, which outlives any installation of ours."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.port import DeliveryError


@dataclass(frozen=True, slots=True)
class Addresses:
    """People are named by their object id in the tenant that is let in `alone`, else, when that is "", as `tenant/id`.

    Entra does not tell capitals of an id apart, and neither do we: everything is written small.
    """

    alone: str

    def of(self, tenant: str, entra_id: str) -> str:
        """Return the address of somebody."""
        return (entra_id if self.alone else f"{tenant}/{entra_id}").lower()

    def channel(self, tenant: str, conversation: str) -> str:
        """Return the address of a channel. Its id is no object id of Entra: its capitals count."""
        return conversation if self.alone else f"{tenant.lower()}/{conversation}"

    def parts(self, address: str) -> tuple[str, str]:
        """Return tenant and object id, or the id of a channel. Raises DeliveryError for an address of the other kind.

        Such a one is of the time before several tenants were let in, or after: nobody is reached there.
        """
        tenant, slash, entra_id = address.partition("/")
        if bool(slash) == bool(self.alone):
            raise DeliveryError("the address is not one of a tenant that is let in", permanent=True)
        return (tenant, entra_id) if slash else (self.alone.lower(), address)


def address_beside(address: str, entra_id: str) -> str:
    """Return the address of somebody in the same tenant as who has this one."""
    tenant, slash, _ = address.rpartition("/")
    return f"{tenant}{slash}{entra_id}".lower()
