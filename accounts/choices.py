"""What a person may choose from."""

from zoneinfo import available_timezones

from django.conf import settings


def time_zones(*more: str) -> list[tuple[str, str]]:
    """The zones of the world by region, without the POSIX names, and the zones given."""
    regions = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    zones = {zone for zone in available_timezones() if zone.startswith(regions)} | {"UTC", settings.TIME_ZONE, *more}
    return [(zone, zone.replace("_", " ")) for zone in sorted(zones)]
