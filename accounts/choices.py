"""What a person may choose from."""

from zoneinfo import available_timezones


def time_zones() -> list[tuple[str, str]]:
    """The zones of the world by region, without the aliases and the POSIX names."""
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
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if zone.startswith(regions)] + [
        ("UTC", "UTC")
    ]
