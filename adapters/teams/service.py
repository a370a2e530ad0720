"""Where a service URL may lead: to Microsoft over TLS, or to this machine itself. Pure."""

from __future__ import annotations

import re
from typing import Final

_PLACE: Final = re.compile(r"(https?)://(?:([A-Za-z0-9.-]{1,253})|\[(::1)\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
"""No user, no query, nothing escaped: whoever reads such an address reads the same host in it."""
_HERE: Final = re.compile(r"localhost|::1|127(?:\.[0-9]{1,3}){3}")


def is_here(url: str) -> bool:
    """Return whether an address leads to this machine itself."""
    found = _PLACE.fullmatch(url)
    return found is not None and _HERE.fullmatch(found[2] or found[3]) is not None


def may_be_called(url: str, *, only_here: bool) -> bool:
    """Return whether we call there at all: unencrypted only on this machine, and nowhere else with `only_here`."""
    found = _PLACE.fullmatch(url)
    return is_here(url) or (not only_here and found is not None and found[1] == "https")
