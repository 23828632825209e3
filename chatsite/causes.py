"""What led to an error, and where."""

import traceback

OURS = ("accounts", "appointments", "audit", "backups", "chat", "chatsite", "demo", "notifications", "practice")


def causes_of(error: BaseException | None) -> list[BaseException]:
    """The error and those that led to it, the first one first, as Python prints them."""
    found: dict[int, BaseException] = {}
    while error is not None and id(error) not in found:
        found[id(error)] = error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return list(reversed(found.values()))


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


def place_of(error: BaseException) -> str:
    """The last line of ours that it came through, as `chat.sending.store:51`; empty where there is none.

    All that asks the database comes through our part of its driver, which is no place to look at.
    """
    modules = ((str(frame.f_globals.get("__name__")), line) for frame, line in traceback.walk_tb(error.__traceback__))
    places = [f"{module}:{line}" for module, line in modules if is_ours(module)]
    callers = [place for place in places if not place.startswith("chatsite.database.")]
    return (callers or places or [""])[-1]
