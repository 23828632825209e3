"""How the services that this process uses behaved at their last use. `/readyz` says it, and asks none of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone

Service = Literal["mail", "storage", "scanner"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """The kind of the last failure, and when the first failed since the service last worked."""

    kind: str
    since: datetime

    def __str__(self) -> str:
        return f"away since {self.since:%Y-%m-%d %H:%M} UTC ({self.kind})"


_troubles: dict[Service, Trouble] = {}


def worked(service: Service) -> None:
    _troubles.pop(service, None)


def failed(service: Service, kind: str) -> None:
    before = _troubles.get(service)
    _troubles[service] = Trouble(kind, before.since if before else timezone.now())


def trouble_with(service: Service) -> Trouble | None:
    return _troubles.get(service)


def outcome(service: Service) -> str:
    """For `/readyz`: "ok" where nothing else is known."""
    return str(_troubles.get(service, "ok"))
