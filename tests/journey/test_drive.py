from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from yoga_assistant.errors import BackendError
from yoga_assistant.journey.drive import Call, Flow, arun, run

Driver = Callable[[Flow[object]], object]


class Backend:
    """Notes by which door it was called."""

    def __init__(self) -> None:
        self.doors: list[str] = []

    def fetch(self, link: str) -> str:
        self.doors.append("fetch")
        return link.upper()

    def fail(self) -> None:
        raise ConnectionResetError("gone")


class AsyncBackend(Backend):
    async def afetch(self, link: str) -> str:
        self.doors.append("afetch")
        return link.upper()


@pytest.fixture(params=["run", "arun"])
def drive(request: pytest.FixtureRequest) -> Driver:
    if request.param == "run":
        return lambda flow: run(flow, {})
    return lambda flow: asyncio.run(arun(flow, {}))


def test_calls_yielded_together_give_their_results_in_order(drive: Driver) -> None:
    backend = Backend()

    def flow() -> Flow[object]:
        return (yield tuple(Call("fetch", backend.fetch, (link,)) for link in "abc"))

    assert drive(flow()) == ["A", "B", "C"]


def test_calls_yielded_together_run_side_by_side(drive: Driver) -> None:
    meeting = threading.Barrier(3, timeout=5)  # breaks unless all three are under way at once

    class Waiting:
        def wait(self) -> int:
            return meeting.wait()

    waiting = Waiting()

    def flow() -> Flow[object]:
        return (yield tuple(Call("wait", waiting.wait) for _ in range(3)))

    assert sorted(drive(flow())) == [0, 1, 2]  # type: ignore[call-overload]


def test_async_code_takes_the_async_door_where_there_is_one() -> None:
    def flow(backend: Backend) -> Flow[object]:
        return (yield (Call("fetch", backend.fetch, ("a",)),))

    for backend, door in ((AsyncBackend(), "afetch"), (Backend(), "fetch")):
        assert asyncio.run(arun(flow(backend), {})) == ["A"]
        assert backend.doors == [door]


def test_a_flow_can_catch_what_a_call_raised(drive: Driver) -> None:
    backend = Backend()

    def flow() -> Flow[object]:
        try:
            yield (Call("fail", backend.fail),)
        except BackendError as error:
            return (yield (Call("fetch", backend.fetch, (type(error.__cause__).__name__,)),))
        return None

    assert drive(flow()) == ["CONNECTIONRESETERROR"]


def test_an_error_of_the_journey_itself_is_not_dressed_up(drive: Driver) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    def flow() -> Flow[object]:
        yield (Call("broken", broken),)
        return None

    with pytest.raises(ZeroDivisionError):
        drive(flow())


def test_timings_add_up_by_stage() -> None:
    class Slow:
        def sleep(self) -> None:
            time.sleep(0.02)

    slow = Slow()

    def flow() -> Flow[None]:
        yield (Call("nap", slow.sleep),)
        yield (Call("nap", slow.sleep),)

    timings: dict[str, float] = {}
    run(flow(), timings)
    assert timings.keys() == {"nap"}
    assert timings["nap"] >= 2 * 0.02


@pytest.mark.parametrize("is_async", [False, True])
def test_each_stage_is_told_its_own_time_though_others_ran_beside_it(is_async: bool) -> None:
    class Backend:
        def wait(self, seconds: float) -> None:
            time.sleep(seconds)

    backend, timings = Backend(), dict[str, float]()

    def flow() -> Flow[object]:
        return (yield (Call("fast", backend.wait, (0.0,)), Call("slow", backend.wait, (0.3,))))

    if is_async:
        asyncio.run(arun(flow(), timings))
    else:
        run(flow(), timings)
    assert timings["slow"] >= 0.3
    assert timings["fast"] < timings["slow"] / 2
