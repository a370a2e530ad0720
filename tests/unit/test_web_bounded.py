"""A real server on loopback: no request may go on for ever, and ordinary ones on one connection may."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.cli.web import Quiet
from bot.web.bounded import FIELDS, LONGEST, Bounded

MIB = 1024 * 1024
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def test_a_head_that_never_ends_is_dropped() -> None:
    async with connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        assert await until_dropped(reader, writer, b"x: " + b"y" * 60_000 + b"\r\n") <= 8 * MIB


async def test_a_head_of_very_many_small_fields_is_dropped() -> None:
    async with connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"a:b\r\n" * (FIELDS + 1) + b"\r\n")
        assert await dropped(reader)


async def test_a_large_body_with_an_ordinary_head_is_taken() -> None:
    async with connected() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n" + bytes(900_000))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_trailers_that_never_end_are_dropped() -> None:
    async with connected() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        assert await until_dropped(reader, writer, b"x: " + b"y" * 60_000 + b"\r\n") <= LONGEST + 8 * MIB


async def test_many_requests_on_one_connection_may_be_longer_together() -> None:
    async with connected() as (reader, writer):
        for _ in range(LONGEST // MIB + 2):
            writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % MIB + bytes(MIB))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(len(str(MIB))) == str(MIB).encode()


async def dropped(reader: asyncio.StreamReader) -> bool:
    """Return whether the connection ended without an answer."""
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def until_dropped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes) -> int:
    """Write a line again and again; return how many bytes were written when the connection was dropped."""
    written = 0
    try:
        while written < 4 * LONGEST:
            writer.write(line)
            written += len(line)
            await writer.drain()
    except ConnectionError:
        return written
    raise AssertionError(f"{written} bytes were taken")


@asynccontextmanager
async def connected() -> AsyncIterator[Connection]:
    """Serve one route that counts what it was sent, and connect to it."""

    async def count(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    app = Starlette(routes=[Route("/", count, methods=["GET", "POST"])])
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = Quiet(uvicorn.Config(app, http=Bounded, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[door]))
        reader, writer = await asyncio.open_connection("127.0.0.1", door.getsockname()[1])
        try:
            yield reader, writer
        finally:
            writer.close()
            server.should_exit = True
            await serving
