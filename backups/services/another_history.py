"""What follows from a database that lacks what was written last: no client may believe what is gone."""

from datetime import datetime

from audit.actions import Action
from audit.chain import store
from audit.entry import Entry
from audit.publishing import last_published
from backups import identities
from chat.models import History
from chat.services import epoch


def begin(*, lost_from: datetime | None, detail: str, now: datetime) -> History:
    """Begin another history, in which nothing has the number of what was lost. Can be repeated.

    `detail` names the reason in the audit.
    """
    identities.raise_all()
    history = epoch.begin(lost_from=lost_from)
    # What was published of the audit meanwhile has no row any more: this one says why, and after which head.
    head = last_published()
    told = f"{detail} {head.row}:{head.digest}" if head else detail
    store([Entry(Action.RESTORED, role="system", detail=told, at=int(now.timestamp() * 1000))])
    return history
