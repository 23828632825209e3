"""What led to an error."""


def causes_of(error: BaseException | None) -> list[BaseException]:
    """The error and those that led to it, the first one first, as Python prints them."""
    found: dict[int, BaseException] = {}
    while error is not None and id(error) not in found:
        found[id(error)] = error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return list(reversed(found.values()))
