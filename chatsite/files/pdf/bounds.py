"""What ends the look into a PDF before all of it was seen."""


class Unbounded(Exception):
    """It nests too deeply, has too many parts, or takes too long."""
