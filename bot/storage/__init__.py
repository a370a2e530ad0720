"""What storage shows of each privacy promise: a look at the live database and the files around it, changing nothing.

It proves nothing against an operator who altered the program. Every check names what it ran, so that it can be run by
other means too (docs/verify.md).
"""

from __future__ import annotations
