"""What goes wrong at Slack when a test says so: outages, slowness, refusals."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from types import TracebackType

from tests.slack.model import Clock, Json

Where = Callable[[Json], bool]


@dataclass
class Outage:
    """Slack answers 5xx, or drops the connection (status 0), before or after it did what was asked."""

    status: int = 503
    after: bool = False
    methods: Collection[str] | None = None
    times: int | None = None
    until: float | None = None
    over: bool = False

    def __enter__(self) -> Outage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Let Slack be well again."""
        self.over = True

    def strikes(self, method: str, now: float) -> bool:
        """Whether this call suffers from it; counts it."""
        self.over = self.over or (self.until is not None and now >= self.until)
        if self.over or (self.methods is not None and method not in self.methods):
            return False
        if self.times is not None:
            self.times -= 1
            self.over = self.times <= 0
        return True


@dataclass
class Refusal:
    """The next calls of a method are refused with this error."""

    method: str
    error: str
    times: int
    where: Where
    retry_after: int | None = None


@dataclass
class Faults:
    """Everything that is wrong at the moment."""

    now: Clock
    outages: list[Outage] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    seconds: float = 0.0
    late: dict[str, float] = field(default_factory=dict)
    """Methods that are done at once and answered after so many seconds."""

    def outage(self, method: str) -> Outage | None:
        """Return the outage that this call suffers from."""
        return next((outage for outage in self.outages if outage.strikes(method, self.now())), None)

    def refusal(self, method: str, arguments: Json) -> Refusal | None:
        """Return the refusal that this call meets."""
        for refusal in self.refusals:
            if refusal.times > 0 and refusal.method == method and refusal.where(arguments):
                refusal.times -= 1
                return refusal
        return None
