"""A fake Microsoft Graph on loopback: users, managers, groups in groups, paging, delta, and what it refuses.

It takes a query of the kinds that Microsoft documents, and no other: learn.microsoft.com/graph/query-parameters,
learn.microsoft.com/graph/paging, learn.microsoft.com/graph/delta-query-overview
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from tests.teams.fake import TENANT, FakeTeams
from tests.teams.served import Call, Json, Served

USERS, GROUPS = "User.Read.All", "GroupMember.Read.All"
"""The permissions that an administrator gives."""
MOST: Final = 999
OWN: Final = {
    *("id", "displayName", "mail", "userPrincipalName", "preferredLanguage"),
    *("accountEnabled", "userType", "members", "manager"),
}


class Answered(Exception):
    """Says no."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass
class Entra:
    """A tenant: its people and groups, and everything that ever changed in it."""

    users: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, Json] = field(default_factory=dict)
    permissions: set[str] = field(default_factory=lambda: {USERS, GROUPS})
    journal: list[tuple[str, Json]] = field(default_factory=list)
    forgotten: int = 0
    """How much of the journal a link may not ask for any more."""

    def person(self, id_: str, name: str = "", **told: Any) -> str:
        """Add or change somebody; None leaves a field out."""
        email = f"{name or id_}@lente.example".casefold()
        usual = {"displayName": name or id_, "mail": email, "userPrincipalName": email, "preferredLanguage": "nl-NL"}
        whole = {"id": id_, **usual, "accountEnabled": True, "userType": "Member", **told}
        self.users[id_] = {key: value for key, value in whole.items() if value is not None}
        self.journal.append(("users", {"id": id_}))
        return id_

    def group(self, id_: str, name: str, *members: str) -> str:
        """Add or change a group of users and groups."""
        self.groups[id_] = {"id": id_, "displayName": name, "members": list(members)}
        self.journal.append(("groups", {"id": id_, "members@delta": [{"id": one} for one in members]}))
        return id_

    def remove(self, id_: str) -> None:
        """Delete somebody, or a group."""
        kind = "users" if self.users.pop(id_, None) else "groups"
        self.groups.pop(id_, None)
        self.journal.append((kind, {"id": id_, "@removed": {"reason": "changed"}}))

    def within(self, group: str) -> list[Json]:
        """Return everybody and every group in a group, at any depth."""
        found: dict[str, Json] = {}
        wanted = list(self.groups[group]["members"])
        while wanted:
            id_ = wanted.pop(0)
            kind = "group" if id_ in self.groups else "user" if id_ in self.users else "device"
            if id_ not in found:
                found[id_] = {"@odata.type": f"#microsoft.graph.{kind}", "id": id_}
                wanted += self.groups[id_]["members"] if kind == "group" else []
        return list(found.values())


