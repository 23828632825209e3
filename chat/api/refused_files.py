"""The refusals of a file, one of each, for the description of whatever takes files."""

from django.conf import settings

from chat.errors import FilesRefused, RefusedFile
from chat.files import refusals, unaccepted
from chatsite.files import antivirus, photos, uploads
from chatsite.files.images import limits
from chatsite.http.errors import FileNotOpened, FileRefused, FilesBusy, ScannerUnavailable, StorageUnavailable

EACH = (
    unaccepted.not_accepted("exe"),
    uploads.too_large(settings.CHAT_MAX_FILE_BYTES + 1_258_000, settings.CHAT_MAX_FILE_BYTES),
    FileRefused("file_empty", "The file is empty. Check it on your device and choose it again."),
    limits.too_large(20_000, 15_000, limits.MAX_PIXELS),
    limits.side_too_long(1_080, 40_000),
    limits.too_many_frames(900),
    limits.animation_too_large(300, 2_073_600),
    photos.heic_unsupported(),
    antivirus.infected(),
    refusals.broken("document"),
    refusals.encrypted(),
    refusals.macros(),
    refusals.external_parts(),
    refusals.runs_programs(),
    refusals.unpacks_too_large(),
)
NOT_OPENED = (FilesBusy, FileNotOpened, ScannerUnavailable, StorageUnavailable)
SEVERAL = FilesRefused(
    [RefusedFile(1, "ordonnance.pdf", refused.code, refused.message) for refused in [refusals.encrypted()]]
)
