"""Receiving an upload: sizes, names, all or nothing."""

import hashlib
import io
import re
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from chat import files
from chat.tests.files import ole, samples
from chatsite.files.pictures import drop_picture, receive_picture
from chatsite.files.storage import names_in
from chatsite.http.errors import FileRefused, StorageUnavailable

LIMIT = 10 * 1024 * 1024
MAKERS = {
    "jpeg": samples.jpeg,
    "jpg": samples.jpeg,
    "JPG": samples.jpeg,
    "png": samples.png,
    "gif": samples.gif,
    "webp": samples.webp,
    "WebP": samples.webp,
    "pdf": samples.pdf,
    "doc": ole.doc,
    "docx": samples.docx,
    "DOCX": samples.docx,
}


def kept() -> list[str]:
    return sorted(names_in("chat_files"))


def refused(data: bytes, name: str) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        files.receive(samples.upload(data, name))
    assert kept() == []
    return refusal.value


def long_pdf(size: int) -> bytes:
    return samples.pdf().ljust(size, b"\n")


@pytest.mark.parametrize("extension", MAKERS)
def test_it_keeps_every_accepted_type(extension):
    data = MAKERS[extension]()
    received = files.receive(samples.upload(data, f"Été 1.{extension}"))
    assert received.file_name == f"Été 1.{extension}"
    assert re.fullmatch(rf"chat-file-[0-9a-f]{{32}}\.{extension.lower()}", received.stored_name)
    with default_storage.open(f"chat_files/{received.stored_name}") as file:
        stored = file.read()
    assert received.file_size == len(stored)
    assert received.sha256 == hashlib.sha256(stored).hexdigest()
    assert received.digest == hashlib.sha256(data).hexdigest()
    expected = {received.stored_name}
    if received.file_type.startswith("image/"):
        assert (received.width, received.height) == (120, 80)
        expected.add(received.thumbnail_name)
    else:
        assert (received.width, received.height, received.thumbnail_name) == (None, None, None)
    assert set(kept()) == expected


def test_no_place_leaves_the_server():
    photo = samples.jpeg(exif=samples.exif())
    received = files.receive(samples.upload(photo))
    for name in (received.stored_name, received.thumbnail_name):
        with default_storage.open(f"chat_files/{name}") as file:
            data = file.read()
        assert b"Secret" not in data
        assert not Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)


def test_it_takes_ten_mebibytes_and_not_one_byte_more():
    assert files.receive(samples.upload(long_pdf(LIMIT), "a.pdf")).file_size == LIMIT
    for name in kept():
        default_storage.delete(f"chat_files/{name}")
    refusal = refused(long_pdf(LIMIT + 1), "a.pdf")
    assert refusal.code == "file_too_large"
    assert "10.1 MB; the limit is 10 MB" in refusal.message
    assert "12.3 MB" in refused(long_pdf(int(12.25 * 1024 * 1024)), "a.pdf").message


def test_it_counts_the_bytes_and_not_what_was_declared():
    upload = samples.upload(long_pdf(LIMIT + 1), "a.pdf")
    upload.size = 10
    with pytest.raises(FileRefused) as refusal:
        files.receive(upload)
    assert refusal.value.code == "file_too_large"
    assert kept() == []


def test_it_does_not_read_what_declares_itself_too_large():
    upload = SimpleNamespace(name="a.pdf", size=LIMIT + 1, read=lambda *_: pytest.fail("read"))
    with pytest.raises(FileRefused) as refusal:
        files.receive(upload)
    assert refusal.value.code == "file_too_large"


def test_it_refuses_an_empty_file():
    assert refused(b"", "a.pdf").code == "file_empty"


def test_it_refuses_before_it_stores():
    assert refused(b"<svg onload='alert(1)'/>", "a.svg").code == "file_type_refused"
    assert refused(samples.jpeg()[:-500], "a.jpg").code == "file_broken"
    assert refused(samples.png_claiming(20_000, 20_000), "a.png").code == "image_too_large"


def test_it_reads_an_upload_from_its_start():
    upload = samples.upload(samples.pdf(), "a.pdf")
    digest = files.digest_of(upload)
    assert files.receive(upload).digest == digest == files.digest_of(upload)


def test_nothing_remains_when_the_thumbnail_cannot_be_kept(monkeypatch):
    save = default_storage._wrapped.save if hasattr(default_storage, "_wrapped") else default_storage.save
    monkeypatch.setattr(default_storage, "save", lambda path, content: _full_disk(save, path, content))
    with pytest.raises(StorageUnavailable) as refusal:
        files.receive(samples.upload(samples.jpeg()))
    assert (refusal.value.status, refusal.value.code) == (503, "storage_unavailable")
    assert kept() == []


def _full_disk(save, path, content):
    if "thumb" in path:
        raise OSError(28, "No space left on device")
    return save(path, content)


def test_it_discards_what_it_kept():
    received = files.receive(samples.upload(samples.jpeg()))
    assert len(kept()) == 2
    received.discard()
    assert kept() == []


def test_it_keeps_a_profile_picture_small_and_silent():
    photo = samples.encoded(samples.picture(1200, 800), "JPEG", exif=samples.exif())
    name = receive_picture(samples.upload(photo, "Me.JPG"))
    assert re.fullmatch(r"profile-[0-9a-f]{32}\.webp", name)
    with default_storage.open(f"profiles/{name}") as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
    assert (image.format, image.size) == ("WEBP", (341, 512))
    assert not image.getexif()
    drop_picture(name)
    assert names_in("profiles") == set()


def test_it_refuses_a_profile_picture_that_is_none():
    with pytest.raises(FileRefused) as refusal:
        receive_picture(samples.upload(samples.pdf(), "me.pdf"))
    assert refusal.value.code == "file_type_refused"
    with pytest.raises(FileRefused):
        receive_picture(samples.upload(samples.pdf(), "me.png"))
    assert names_in("profiles") == set()
