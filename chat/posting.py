"""Posting for whoever waits for the answer: REST and the forms. Sockets hand drafts to the writer themselves."""

from django.core.files.uploadedfile import UploadedFile

from chat import files
from chat.files.names import shown_name
from chat.live import writer
from chat.services import repeats
from chat.services.attachments import add_attachment, discard
from chat.services.drafts import Draft, Posted, digest_of


def post(
    user,
    *,
    chat_id: int,
    text: str | None,
    attachment_ids: tuple[int, ...] = (),
    upload: UploadedFile | None = None,
    client_id: str | None = None,
) -> Posted:
    """Post a message and return once it is committed; `upload` comes with it: all of it or nothing."""
    if upload is not None:
        return _post_file(user, chat_id=chat_id, text=text, upload=upload, client_id=client_id)
    draft = Draft.checked(user, chat_id=chat_id, text=text, attachment_ids=attachment_ids, client_id=client_id)
    return writer.post(draft)


def _post_file(user, *, chat_id: int, text: str | None, upload: UploadedFile, client_id: str | None) -> Posted:
    digest = digest_of(chat_id, text, [shown_name(upload.name), files.digest_of(upload)])
    # Before the file is looked into: a repeat costs a hash.
    repeat = repeats.find_repeat(sender_id=user.pk, client_id=client_id, digest=digest)
    if repeat:
        return repeat
    attachment, _ = add_attachment(user, chat_id=chat_id, upload=upload)
    try:
        draft = Draft.checked(
            user, chat_id=chat_id, text=text, attachment_ids=(attachment.pk,), client_id=client_id, digest=digest
        )
        posted = writer.post(draft)
    except Exception:
        discard(attachment)
        raise
    if not posted.created:
        discard(attachment)
    return posted
