"""What looking into a PDF may find: known to the server, which does not load the library for it."""

from enum import StrEnum


class Verdict(StrEnum):
    """What is in a PDF.

    PROTECTED: nobody can look inside without its password. USES_SHARE: it refers to a file on a share of the network.
    UNBOUNDED: it takes too long to look at all of it.
    """

    FINE = "fine"
    PROTECTED = "protected"
    BROKEN = "broken"
    RUNS_PROGRAMS = "runs_programs"
    USES_SHARE = "uses_share"
    UNBOUNDED = "unbounded"
