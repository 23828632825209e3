"""What looking into a PDF may find: known to the server, which does not load the library for it."""

from enum import StrEnum


class Verdict(StrEnum):
    """PROTECTED: nobody can look inside without its password. UNBOUNDED: it takes too long to look at all of it."""

    FINE = "fine"
    PROTECTED = "protected"
    BROKEN = "broken"
    RUNS_PROGRAMS = "runs_programs"
    UNBOUNDED = "unbounded"
