"""The Microsoft 365 Agents Playground: Microsoft's own page that looks and speaks like Teams, before a bot on loopback.

Its licence allows evaluation only, so it is installed from npm for whoever asks for it and is part of nothing. It
listens on every address of the machine, and may run only where there is nothing but loopback: `make playground` gives
it a network namespace of its own.

It differs from Teams. No token is sent; one person sits before it at a time; a button that opens a dialog does nothing,
and of dialogs only that of a message extension is drawn; its picker of people shows nobody and finds nobody; a person
is found by their id in Teams alone, which is why that is their object id here; opening its page installs the app anew.
The app package is not read.
github.com/OfficeDev/microsoft-365-agents-playground
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.acceptance.installation import PATIENCE
from tests.acceptance.serving import only_loopback, until_it_answers
from tests.architecture.tree import ROOT

PROGRAM: Final = ROOT / ".tools/playground/node_modules/.bin/agentsplayground"
TENANT: Final = "99999999-8888-7777-6666-000000000000"
BOT: Final = "28:adempauze"
NOT_BY_ITSELF: Final = {"BROWSER": "none", "TEAMSAPPTESTER_BROWSER": "none"}
"""It would open a browser of its own."""


OTHERS: Final = 5
"""So many colleagues it wants to know of, no more and no less."""


@dataclass(frozen=True)
class Colleague:
    """Somebody in Entra: `number` makes their object id, which is their id in Teams as well.

    `key` is who they are in the roster, `language` what their browser and we speak with them.
    """

    number: int
    key: str
    name: str
    language: str

    @property
    def id(self) -> str:
        return f"11111111-2222-3333-4444-{self.number:012d}"

    @property
    def chat(self) -> str:
        """The personal conversation with us."""
        return f"a:{self.number}"

    @property
    def told(self) -> dict[str, str]:
        """What Teams knows of them."""
        email = f"{self.key}@lente.example"
        name = {"name": self.name, "givenName": self.name, "surname": "Lente"}
        return name | {"id": self.id, "aadObjectId": self.id, "email": email, "userPrincipleName": email}


@contextmanager
def playground(place: Path, port: int, reached_at: str, me: Colleague, all_of_us: Sequence[Colleague]) -> Iterator[str]:
    """Run Teams with one of us before it and our app `reached_at` an address. Yields where its page is."""
    assert only_loopback(), "the playground listens on every address: run it with `make playground`"
    address = f"http://127.0.0.1:{port}"
    (place / ".m365agentsplayground.yml").write_text(json.dumps(_organisation(me, all_of_us)), encoding="utf-8")
    options = {"app-endpoint": reached_at, "channel-id": "msteams", "port": port}
    options["service-url"] = f"{address}/_connector"
    command = [str(PROGRAM), "start", "--disable-telemetry"]
    command += [part for name, value in options.items() for part in (f"--{name}", str(value))]
    with (place / "playground.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=place, env=os.environ | NOT_BY_ITSELF, stdout=log, stderr=log)
    with process:
        try:
            until_it_answers(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _organisation(me: Colleague, all_of_us: Sequence[Colleague]) -> dict[str, Any]:
    """What it reads as YAML, of which JSON is a part."""
    others = [one.told for one in all_of_us if one != me]
    assert len(others) == OTHERS
    return {
        "version": "0.1.0",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": "Adempauze"},
        "currentUser": me.told,
        "users": others,
        "personalChat": {"id": me.chat},
        "groupChat": {"id": "19:group@thread.v2", "name": "Groep"},
        "team": {
            "id": "19:team@thread.tacv2",
            "name": "Lente",
            "aadGroupId": "22222222-2222-3333-4444-000000000000",
            "channels": [{"id": "19:noord@thread.tacv2", "name": "Noord"}],
        },
    }