class FakeGraph:
    """All of Graph that the product meets; the tokens are those that the fake Entra hands out for it."""

    def __init__(self, teams: FakeTeams) -> None:
        self._teams = teams
        self.served = Served(self._answered)
        self.tenants = {TENANT: Entra()}
        self.size = MOST
        """People on one page at most."""
        self.elsewhere = ""
        """Where its links lead instead."""

    @property
    def api(self) -> str:
        return f"{self.served.base}/v1.0"

    @property
    def calls(self) -> list[str]:
        """What was asked, without where it is."""
        return [call.path.removeprefix("/v1.0") for call in self.served.calls]

    def _answered(self, call: Call) -> tuple[int, Any]:
        try:
            return 200, self._found(self._tenant(call), call)
        except Answered as no:
            return no.status, {"error": {"code": no.code, "message": "Noor may not", "innerError": {"date": "now"}}}

    def _tenant(self, call: Call) -> Entra:
        token = call.headers.get("Authorization", "").removeprefix("Bearer ")
        tenant, resource = self._teams.issued.get(token, ("", ""))
        if resource != self.served.base or tenant not in self.tenants:
            raise Answered(401, "InvalidAuthenticationToken")
        return self.tenants[tenant]

    def _found(self, there: Entra, call: Call) -> Json:
        query = dict(call.query)
        parts = call.path.partition("?")[0].removeprefix("/v1.0/").split("/")
        if (USERS if parts[0] == "users" else GROUPS) not in there.permissions:
            raise Answered(403, "Authorization_RequestDenied")
        if unknown := query.keys() - {"$select", "$expand", "$filter", "$top", "$skiptoken", "$deltatoken"}:
            raise Answered(400, f"Request_{''.join(sorted(unknown)).strip('$')}")
        if set(query.get("$select", "id").split(",")) - OWN:
            raise Answered(400, "Request_UnsupportedQuery")
        match parts:
            case ["users"]:
                return self._page(call, [_person(user, query) for user in there.users.values()], query)
            case ["groups"]:
                return self._page(call, [_only(one, query) for one in _named(there, query["$filter"])], query)
            case ["groups" | "users" as kind, "delta"]:
                return self._delta(there, kind, query)
            case ["groups", id_] if id_ in there.groups:
                return _only(there.groups[id_], query)
            case ["groups", id_, "transitiveMembers"] if id_ in there.groups:
                return self._page(call, there.within(id_), query)
        raise Answered(404, "Request_ResourceNotFound")

    def _page(self, call: Call, rows: list[Json], query: Mapping[str, str]) -> Json:
        if int(query.get("$top", "1")) > MOST:
            raise Answered(400, "Request_BadRequest")
        begin = int(query.get("$skiptoken", "0"))
        end = begin + min(self.size, int(query.get("$top", "100")))
        found: Json = {"@odata.context": f"{self.api}/$metadata", "value": rows[begin:end]}
        if end < len(rows):
            asked = re.sub(r"&\$skiptoken=\d+", "", call.path)
            found["@odata.nextLink"] = f"{self.elsewhere or self.served.base}{asked}&$skiptoken={end}"
        return found

    def _delta(self, there: Entra, kind: str, query: Mapping[str, str]) -> Json:
        """Tell what the journal has after a moment; what the first asking chose is part of the link."""
        begin, chosen = query.get("$deltatoken", ""), re.findall(r"'([^']+)'", query.get("$filter", ""))
        if begin == "latest":
            begin, chosen_then = str(len(there.journal)), ".".join(chosen)
        else:
            begin, _, chosen_then = (begin or query.get("$skiptoken", "")).partition("~")
        if not begin or int(begin) < there.forgotten:
            raise Answered(410, "resyncRequired")
        wanted = [part for part in chosen_then.split(".") if part]
        rows = [(n, row) for n, (what, row) in enumerate(there.journal) if n >= int(begin) and what == kind]
        rows = [(n, row) for n, row in rows if not wanted or row["id"] in wanted]
        told, left = rows[: self.size], rows[self.size :]
        name, token, after = ("next", "skip", left[0][0]) if left else ("delta", "delta", len(there.journal))
        link = f"{self.elsewhere or self.served.base}/v1.0/{kind}/delta?${token}token={after}~{chosen_then}"
        return {"value": [row for _, row in told], f"@odata.{name}Link": link}


def _person(user: Json, query: Mapping[str, str]) -> Json:
    found = _only(user, query)
    if query.get("$expand") == "manager($select=id)" and user.get("manager"):
        found["manager"] = {"@odata.type": "#microsoft.graph.user", "id": user["manager"]}
    return found


def _only(row: Json, query: Mapping[str, str]) -> Json:
    """Return the fields that were asked for; of what is not known Graph says null."""
    return {name: row.get(name) for name in query["$select"].split(",")}


def _named(there: Entra, wanted: str) -> list[Json]:
    found = re.fullmatch(r"displayName eq '((?:[^']|'')*)'", wanted)
    if found is None:
        raise Answered(400, "Request_UnsupportedQuery")
    name = found[1].replace("''", "'").casefold()
    return [group for group in there.groups.values() if group["displayName"].casefold() == name]


@asynccontextmanager
async def fake_graph(teams: FakeTeams) -> AsyncIterator[FakeGraph]:
    """Serve a fake Graph on 127.0.0.1 beside a fake Bot Framework."""
    graph = FakeGraph(teams)
    async with graph.served.open():
        yield graph
