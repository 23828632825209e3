"""Repeated sends: a key (sender, client_id) posts one message, ever, however often it is sent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q

from chat.errors import ClientIdReused, NotAParticipant
from chat.loading import FullMessage, load
from chat.models import Message
from chat.publication import Posted, SendsRepeated, publish
from chat.sending.draft import Draft, Key, Outcome
from chatsite.http.errors import Refusal


def find_repeat(*, sender_id: int, client_id: str | None, digest: str) -> Posted | None:
    """Return the message that this key posted, or None; raises ClientIdReused where its content was different."""
    key = (sender_id, client_id, digest)
    outcome = lookup([key]).get(key) if client_id else None
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def firsts_of_each_key(drafts: Sequence[Draft]) -> list[int]:
    """The indexes of the drafts to store: of parallel sends of one key in a batch, only the first may insert."""
    seen: set[tuple[int, str | None]] = set()
    firsts = []
    for index, draft in enumerate(drafts):
        key = (draft.sender_id, draft.client_id)
        if draft.client_id is None or key not in seen:
            firsts.append(index)
        seen.add(key)
    return firsts


def recognise(drafts: Sequence[Draft], outcomes: dict[int, Outcome]) -> None:
    """Replace the outcome of each draft that did not post by the message that its key posted before, if any."""
    open_ = [i for i, d in enumerate(drafts) if d.client_id and not isinstance(outcomes.get(i), Posted)]
    if not open_:
        return
    first_of = {(drafts[index].sender_id, drafts[index].client_id): index for index in outcomes}
    known = lookup({drafts[index].key for index in open_})
    for index in open_:
        draft = drafts[index]
        first = first_of[draft.sender_id, draft.client_id]
        outcomes[index] = known.get(draft.key) or outcomes.get(index) or outcomes[first]


def lookup(keys: Collection[Key]) -> dict[Key, Outcome]:
    """Look up the messages that these keys posted: one query for all of them, and the queries of their details.

    A repeated send lost its first answer, and perhaps its event too: a process may die between its commit and its
    publication. So the repeat is published to both people.
    """
    if not keys:
        return {}
    stored = {(full.message.sender_id, full.message.client_id): full for full in _stored(keys)}
    found: dict[Key, Outcome] = {}
    for key in keys:
        if full := stored.get(key[:2]):
            found[key] = _repeat(full, key)
    repeated = [outcome for outcome in found.values() if isinstance(outcome, Posted)]
    if repeated:
        publish(SendsRepeated(repeated))
    return found


def _repeat(full: FullMessage, key: Key) -> Outcome:
    """What a send under a used key gets: its message, for as long as the sender still takes part in the chat."""
    message = full.message
    try:
        message.chat.side_of(message.sender_id)
    except NotAParticipant as refusal:
        return refusal
    return Posted(full, False, message.chat.recipients) if message.digest == key[2] else ClientIdReused()


def _stored(keys: Iterable[Key]) -> list[FullMessage]:
    # Sender by sender: otherwise the query would combine every sender with every client_id.
    client_ids: dict[int, list[str | None]] = defaultdict(list)
    for sender_id, client_id, _ in keys:
        client_ids[sender_id].append(client_id)
    each = [Q(sender_id=sender_id, client_id__in=ids) for sender_id, ids in client_ids.items()]
    return load(Message.objects.filter(Q(*each, _connector=Q.OR)).select_related("chat__doctor", "chat__patient"))
