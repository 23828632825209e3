from datetime import timedelta
from importlib import import_module

from django.apps import AppConfig


class ChatsiteConfig(AppConfig):
    name = "chatsite"

    def ready(self) -> None:
        from django.conf import settings
        from django.contrib.admin.models import LogEntry
        from django.contrib.sessions.models import Session

        from chatsite import endings, limiter, pruning, reports
        from chatsite.doctor.register import register
        from chatsite.models import LimiterFailure, LimiterWindow

        for checks in ("checks", "database_checks", "file_checks", "function_checks", "report_checks"):
            import_module(f"chatsite.{checks}")
        endings.log_what_python_prints()
        reports.begin()
        pruning.add(
            pruning.Rule(Session, "expire_date", indexed=True),
            pruning.Rule(LimiterFailure, "attempt_time", limiter.KEPT),
            pruning.Rule(LimiterWindow, "counted_at", limiter.KEPT),
            pruning.Rule(LogEntry, "action_time", timedelta(days=366 * settings.ADMIN_LOG_YEARS)),
        )
        register()
