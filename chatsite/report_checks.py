"""Refuses a SENTRY_DSN with which no error could be reported."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from chatsite import reports


@register()
def check_reports(**kwargs: object) -> list[CheckMessage]:
    if settings.SENTRY_DSN and (problem := reports.problem()):
        return [Error(problem[0], hint=problem[1], id="chatsite.E040")]
    return []
