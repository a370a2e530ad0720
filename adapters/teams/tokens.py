"""The token with which we prove who we are: one application of MSAL for all calls, and with it one cache.

MSAL blocks, so it works in a few threads of its own: neither the event loop nor anybody else's threads wait for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, Protocol, TypeVar

import msal
import requests
from msal.exceptions import MsalError

from adapters.teams.app import LOGIN, TeamsApp
from adapters.teams.failures import SOON, Unauthorised

RESOURCE: Final = "https://api.botframework.com"
"""What most tokens are for: the Bot Framework's channels."""
THREADS: Final = 2
"""One that asks for a token, and one that does when an earlier one hangs."""
PATIENCE: Final = 30.0
"""Seconds for all that MSAL does for one token; each of its requests has the timeout of the application beside that."""

T = TypeVar("T")


class Tokens(Protocol):
    """Whoever has a token."""

    async def get(self) -> str:
        """Return a token that counts now, "" where none is needed. Raises DeliveryError."""

    async def doubt(self, token: str) -> None:
        """Hear that this token was refused, so that the next one is a new one."""

    def close(self) -> None:
        """Let go of the threads."""


class Nobody:
    """No token, for a developer's own machine."""

    async def get(self) -> str:
        return ""

    async def doubt(self, token: str) -> None: ...

    def close(self) -> None: ...


class Entra:
    """Tokens from Microsoft Entra, with a client secret or with the managed identity of the machine in Azure.

    A token is for one `resource`, and from the tenant of the `authority`, which is usually that of the application.
    """

    def __init__(self, app: TeamsApp, resource: str = RESOURCE, authority: str = "") -> None:
        logging.getLogger("msal").setLevel(logging.CRITICAL)
        self._app = app
        self._resource = resource
        self._authority = authority or app.authority
        self._msal: Any = None
        self._newest = ""
        self._session = _session(app)
        self._one_at_a_time = asyncio.Lock()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="teams")

    async def get(self) -> str:
        """Return a token that counts now. Raises DeliveryError."""
        try:
            async with asyncio.timeout(PATIENCE), self._one_at_a_time:
                found = await self._in_a_thread(self._acquired)
        except (TimeoutError, requests.RequestException, MsalError) as error:
            raise Unauthorised(type(error).__name__, SOON) from error
        except ValueError as error:
            raise Unauthorised(type(error).__name__) from error
        token = found.get("access_token")
        if not isinstance(token, str) or not token:
            raise Unauthorised(str(found.get("error", "no token")))
        self._newest = token
        return token

    async def doubt(self, token: str) -> None:
        """Forget a token, where MSAL can: that of a managed identity it keeps until its end."""
        async with self._one_at_a_time:
            if token == self._newest and hasattr(self._msal, "remove_tokens_for_client"):
                self._newest = ""  # whoever else had it refused finds the next one
                await self._in_a_thread(self._msal.remove_tokens_for_client)

    def close(self) -> None:
        """Let go of the threads and the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._session.close()

    async def _in_a_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _acquired(self) -> dict[str, Any]:
        """Return what MSAL has in its cache, or what Microsoft answered. Blocks."""
        if self._msal is None:  # making one asks Microsoft where to ask
            self._msal = self._made()
        if self._app.type == "UserAssignedMSI":
            return dict(self._msal.acquire_token_for_client(resource=self._resource))
        return dict(self._msal.acquire_token_for_client(scopes=[f"{self._resource}/.default"]))

    def _made(self) -> Any:
        if self._app.type == "UserAssignedMSI":
            return _managed(self._app, self._session)
        return _confidential(self._app, self._authority, self._session)


def _confidential(app: TeamsApp, authority: str, session: requests.Session) -> Any:
    return msal.ConfidentialClientApplication(
        app.id,
        client_credential=app.secret,
        authority=authority,
        instance_discovery=None if app.login == LOGIN else False,  # another place is known to nobody but us
        http_client=session,
    )


def _managed(app: TeamsApp, session: requests.Session) -> Any:
    return msal.ManagedIdentityClient(msal.UserAssignedManagedIdentity(client_id=app.id), http_client=session)


def _session(app: TeamsApp) -> requests.Session:
    """Return connections for MSAL with a limit in time. What a session trusts, the environment would override."""
    session = requests.Session()
    session.request = partial(session.request, timeout=app.timeout, verify=app.ca or True)  # type: ignore[method-assign]
    return session
