"""What a process logs is decided by its own start, never by what was set up before it."""

from __future__ import annotations

import io
from contextlib import redirect_stderr

import structlog

from bot import logs
from tests.everything import logged, logging_restored

log = structlog.get_logger(__name__)


def test_a_logger_used_before_follows_the_level_set_last() -> None:
    with logged("ERROR") as before:
        log.info("too soft to hear")
    with logged("INFO") as after:
        log.info("heard")
    assert before.getvalue() == ""
    assert "heard" in after.getvalue()


def test_a_logger_used_before_writes_where_the_last_setting_says() -> None:
    with logged() as before:
        logs.configure("INFO")
        log.info("first")
    with logged() as after:
        log.info("second")
    assert "second" not in before.getvalue()
    assert "second" in after.getvalue()


def test_what_a_process_sets_up_in_a_test_ends_with_the_test() -> None:
    with logging_restored(), io.StringIO() as closed_afterwards, redirect_stderr(closed_afterwards):
        logs.configure("INFO")
        log.info("heard")
        assert "heard" in closed_afterwards.getvalue()
    log.error("raises nothing")
