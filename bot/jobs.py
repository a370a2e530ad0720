"""The queue: jobs name a wave and a chunk, never a person; finished jobs and their events are deleted.

Nothing is scheduled ahead and no job is the only memory of its work: what is due is read from rows at every
tick, and a job that is offered twice finds nothing left to do.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status

from bot.errands import PATIENCE, Errands

Step = Callable[..., Awaitable[None]]
BEATS: Final = 6
"""Signs of life in the time after which a worker counts as killed: a slow moment costs nobody their job."""


@dataclass(frozen=True, slots=True)
class Work:
    """One job to offer: which step, with what, and the lock that lets only one like it run at a time."""

    step: str
    lock: str
    arguments: Mapping[str, str | int]
    urgent: bool = False
    """Whether it goes before other work: closing and erasing do not wait until everybody has their card."""

    @property
    def once(self) -> str:
        """The name under which it waits in the queue at most once."""
        return ":".join([self.step, *map(str, self.arguments.values())])


class Jobs:
    """A worker and a way to offer it work."""

    def __init__(
        self,
        conninfo: str,
        options: str,
        steps: Mapping[str, Step],
        errands: Errands | None = None,
        *,
        concurrency: int = 4,
        rescue_seconds: float = 30.0,
    ) -> None:
        """`conninfo` and `options` are libpq's; `steps` the work by name; `errands` what steps hand over.

        A job whose worker gave no sign of life for `rescue_seconds` frees its lock at the next tick.
        """
        connector = procrastinate.PsycopgConnector(
            conninfo=conninfo, min_size=1, max_size=4, kwargs={"options": options, "connect_timeout": 10}
        )
        self._app = procrastinate.App(connector=connector)
        self._tasks = {name: self._app.task(name=name)(step) for name, step in steps.items()}
        self._errands = errands or Errands()
        self._concurrency = concurrency
        self._rescue_seconds = rescue_seconds

    async def open(self) -> None:
        """Connect."""
        await self._app.open_async()

    async def close(self) -> None:
        """Give the errands under way a little time, then disconnect."""
        await self._errands.finish(PATIENCE)
        await self._app.close_async()

    async def waiting(self) -> set[str]:
        """Return the names of what waits in the queue, so that it need not be offered again."""
        jobs = await self._app.job_manager.list_jobs_async(status="todo")
        return {job.queueing_lock for job in jobs if job.queueing_lock}

    async def offer(self, work: Work) -> None:
        """Put work into the queue unless the same waits there already."""
        deferrer = self._tasks[work.step].configure(lock=work.lock, queueing_lock=work.once, priority=int(work.urgent))
        with contextlib.suppress(AlreadyEnqueued):
            await deferrer.defer_async(**dict(work.arguments))

    async def rescue(self) -> None:
        """Forget jobs whose worker was killed, and with them their locks: the rows still say what is to be done.

        Put back into the queue they would meet the same work, offered again by the tick before this one.
        """
        stalled = await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._rescue_seconds)
        for job in stalled:
            with contextlib.suppress(ConnectorException):  # another process forgot it first
                await self._app.job_manager.finish_job(job=job, status=Status.FAILED, delete_job=True)

    async def run_until_idle(self) -> None:
        """Do all the work that waits, and the errands it left, then return. Concurrency one: always the same order."""
        await self._worker(wait=False, concurrency=1, listen_notify=False, worker_middleware=[_look_again])
        await self._errands.finish()

    async def run(self) -> None:
        """Work until cancelled, or until the database is lost: who runs it begins anew."""
        middleware = [_look_again, self._begin_errands]
        await self._worker(wait=True, concurrency=self._concurrency, worker_middleware=middleware)

    async def _worker(self, **options: Any) -> None:
        await self._app.run_worker_async(
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=self._rescue_seconds / BEATS,
            stalled_worker_timeout=self._rescue_seconds,
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=10.0,
            **options,
        )

    async def _begin_errands(self, step: Callable[[], Awaitable[Any]], _: Any, __: Any) -> Any:
        """Begin what a job handed over as soon as it is off the queue."""
        running = asyncio.current_task()
        assert running is not None
        running.add_done_callback(lambda _: self._errands.begin())
        return await step()


async def _look_again(step: Callable[[], Awaitable[Any]], _: Any, worker: Any) -> Any:
    """Let the worker look for work as soon as a job is off the queue: the next may have waited for its lock.

    By itself it would notice only at its next look, seconds later, between any two chunks of a wave.
    """
    running = asyncio.current_task()
    assert running is not None
    running.add_done_callback(lambda _: worker._new_job_event.set())
    return await step()
