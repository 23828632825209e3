"""Opens uploaded files in child processes, which have limits on memory and time and no secrets."""

from chatsite.files.inspection.pool import run

__all__ = ["run"]
