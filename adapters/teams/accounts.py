"""People as Microsoft lists them, in a team or in Graph, become members. Pure.

learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context, learn.microsoft.com/graph/api/resources/user
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.port import Member
from adapters.teams.addresses import Addresses
from adapters.teams.exchange import Listed

OUTSIDERS: Final = frozenset({"guest", "anonymous"})
"""How a team names who is in it without being the employer's."""
FOREIGN: Final = "#ext#"
"""What stands in the login of somebody whose account is in another tenant, guest or not.

learn.microsoft.com/entra/external-id/user-properties
"""
_ID: Final = re.compile(r"[!-.0-~]{1,100}")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody in a tenant; what is not told is "". `login` is their user principal name.

    `group` is the first of the chosen groups that they are in, `manager` the object id of whom they report to.
    """

    tenant: str
    id: str
    name: str = ""
    mail: str = ""
    login: str = ""
    locale: str = ""
    active: bool = True
    group: str = ""
    manager: str = ""


def account_in_team(listed: Listed, tenant: str) -> Account | None:
    """Return somebody in a team of this tenant; None without an object id, which is so for other bots.

    Guests, and people of other tenants in a channel that is shared with them, are not the employer's: not active.
    """
    if not _ID.fullmatch(listed.person.entra):
        return None
    theirs = (listed.tenant or tenant) if tenant else ""  # in development a team may be of no tenant
    outside = listed.role.casefold() in OUTSIDERS or _is_foreign(listed.login)
    return Account(
        tenant=theirs,
        id=listed.person.entra,
        name=listed.name,
        mail=listed.email,
        login=listed.login,
        active=not outside and theirs.casefold() == tenant.casefold(),
    )


def account_in_graph(raw: Mapping[str, Any], tenant: str, groups: Mapping[str, str]) -> Account | None:
    """Return a user of Graph; None without an object id. `groups` names the group of an object id, in small letters.

    Somebody who is blocked is not active, and neither is a guest, nor whoever has their account in another tenant.
    """
    id_ = _text(raw, "id")
    if not _ID.fullmatch(id_):
        return None
    manager, login = raw.get("manager"), _text(raw, "userPrincipalName")
    outside = _text(raw, "userType").casefold() in OUTSIDERS or _is_foreign(login)
    return Account(
        tenant=tenant,
        id=id_,
        name=_text(raw, "displayName"),
        mail=_text(raw, "mail"),
        login=login,
        locale=_text(raw, "preferredLanguage"),
        active=raw.get("accountEnabled") is not False and not outside,
        group=groups.get(id_.lower(), ""),
        manager=_text(manager, "id") if isinstance(manager, Mapping) else "",
    )


def members_of(accounts: Iterable[Account], addresses: Addresses) -> list[Member]:
    """Return each of them once: as active, when one of several lists says so.

    Whoever has no mailbox has a login that looks like an e-mail address, and usually is what others know them by. It
    stands in for one, unless it is told as somebody else's e-mail address, or is nobody's alone.
    """
    known: dict[str, Account] = {}
    for account in accounts:
        address = addresses.of(account.tenant, account.id)
        if address not in known or (account.active and not known[address].active):
            known[address] = account
    taken = {account.mail.casefold() for account in known.values()}
    logins = Counter(account.login.casefold() for account in known.values())
    alone = {login for login, times in logins.items() if times == 1} - taken
    return [_member(address, account, addresses, alone) for address, account in known.items()]


def _member(address: str, account: Account, addresses: Addresses, logins: Collection[str]) -> Member:
    """Time zones stay empty: Graph tells them only to who may read mailboxes."""
    return Member(
        address=address,
        name=account.name,
        email=account.mail or (account.login if account.login.casefold() in logins else ""),
        locale=account.locale,
        timezone="",
        active=account.active,
        group=account.group,
        manager=addresses.of(account.tenant, account.manager) if account.manager else "",
    )


def _is_foreign(login: str) -> bool:
    return FOREIGN in login.casefold()


def _text(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""
