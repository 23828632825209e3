"""Sends that came before: a key (sender, client_id) posts once, forever, however often it is sent."""

from collections.abc import Sequence

from chat.errors import ClientIdReused
from chat.models import Message
from chat.services import details
from chat.services.drafts import Draft, Outcome, Posted
from chat.signals import sends_repeated
from chatsite.errors import Refusal


def find_repeat(*, sender_id: int, client_id: str | None, digest: str) -> Posted | None:
    """Return what this key already posted, or None; another content under the same key is ClientIdReused."""
    outcome = lookup([(sender_id, client_id, digest)]).get((sender_id, client_id)) if client_id else None
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def firsts_of_each_key(drafts: Sequence[Draft]) -> list[int]:
    """The drafts to store: parallel sends of one key meet in one batch, and only the first may insert."""
    seen: set[tuple] = set()
    firsts = []
    for index, draft in enumerate(drafts):
        key = (draft.sender_id, draft.client_id)
        if draft.client_id is None or key not in seen:
            firsts.append(index)
        seen.add(key)
    return firsts


def recognise(drafts: Sequence[Draft], outcomes: dict[int, Outcome]) -> None:
    """Give every refused or waiting draft with a key the message that key already posted, where there is one."""
    first_of = {(drafts[index].sender_id, drafts[index].client_id): index for index in outcomes}
    open_ = [i for i, d in enumerate(drafts) if d.client_id and not isinstance(outcomes.get(i), Posted)]
    if not open_:
        return
    for index in open_:
        draft = drafts[index]
        known = lookup([(draft.sender_id, draft.client_id, draft.digest)])
        key = (draft.sender_id, draft.client_id)
        outcomes[index] = known.get(key) or outcomes.get(index) or outcomes[first_of[key]]


def lookup(keys: list[tuple[int, str, str]]) -> dict[tuple[int, str], Outcome]:
    """Look up what these (sender, client_id, digest) already posted, in two queries.

    A send that comes again lost its first answer, and perhaps its event with it: a process may die between its commit
    and its publication. So both people are told where the chat stands.
    """
    digests = {(sender_id, client_id): digest for sender_id, client_id, digest in keys}
    rows = Message.objects.filter(
        sender_id__in={sender for sender, _ in digests}, client_id__in={client_id for _, client_id in digests}
    ).select_related("chat")
    found: dict[tuple[int, str], Outcome] = {}
    repeated: list[Posted] = []
    for message in details.attach(rows):
        key = (message.sender_id, message.client_id)
        if key in digests:
            if digests[key] != message.digest:
                found[key] = ClientIdReused()
                continue
            found[key] = Posted(message, False, *message.chat.participant_ids)
            repeated.append(found[key])
    if repeated:
        sends_repeated.send_robust(Message, posted=repeated)
    return found
