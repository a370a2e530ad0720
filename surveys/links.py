"""A signed link as the store keeps it. The row alone opens nothing: the link's text needs the platform key too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """`id` is 16 random bytes; `subject` a person id or a seat; `purpose` names the page it opens.

    `once`: opens one session and is spent by it. Otherwise it opens any number until it expires or is revoked.
    """

    id: bytes
    subject: str
    purpose: str
    expires: datetime
    once: bool
    spent: bool = False
    revoked: bool = False

    def opens(self, now: datetime) -> bool:
        """Return whether this link may open a session now."""
        return not (self.spent or self.revoked) and now < self.expires

    def carries(self, now: datetime) -> bool:
        """Return whether a session it opened may go on; one from a one-time link has its own end."""
        return not self.revoked and (self.once or now < self.expires)
