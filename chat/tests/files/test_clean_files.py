"""manage.py clean_files"""

import io
import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from chat.models import Attachment
from chat.services.attachments import add_attachment
from chat.tests.files import samples
from chatsite.files import installation
from chatsite.files.pictures import receive_picture
from chatsite.files.storage import names_in

pytestmark = pytest.mark.django_db
STRAY, YOUNG = f"chat_files/chat-file-{'a' * 32}.pdf", f"chat_files/chat-file-{'b' * 32}.pdf"


@pytest.fixture(autouse=True)
def _cleaned_before(db):
    installation.mark_store()


def clean(*options) -> str:
    out = io.StringIO()
    call_command("clean_files", *options, stdout=out)
    return out.getvalue()


def make_old(path: str) -> None:
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(default_storage.path(path), (two_days_ago, two_days_ago))


def leave(path: str, *, old: bool) -> None:
    default_storage.save(path, ContentFile(b"left by a crash"))
    if old:
        make_old(path)


def sent(cast, name="photo.jpg") -> Attachment:
    attachment, _ = add_attachment(cast.ben, chat_id=cast.chat.pk, upload=samples.upload(samples.jpeg(), name))
    attachment.message = cast.chat.messages.create(sender=cast.ben, sender_role="patient", message_type="image")
    attachment.save()
    for stored in (attachment.stored_name, attachment.thumbnail_name):
        make_old(f"chat_files/{stored}")
    return attachment


def test_it_finds_nothing_in_an_empty_storage(db):
    assert "quarantined 0 files" in clean()


def test_it_quarantines_old_files_without_a_row_and_nothing_else(cast):
    attachment = sent(cast)
    leave(STRAY, old=True)
    leave(YOUNG, old=False)
    output = clean()
    assert f"quarantined: {STRAY}" in output
    assert "quarantined 1 files without a row" in output
    assert names_in("chat_files") == {attachment.stored_name, attachment.thumbnail_name, os.path.basename(YOUNG)}
    assert "quarantined 0 files without a row" in clean()


def test_a_dry_run_only_lists_them(cast):
    leave(STRAY, old=True)
    sent(cast)
    waiting = sent(cast)
    Attachment.objects.update(created_at=timezone.now() - timedelta(hours=25))
    Attachment.objects.filter(pk=waiting.pk).update(message=None)
    output = clean("--dry-run")
    assert f"would quarantine: {STRAY}" in output
    assert "1 uploads" in output
    assert default_storage.exists(STRAY)
    assert Attachment.objects.count() == 2


def test_it_drops_uploads_that_no_message_took(cast):
    taken, waiting, fresh = (sent(cast, f"{name}.jpg") for name in ("taken", "waiting", "fresh"))
    a_day_ago = timezone.now() - timedelta(hours=24, minutes=1)
    Attachment.objects.exclude(pk=fresh.pk).update(created_at=a_day_ago)
    Attachment.objects.exclude(pk=taken.pk).update(message=None)
    assert "1 uploads that were never sent" in clean()
    assert set(Attachment.objects.all()) == {taken, fresh}
    assert waiting.stored_name not in names_in("chat_files")
    assert waiting.thumbnail_name not in names_in("chat_files")
    assert len(names_in("chat_files")) == 4


def test_it_spares_an_upload_that_another_program_sent(cast):
    waiting = sent(cast)
    Attachment.objects.update(message=None, created_at=timezone.now() - timedelta(hours=25))
    cast.chat.messages.create(sender=cast.ben, sender_role="patient", message_type="image", file_url=waiting.url)
    assert "0 uploads that were never sent" in clean()
    assert default_storage.exists(f"chat_files/{waiting.stored_name}")


def test_it_reports_rows_without_a_file(cast):
    attachment = sent(cast)
    default_storage.delete(f"chat_files/{attachment.thumbnail_name}")
    User.objects.filter(pk=cast.ada.pk).update(picture="profile-gone.webp")
    output = clean()
    assert f"missing: chat_files/{attachment.thumbnail_name}" in output
    assert "missing: profiles/profile-gone.webp" in output
    assert "2 rows without a file" in output
    assert Attachment.objects.count() == 1


def test_it_spares_the_files_of_rows_that_another_program_wrote(cast):
    leave(STRAY, old=True)
    url = f"/assets/{STRAY}"
    cast.chat.messages.create(sender=cast.ben, sender_role="patient", message_type="file", file_url=url)
    assert "quarantined 0 files without a row" in clean()
    assert default_storage.exists(STRAY)


def test_it_looks_after_profile_pictures_too(cast):
    used, unused = (receive_picture(samples.upload(samples.png(), "me.png")) for _ in range(2))
    User.objects.filter(pk=cast.ada.pk).update(picture=used)
    for name in (used, unused):
        make_old(f"profiles/{name}")
    assert f"quarantined: profiles/{unused}" in clean()
    assert names_in("profiles") == {used}


def test_it_fails_when_a_file_cannot_be_moved(cast, monkeypatch):
    leave(STRAY, old=True)

    def refuse(path, target):
        raise PermissionError(path)

    monkeypatch.setattr(default_storage, "move", refuse)
    with pytest.raises(CommandError, match=STRAY):
        clean()
