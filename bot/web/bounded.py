"""A limit to what one request may bring, whatever its head, body and trailers announce."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST: Final = 16 * 1024 * 1024
"""Bytes of a whole request. Routes refuse far shorter forms by a page that says why; this ends what never ends."""
HEAD: Final = 64 * 1024
"""Bytes of what comes before the body, not counting the last read of it."""
FIELDS: Final = 200
"""Headers and trailers together: each becomes objects, many times larger than its bytes."""


class Bounded(HttpToolsProtocol):
    """Drops the connection of a request that goes on and on; the parser by itself would keep all of its head."""

    _brought = 0
    _fields = 0
    _in_head = True

    def data_received(self, data: bytes) -> None:
        """Take what came, and drop the connection when that was too much."""
        self._brought += len(data)
        if self._brought <= LONGEST:
            super().data_received(data)
        if self._brought > (HEAD if self._in_head else LONGEST):
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin to count anew: each request on a kept-alive connection by itself."""
        self._brought, self._fields, self._in_head = 0, 0, True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header or trailer, as long as there are not too many."""
        self._fields += 1
        if self._fields <= FIELDS:
            super().on_header(name, value)
        else:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        """What comes now is the body."""
        self._in_head = False
        super().on_headers_complete()
