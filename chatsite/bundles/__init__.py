"""What production serves instead of our sources: the scripts and the styles of a page, each in one file."""

from django.core.management.base import CommandError


class BundleError(CommandError):
    """A source that cannot be bundled. `collectstatic` ends with this sentence."""
