"""The package from which Teams makes our app: manifest, icons, and its texts in both languages. Pure.

It asks for nothing that is not used: no permission of Microsoft Graph, no domain, no file, no message of a channel in
which the app is not mentioned and which nobody chose to thank for. The same input gives the same bytes.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

from bot.public_address import reached_from_outside
from bot.settings import UUID_SHAPE
from bot.texts import Texts
from bot.web.about import ABOUT, PRIVACY, TERMS
from surveys.errors import InputError
from surveys.model import LANGUAGES, Language

VERSION: Final = "1.30"
"""Version of Microsoft's schema of a manifest."""
SCHEMA: Final = f"https://developer.microsoft.com/en-us/json-schemas/teams/v{VERSION}/MicrosoftTeams"
MESSAGES: Final = "/teams/messages"
"""The messaging endpoint, as it is entered in Azure."""
PERSONAL: Final = ("home", "settings", "pause", "privacy", "help", "introduction", "digest", "kudos")
"""Commands that Teams offers in the private chat. Their titles are what people then send."""
TOGETHER: Final = ("together",)
"""Commands in a team or a group chat, where there is one sentence for everybody: that we speak in private."""
LISTS: Final[Sequence[tuple[tuple[str, ...], tuple[str, ...]]]] = (
    (("personal",), PERSONAL),
    (("team", "groupChat"), TOGETHER),
)
THANKING: Final = "kudos"
"""The id of the one message extension."""
BEGUN_AT: Final = ("message", "compose", "commandBox")
"""Where it is chosen: at a message, where one is written, and where commands are typed."""
ICONS: Final = ("color.png", "outline.png")
TEAL: Final = "#0F4C5C"
SEMVER: Final = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}")

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Packed:
    """What an app is made for: the bot's id in Microsoft Entra, our address, and the version of the app.

    The app in Teams has the id of its bot: it stays the same as long as the bot does, whatever else changes.
    Raises InputError.
    """

    app_id: str
    base: str
    version: str

    def __post_init__(self) -> None:
        if not re.fullmatch(UUID_SHAPE, self.app_id):
            raise InputError(
                f"{self.app_id!r} is not the id of an app: in the Azure portal it stands at the app registration as "
                "Application (client) ID"
                if self.app_id
                else "there is no app id: set ADEMPAUZE_TEAMS_APP_ID, or give it with --app-id"
            )
        if not reached_from_outside(self.base):
            raise InputError(
                f"Teams cannot reach {self.base!r}: set ADEMPAUZE_PUBLIC_URL to the https address that people use, or "
                "give it with --base https://pauze.example.org"
            )
        if not SEMVER.fullmatch(self.version):
            raise InputError(f"{self.version!r} is not the version of an app: give three numbers, such as 1.0.1")


def released() -> str:
    """Return the version of the app that belongs to the installed product: its three numbers."""
    numbers = re.findall(r"\d+", version("adempauze").partition("+")[0])[:3]
    return ".".join(str(int(number)) for number in [*numbers, "0", "0"][:3])


def manifest(packed: Packed, language: Language) -> Part:
    """Return the manifest with the texts of a language, which is shown where no other one fits."""
    t, base = Texts(language), packed.base.rstrip("/")
    return {
        "$schema": f"{SCHEMA}.schema.json",
        "manifestVersion": VERSION,
        "version": packed.version,
        "id": packed.app_id.lower(),
        "localizationInfo": {
            "defaultLanguageTag": language,
            "defaultLanguageFile": _file_of(language),
            "additionalLanguages": [
                {"languageTag": other, "file": _file_of(other)} for other in LANGUAGES if other != language
            ],
        },
        "developer": {
            "name": t("web.name"),
            "websiteUrl": f"{base}{ABOUT}",
            "privacyUrl": f"{base}{ABOUT}#{PRIVACY}",
            "termsOfUseUrl": f"{base}{ABOUT}#{TERMS}",
        },
        "name": {"short": t("web.name"), "full": t("teams.manifest.name")},
        "description": {"short": t("teams.manifest.description"), "full": t("teams.manifest.long")},
        "icons": {"color": ICONS[0], "outline": ICONS[1]},
        "accentColor": TEAL,
        "bots": [_bot(packed.app_id.lower(), t)],
        "composeExtensions": [{"botId": packed.app_id.lower(), "commands": [_thanking(t)]}],
        "permissions": ["identity", "messageTeamMembers"],
        "defaultInstallScope": "personal",
    }


def _bot(app_id: str, t: Texts) -> Part:
    return {
        "botId": app_id,
        "scopes": ["personal", "team", "groupChat"],
        "isNotificationOnly": False,
        "supportsFiles": False,
        "supportsCalling": False,
        "supportsVideo": False,
        "commandLists": [
            {"scopes": list(scopes), "commands": [_command(name, t) for name in names]} for scopes, names in LISTS
        ],
    }


def _thanking(t: Texts) -> Part:
    """Return the command of the message extension, which opens a dialog of ours."""
    return {"id": THANKING, "type": "action", "context": list(BEGUN_AT), "fetchTask": True, **_thanking_texts(t)}


def _thanking_texts(t: Texts) -> dict[str, str]:
    return {"title": t("home.to.kudos"), "description": t("teams.command.kudos.text")}


def _command(name: str, t: Texts) -> Part:
    return {"title": t(f"teams.command.{name}"), "description": t(f"teams.command.{name}.text")}


def localisation(language: Language) -> Mapping[str, str]:
    """Return what Teams shows to people with this language: the texts of the manifest by their place in it."""
    t = Texts(language)
    commands = {
        f"bots[0].commandLists[{at}].commands[{n}].{part}": text
        for at, (_, names) in enumerate(LISTS)
        for n, name in enumerate(names)
        for part, text in _command(name, t).items()
    }
    return {
        "$schema": f"{SCHEMA}.Localization.schema.json",
        "name.short": t("web.name"),
        "name.full": t("teams.manifest.name"),
        "description.short": t("teams.manifest.description"),
        "description.full": t("teams.manifest.long"),
        **commands,
        **{f"composeExtensions[0].commands[0].{part}": text for part, text in _thanking_texts(t).items()},
    }


def package(packed: Packed, language: Language) -> bytes:
    """Return the package, a zip file. Nothing in it is compressed, so that no library decides about its bytes."""
    content = {"manifest.json": _written(manifest(packed, language))}
    content |= {icon: (files("bot") / "data" / "teams" / icon).read_bytes() for icon in ICONS}
    content |= {_file_of(one): _written(localisation(one)) for one in LANGUAGES}
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w") as made:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            made.writestr(entry, data)
    return packet.getvalue()


def _file_of(language: Language) -> str:
    return f"{language}.json"


def _written(part: Mapping[str, Any]) -> bytes:
    return (json.dumps(part, ensure_ascii=False, indent=2) + "\n").encode()
