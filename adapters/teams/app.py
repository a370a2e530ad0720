"""How our application is known to Microsoft: its id, how it proves who it is, and which tenants may speak to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from adapters.teams.service import may_be_called

AppType = Literal["SingleTenant", "MultiTenant", "UserAssignedMSI"]

METADATA: Final = "https://login.botframework.com/v1/.well-known/openidconfiguration"
"""Where the Bot Framework says with which keys it signs."""
LOGIN: Final = "https://login.microsoftonline.com"
"""Where Microsoft Entra hands out tokens."""
SERVICE: Final = "https://smba.trafficmanager.net/teams/"
"""Where a conversation is begun in a tenant from which nothing came yet.

learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
"""
GRAPH: Final = "https://graph.microsoft.com/v1.0"
"""Where Microsoft Graph is; other clouds of Microsoft have their own (learn.microsoft.com/graph/deployments)."""
TIMEOUT: Final = 10.0
"""Seconds that one call may take."""
MOST_GROUPS: Final = 50
"""Groups of which Graph tells the changes together (learn.microsoft.com/graph/api/group-delta)."""


@dataclass(frozen=True, slots=True)
class TeamsApp:
    """The application and its limits. Raises ValueError when it could not prove who it is, or would let anybody in.

    `tenants` may speak to us beside our own `tenant`. An empty `id` is for `development` alone: then nobody proves
    anything, and only this machine is talked to. `ca` is a file of certificates to trust in place of the usual ones.
    `per_second` messages go into one tenant.
    With `graph` members are read through Microsoft Graph; `groups` are names or object ids of groups in Entra, the
    first that counts first.
    """

    id: str
    secret: str = field(default="", repr=False)
    type: AppType = "SingleTenant"
    tenant: str = ""
    tenants: frozenset[str] = frozenset()
    development: bool = False
    metadata: str = METADATA
    login: str = LOGIN
    ca: str = ""
    service: str = SERVICE
    per_second: float = 25.0
    timeout: float = TIMEOUT
    graph: bool = False
    groups: tuple[str, ...] = ()
    graph_api: str = GRAPH

    def __post_init__(self) -> None:
        if fault := self._fault() or self._fault_of_graph():
            raise ValueError(fault)

    @property
    def anonymous(self) -> bool:
        """Whether nobody proves who they are: on a developer's own machine alone."""
        return not self.id

    @property
    def authority(self) -> str:
        """Where this application gets its tokens."""
        return f"{self.login}/{self.tenant if self.type == 'SingleTenant' else 'botframework.com'}"

    @property
    def let_in(self) -> tuple[str, ...]:
        """The tenants whose people may speak to us, in alphabetical order; in development there may be none to name."""
        return tuple(sorted({self.tenant, *self.tenants} - {""}))

    @property
    def alone(self) -> str:
        """The only tenant that is let in, "" when there are several, or none to name."""
        return self.let_in[0] if len(self.let_in) == 1 else ""

    def lets_in(self, tenant: str) -> bool:
        """Whether people of this tenant may speak to us. Without an id everybody on this machine may."""
        return self.anonymous or tenant in self.tenants or (bool(tenant) and tenant == self.tenant)

    def _fault(self) -> str:
        if self.anonymous:
            needed = "without an app id anybody is let in: give the app id, or say that this is for development"
            return "" if self.development else needed
        if self.type == "SingleTenant" and not self.tenant:
            return "SingleTenant needs the tenant: its id stands beside the app id in the Azure portal"
        if self.type != "UserAssignedMSI" and not self.secret:
            return f"{self.type} needs the client secret of the app"
        if not (self.tenant or self.tenants):
            return f"{self.type} needs the tenants that may speak to it: else every organisation could"
        return ""

    def _fault_of_graph(self) -> str:
        if self.groups and not self.graph:
            return "groups are read through Microsoft Graph: let members be read through it, or name no groups"
        if len(self.groups) > MOST_GROUPS:
            return f"Microsoft Graph follows at most {MOST_GROUPS} groups: put some together in a group of groups"
        if not self.graph:
            return ""
        if self.anonymous:
            return "Microsoft Graph tells nothing to an app without an id"
        if self.type == "UserAssignedMSI" and self.let_in != (self.tenant,):
            return "with a managed identity Microsoft Graph tells of its own tenant alone: name that one, and no others"
        return "" if may_be_called(self.graph_api, only_here=False) else "Microsoft Graph is called over https alone"
