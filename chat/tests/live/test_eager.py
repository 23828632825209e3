"""A coroutine that is run at once ends, fails and waits as one that a task runs."""

import asyncio

import pytest

from chat.live.eager import run_at_once


@pytest.fixture
async def waits():
    """A coroutine function that notes its steps and waits for two futures."""
    loop = asyncio.get_running_loop()
    futures, steps = [loop.create_future(), loop.create_future()], []

    async def run():
        steps.append("begun")
        try:
            steps.append(await futures[0])
        except ValueError as error:
            steps.append(str(error))
        steps.append(await futures[1])

    return run, futures, steps


async def test_what_needs_not_wait_has_ended():
    steps = []

    async def run():
        steps.append("done")

    assert run_at_once(run()) is None
    assert steps == ["done"]


async def test_an_error_before_the_first_wait_is_raised_at_once():
    async def run():
        raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        run_at_once(run())


async def test_a_task_awaits_the_rest(waits):
    run, futures, steps = waits
    rest = asyncio.ensure_future(run_at_once(run()))
    assert steps == ["begun"]
    for number, future in enumerate(futures):
        await asyncio.sleep(0)
        future.set_result(number)
    await rest
    assert steps == ["begun", 0, 1]


async def test_an_error_of_what_it_waits_for_reaches_it(waits):
    run, futures, steps = waits
    rest = asyncio.ensure_future(run_at_once(run()))
    futures[0].set_exception(ValueError("gone"))
    futures[1].set_result("after")
    await rest
    assert steps == ["begun", "gone", "after"]


@pytest.mark.parametrize("waits_for", [0, 1])
async def test_it_is_cancelled_wherever_it_waits(waits, waits_for):
    run, futures, steps = waits
    rest = asyncio.ensure_future(run_at_once(run()))
    for future in futures[:waits_for]:
        future.set_result("passed")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rest
    assert steps == ["begun", *["passed"] * waits_for]
