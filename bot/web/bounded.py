"""A limit to what one request may bring, whatever its head, body and trailers announce."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST: Final = 16 * 1024 * 1024
"""Bytes of a whole request. Routes refuse far shorter forms by a page that says why; this ends what never ends."""


class Bounded(HttpToolsProtocol):
    """Drops the connection of a request that goes on and on; the parser by itself would keep all of its head."""

    _brought = 0

    def data_received(self, data: bytes) -> None:
        """Take what came, unless the request has become too long."""
        self._brought += len(data)
        if self._brought > LONGEST:
            self.transport.abort()
        else:
            super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin to count anew: each request on a kept-alive connection by itself."""
        self._brought = 0
        super().on_message_begin()
