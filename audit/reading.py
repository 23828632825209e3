"""What apps and people may ask of the trail."""

from collections.abc import Collection
from dataclasses import dataclass

from audit.actions import Action
from audit.models import AuditRow


@dataclass(frozen=True, slots=True)
class Act:
    """One row, as far as a person may see it."""

    at: int
    actor: int
    role: str
    sign_in: int | None
    action: Action


def newest_before(chat_id: int, actions: Collection[Action], *, before: int | None) -> int | None:
    """When somebody last did one of these things in this chat, before a moment in milliseconds."""
    rows = AuditRow.objects.filter(chat=chat_id, action__in=actions, actor__isnull=False)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return rows.order_by("-at").values_list("at", flat=True).first()


def acts_in(chat_id: int, actions: Collection[Action], *, since: int, before: int, most: int) -> list[Act]:
    """The newest of these acts between two moments, oldest first."""
    rows = AuditRow.objects.filter(chat=chat_id, action__in=actions, actor__isnull=False, at__gte=since, at__lt=before)
    found = rows.order_by("-at", "-pk").values_list("at", "actor", "role", "sign_in", "action")[:most]
    return [Act(at, actor or 0, role, sign_in, Action(action)) for at, actor, role, sign_in, action in reversed(found)]
