"""Whether the static files of this release are there: a page that names one that is missing is an error."""

from collections.abc import Iterator
from os import scandir

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage

_COLLECT = "Run bin/run prepare, as the account that runs the chat."


def problem() -> tuple[str, str] | None:
    """What is wrong with them, and what to do; None in development, which serves the sources."""
    try:
        collected = getattr(staticfiles_storage, "hashed_files", None)
        if collected is None:
            return None
        # WhiteNoise reads the whole folder at the start.
        scandir(settings.STATIC_ROOT).close()
    except FileNotFoundError:
        collected = {}
    except OSError as error:
        return f"The static files in {settings.STATIC_ROOT} cannot be read: {error.strerror}.", _COLLECT
    except ValueError:
        return f"The list of static files in {settings.STATIC_ROOT} is damaged.", _COLLECT
    if set(_own_names()) <= collected.keys():
        return None
    return "The static files of this release are missing: no page could be shown.", _COLLECT


def demand() -> None:
    """Exit with a sentence rather than answer every page with an error."""
    if found := problem():
        raise SystemExit(" ".join(found))


def _own_names() -> Iterator[str]:
    """Those that keep their names. Most scripts and styles are in the bundle of another."""
    for finder in get_finders():
        for path, _ in finder.list([]):
            if not path.startswith(("js/", "css/")):
                yield path
