"""Running a coroutine at once, without a task, for as long as it does not have to wait."""

from collections.abc import Awaitable, Generator
from functools import partial
from typing import Any


def run_at_once(awaitable: Awaitable[None]) -> Awaitable[None] | None:
    """Run it until it ends or waits; return what is left of it for a task to await, or None. Raises its error.

    Until it waits it has no task of its own: it must not ask for the current task, as `asyncio.timeout` does.
    """
    steps = awaitable.__await__()
    try:
        future = next(steps)
    except StopIteration:
        return None
    return _Rest(steps, future)


class _Rest(Awaitable[None]):
    """The steps of a coroutine after the first future that it waits for."""

    def __init__(self, steps: Generator[Any, Any, None], future: Any) -> None:
        self._steps = steps
        self._future = future

    def __await__(self) -> Generator[Any, Any, None]:
        future = self._future
        while True:
            try:
                outcome = yield future
            except BaseException as error:
                resume = partial(self._steps.throw, error)
            else:
                resume = partial(self._steps.send, outcome)
            try:
                future = resume()
            except StopIteration:
                return
