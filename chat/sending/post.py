"""Posting for callers that wait for the answer: REST and forms. Sockets submit drafts to the writer directly."""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from chat import files
from chat.errors import FilesRefused, RefusedFile, TooManyAttachments
from chat.files.names import shown_name
from chat.limits import MAX_FILES
from chat.models import Attachment
from chat.publication import Posted
from chat.sending import idempotency, writer
from chat.sending.draft import Draft, digest_of
from chat.services.attachments import add_attachment
from chat.services.waiting import discard
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.http.errors import FileRefused


class _Content(TypedDict):
    """What a message has beside its files."""

    chat_id: int
    text: str | None
    client_id: str | None
    reply_to: int | None


def post(
    user: User,
    *,
    chat_id: int,
    text: str | None,
    attachment_ids: tuple[int, ...] = (),
    uploads: Sequence[UploadedFile] = (),
    client_id: str | None = None,
    reply_to: int | None = None,
) -> Posted:
    """Post a message with its `uploads`, all or nothing, and return once it is committed.

    Raises TooManyRequests before all else.
    """
    buckets.spend(budgets.sends(user.pk))
    content: _Content = {"chat_id": chat_id, "text": text, "client_id": client_id, "reply_to": reply_to}
    if uploads:
        return _post_files(user, uploads, **content)
    return writer.post(Draft.checked(user, attachment_ids=attachment_ids, **content))


def _post_files(user: User, uploads: Sequence[UploadedFile], **content: Unpack[_Content]) -> Posted:
    if len(uploads) > MAX_FILES:
        raise TooManyAttachments
    buckets.spend(budgets.uploads(user.pk), len(uploads))
    named = [part for upload in uploads for part in (shown_name(upload.name), _digest_of(upload))]
    digest = digest_of(content["chat_id"], content["text"], named, reply_to=content["reply_to"])
    # Before the files are inspected: a repeat costs a hash only.
    repeat = idempotency.find_repeat(sender_id=user.pk, client_id=content["client_id"], digest=digest)
    if repeat:
        return repeat
    attachments: list[Attachment] = []
    try:
        _add_each(user, uploads, attachments, chat_id=content["chat_id"])
        ids = tuple(attachment.pk for attachment in attachments)
        posted = writer.post(Draft.checked(user, attachment_ids=ids, digest=digest, **content))
    except Exception:
        _discard_all(attachments)
        raise
    if not posted.created:
        _discard_all(attachments)
    return posted


def _digest_of(upload: UploadedFile) -> str:
    """The digest of a file; of a refused one the code of the refusal, for no message was ever sent with it."""
    try:
        return files.digest_of(upload)
    except FileRefused as refusal:
        return refusal.code


def _add_each(user: User, uploads: Sequence[UploadedFile], attachments: list[Attachment], *, chat_id: int) -> None:
    """Add every file, so that one refusal can list all files at fault."""
    refused: list[RefusedFile] = []
    for index, upload in enumerate(uploads):
        try:
            attachments.append(add_attachment(user, chat_id=chat_id, upload=upload, waits=False)[0])
        except FileRefused as refusal:
            if len(uploads) == 1:
                raise
            refused.append(RefusedFile(index, shown_name(upload.name), refusal.code, refusal.message))
    if refused:
        raise FilesRefused(refused)


def _discard_all(attachments: list[Attachment]) -> None:
    for attachment in attachments:
        discard(attachment)
