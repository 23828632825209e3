"""`/assets/chat_files/<name>`: a file or thumbnail of a conversation, for its two people."""

from pathlib import PurePath

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from audit import trail
from chat.errors import FileRetracted
from chat.files.checking import checker
from chat.files.names import file_path
from chat.models import Attachment
from chat.services.seen import note_file
from chatsite.files.serve import REVALIDATE, answers_refusals, person_of, refuse, serve_stored
from chatsite.http.keeping import NO_STORE


@require_safe
@answers_refusals
def chat_file(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a file. Each request checks participation; a stranger gets the same answer as for a guessed name."""
    person = person_of(request)
    if person is None:
        return refuse(401)
    attachment = Attachment.objects.open_for(person, name)
    # Compared again: MariaDB ignores the case of names.
    if attachment is None or name not in (attachment.stored_name, attachment.thumbnail_name):
        return refuse(404)
    if attachment.message and attachment.message.retracted_at:
        return refuse(FileRetracted.status, FileRetracted.code, FileRetracted.message)
    trail.demand()
    # Small pictures belong to the page that shows them.
    if name == attachment.thumbnail_name:
        shown = f"{PurePath(attachment.file_name).stem}.webp"
        return serve_stored(
            request, file_path(name), content_type="image/webp", file_name=shown, inline=True, cache=REVALIDATE
        )
    note_file(attachment)
    checker.note(attachment.stored_name, attachment.sha256)
    return serve_stored(
        request,
        file_path(name),
        content_type=attachment.file_type,
        file_name=attachment.file_name,
        inline=attachment.is_image,
        cache=NO_STORE,
    )
