"""Everything that changed for a person since a cursor: one request after any absence.

The present state, not a log. The last change of a message has a time: `changed_at`, else `created_at`. What was
committed after a cursor's moment has the highest `seq` of its chat, and a time that is at most OVERLAP older: its time
was taken before it waited for the lock and the commit, perhaps by a machine whose clock is behind. So each chat that
changed is read from its newest change down, to the first that is older. What is answered twice does no harm.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from accounts.models import User
from chat import metrics
from chat.fields import now
from chat.input import MAX_ID
from chat.loading import FullRow, load_rows
from chat.models.side import recipient_for
from chat.rows.changes import Change, recent_changes
from chat.rows.messages import by_ids
from chat.services import chats, epoch
from chat.services.chats import ListedChat
from chat.services.private_state import PrivateState, digest_of, private_states
from chat.services.sync_cursor import Cursor, read_cursor

# A send is committed within about 9 s of its time; the rest is for clocks that differ.
OVERLAP = timedelta(seconds=30)
# The most messages, and chats, of one answer.
MOST = 500
# Chats that are read together.
BATCH = 100


@dataclass(slots=True)
class Synced:
    """What changed, and the cursor of the next request: at once where there is `more`."""

    chats: list[ListedChat]
    messages: list[FullRow]
    # Of all chats; None where it is as the client knows it.
    private: list[PrivateState] | None
    cursor: str
    more: bool
    # The cursor was of another history: this is the beginning, and what the client has no longer counts.
    reset: bool


def sync(user: User, *, cursor: str | None = None) -> Synced:
    """What changed since the cursor. Without one: every chat, each with its newest message."""
    present = Cursor(epoch.current().epoch, recipient_for(user.role, user.pk))
    # Before anything is read: what is committed after this moment belongs to the next answer.
    moment = now()
    asked = present if cursor is None else read_cursor(cursor, owner=present.owner)
    # A moment to come: the clock was set back, and what is written now would seem to be older.
    reset = asked.epoch != present.epoch or max(asked.since, asked.begun) > _seconds(moment + OVERLAP)
    start = present if reset else asked
    metrics.CAUGHT_UP.inc()
    begun = start.begun or _seconds(moment)
    part = _Part(user, start)
    part.fill()
    sources = by_ids(part.ids) if part.ids else {}
    messages = load_rows(sources[pk] for pk in part.ids if pk in sources)
    if part.end:
        chat_id, below = part.end
        unfinished = replace(start, begun=begun, chat_id=chat_id, below=below)
        return Synced(part.chats, messages, None, unfinished.sign(), more=True, reset=reset)
    # Read last: so it is never older than the chats beside it.
    private = private_states(user)
    digest = digest_of(private)
    known = replace(present, since=begun, digest=digest)
    changed = private if digest != start.digest else None
    return Synced(part.chats, messages, changed, known.sign(), more=False, reset=reset)


class _Part:
    """One answer: the changed chats by id, from where the cursor was, and as many of their messages as it takes."""

    def __init__(self, user: User, start: Cursor) -> None:
        self._user, self._start = user, start
        self._since = datetime.fromtimestamp(start.since, UTC) - OVERLAP if start.since else None
        self.chats: list[ListedChat] = []
        self.ids: list[int] = []
        # Where the next answer goes on: a chat, and a `seq` or 0.
        self.end: tuple[int, int] | None = None

    def fill(self) -> None:
        first = self._start.chat_id
        while True:
            batch = chats.changed_chats(self._user, since=self._since, first=first, limit=BATCH)
            for listed, changes in self._changes(batch):
                if not self._add(listed, changes):
                    return
            if len(batch) < BATCH:
                return
            first = batch[-1].chat.pk + 1

    def _add(self, listed: ListedChat, changes: list[Change]) -> bool:
        """Add a chat and its messages; False where not all of them fit."""
        chat_id, room, below = listed.chat.pk, MOST - len(self.ids), self._below(listed)
        if (changes and not room) or len(self.chats) == MOST:
            self.end = chat_id, below
            return False
        # A row that comes with the rest of its messages would be newer than the first of them.
        if not below:
            self.chats.append(listed)
        self.ids += [change.message_id for change in changes[:room]]
        if len(changes) > room:
            self.end = chat_id, changes[room - 1].seq
        return self.end is None

    def _changes(self, batch: list[ListedChat]) -> Iterator[tuple[ListedChat, list[Change]]]:
        if self._since is None:
            # From the beginning: the newest message of each.
            for listed in batch:
                newest = listed.chat.last_message_id
                yield listed, [Change(newest, listed.chat.seq)] if newest else []
        elif batch:
            tops = {listed.chat.pk: self._below(listed) or MAX_ID for listed in batch}
            found = recent_changes(tops, since=self._since, limit=MOST)
            for listed in batch:
                yield listed, found[listed.chat.pk]

    def _below(self, listed: ListedChat) -> int:
        """Where an earlier answer ended within this chat, else 0."""
        return self._start.below if listed.chat.pk == self._start.chat_id else 0


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
