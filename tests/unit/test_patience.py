"""How often, and how long, a call to a platform is tried again."""

from __future__ import annotations

import pytest

from adapters.port import DeliveryError
from adapters.traffic.patience import Patience


class Failing:
    """A call that fails as it is told, then succeeds; it notes how long was waited between."""

    def __init__(self, *failures: DeliveryError) -> None:
        self.left, self.waited = list(failures), list[float]()

    async def call(self) -> str:
        if self.left:
            raise self.left.pop(0)
        return "done"

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


def passing(retry_after: float | None = None) -> DeliveryError:
    return DeliveryError("not now", permanent=False, retry_after=retry_after)


async def test_our_own_pause_begins_when_the_platform_has_waited_enough() -> None:
    failing = Failing(passing(), passing(3))
    assert await Patience((0.5, 2), longest=30).insist(failing.call, failing.sleep) == "done"
    assert failing.waited == [0.5, 3 + 2]


@pytest.mark.parametrize(
    ("pauses", "failure"),
    [
        ((1, 1), DeliveryError("never", permanent=True)),
        ((1, 1), passing(31)),
        ((None, None), passing()),
    ],
    ids=["permanent", "longer than can be borne", "not asked to wait"],
)
async def test_what_makes_no_sense_is_not_tried_again(pauses: tuple[float | None, ...], failure: DeliveryError) -> None:
    failing = Failing(failure)
    with pytest.raises(DeliveryError):
        await Patience(pauses, longest=30).insist(failing.call, failing.sleep)
    assert failing.waited == []


async def test_after_the_last_pause_the_failure_is_told() -> None:
    failing = Failing(passing(), passing(), passing())
    with pytest.raises(DeliveryError):
        await Patience((1, 1), longest=30).insist(failing.call, failing.sleep)
    assert failing.waited == [1, 1]


async def test_calls_that_failed_together_do_not_come_back_together() -> None:
    waited = []
    for chance in (0.0, 1.0):
        failing = Failing(passing(3))
        await Patience((2,), longest=5).insist(failing.call, failing.sleep, lambda chance=chance: chance)  # type: ignore[misc]
        waited += failing.waited
    assert waited == [4, 6]
