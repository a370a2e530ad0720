"""The picture of a message as a file in the same chat, for a Slack that does not draw a chart itself.

The message with its words and numbers is there already, so a picture that does not arrive is no failure of it.
docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog

from adapters.port import DeliveryError, Image
from adapters.slack.api import Api
from adapters.traffic.patience import Patience

log = structlog.get_logger(__name__)

NAME: Final = "adempauze.png"
ALT: Final = 2000
"""Characters; what a screen reader says of it."""
PATIENCE: Final = Patience(pauses=(1.0, 5.0), longest=30.0)
"""A file that was handed in and appears nowhere is seen by nobody: all of it is done again. Others are waiting for
their digest."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Uploads pictures."""

    api: Api

    async def show(self, team: str, channel: str, title: str, image: Image) -> None:
        """Put the picture under the message that is already there; without it the message says the same in numbers."""
        try:
            await PATIENCE.insist(lambda: self._upload(team, channel, title, image), self.api.sleep)
        except DeliveryError as error:
            log.warning("a picture could not be shown in Slack", permanent=error.permanent)

    async def _upload(self, team: str, channel: str, title: str, image: Image) -> None:
        asked = {"filename": NAME, "length": len(image.png), "alt_txt": image.alt[:ALT]}
        place = await self.api.read(team, "files.getUploadURLExternal", **asked)
        await self.api.hand_in(str(place["upload_url"]), image.png)
        files = [{"id": place["file_id"], "title": title}]
        await self.api.call(team, "files.completeUploadExternal", files=files, channel_id=channel)
