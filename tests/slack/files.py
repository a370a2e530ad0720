"""Uploads in their three steps: an address, the bytes, and the message in which the file appears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.slack.model import Json, SlackError

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace


@dataclass
class File:
    """A file on its way, or there once it is `shared`."""

    id: str
    name: str
    alt_text: str
    length: int
    data: bytes = b""
    title: str = ""
    shared: bool = False

    def as_json(self) -> Json:
        """Return it in Slack's words."""
        return {"id": self.id, "name": self.name, "title": self.title or self.name, "alt_txt": self.alt_text}


def upload_url(team: Workspace, arguments: Json) -> Json:
    """files.getUploadURLExternal."""
    name, length = str(arguments.get("filename") or ""), int(arguments.get("length") or 0)
    if not name or length <= 0:
        raise SlackError("invalid_arguments")
    file = File(team.ground.numbers.id("F"), name, str(arguments.get("alt_txt") or ""), length)
    team.files[file.id] = file
    return {"upload_url": f"{team.ground.base}/upload/v1/{team.id}/{file.id}", "file_id": file.id}


def receive(team: Workspace, file: str, data: bytes) -> None:
    """Take the bytes that were announced, no more and no fewer."""
    if file not in team.files or len(data) != team.files[file].length:
        raise SlackError("bad_upload")
    team.files[file].data = data


def complete(team: Workspace, arguments: Json) -> Json:
    """files.completeUploadExternal: share the files in a channel, which for a person is their D… id and not U…."""
    asked = arguments.get("files") or []
    files = [_arrived(team, str(one.get("id") or "")) for one in asked]
    for file, one in zip(files, asked, strict=True):
        file.title = str(one.get("title") or file.name)
    if arguments.get("channel_id"):
        _share(team, files, arguments)
    return {"files": [file.as_json() for file in files]}


def _arrived(team: Workspace, file: str) -> File:
    if file not in team.files or not team.files[file].data:
        raise SlackError("file_not_found")
    return team.files[file]


def _share(team: Workspace, files: list[File], arguments: Json) -> None:
    content: Json = {"text": str(arguments.get("initial_comment") or ""), "files": [file.as_json() for file in files]}
    if arguments.get("blocks"):
        content["blocks"] = arguments["blocks"]
    team.messages.post(team.messages.find(str(arguments["channel_id"])), content)
    for file in files:
        file.shared = True
