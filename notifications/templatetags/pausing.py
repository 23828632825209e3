"""Whether people are notified, for the pages of those who run the practice."""

from datetime import datetime

from django import template

from notifications.services import pausing

register = template.Library()


@register.simple_tag
def notifications_paused_at() -> datetime | None:
    return pausing.paused_at()
