"""Pictures as devices and programs write them: what becomes of their pixels, names and types."""

import io
from pathlib import Path

import pytest
from PIL import Image

from chat import files
from chat.tests.files import samples
from chat.tests.files.refusing import code_of, judged
from chatsite.files import images, photos
from chatsite.files.images import heic, judging
from chatsite.http.errors import FileRefused

CASES = Path(__file__).parent / "cases"

with_decoder = pytest.mark.skipif(not images.READS_HEIC, reason="pi-heif has no wheel for this system")


def case(name: str) -> bytes:
    return (CASES / name).read_bytes()


def pixels(data: bytes) -> bytes:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


def test_it_keeps_a_printers_colours_whatever_a_program_wrote_beside_them():
    data = case("ycck_app14_33.jpg")
    assert pixels(judged(data, "jpg").data) == pixels(data)


def test_a_marker_by_accident_never_cuts_a_picture():
    assert code_of(case("stray_marker_in_scan.jpg"), "jpg") == "file_broken"
    data = samples.encoded(Image.effect_noise((200, 150), 80), "JPEG")
    middle = data.index(b"\xff\xda") + len(data) // 2
    for marker in (b"\xff\xd9", b"\xff\xe5\x00\x40", b"\xff\xc4\x00\x40", b"\xff\x01", b"\xff\xf0"):
        assert code_of(data[:middle] + marker + data[middle + len(marker) :], "jpg") == "file_broken", marker


def test_a_missing_end_is_forgiven_only_behind_the_last_row():
    for options in ({}, {"progressive": True}):
        data = samples.encoded(Image.effect_noise((200, 150), 80), "JPEG", **options)
        assert judged(data[:-2], "jpg").data == data
        assert code_of(data[: len(data) * 9 // 10], "jpg") == "file_broken"


@with_decoder
def test_a_photo_of_a_phone_becomes_a_jpeg():
    data = case("photo.heic")
    assert b"Secret" in data
    received = files.receive(samples.upload(data, "Gorge.1.HEIC"))
    assert (received.file_name, received.file_type) == ("Gorge.1.jpg", "image/jpeg")
    assert received.stored_name.endswith(".jpg")
    assert (received.width, received.height) == (80, 120)
    photo = judged(data, "heic")
    assert b"Secret" not in photo.data
    image = Image.open(io.BytesIO(photo.data))
    assert (image.format, image.size) == ("JPEG", (80, 120))
    assert image.info["icc_profile"] == Image.open(io.BytesIO(photo.thumbnail)).info["icc_profile"]
    # Turned by a quarter: the red of the top left is at the top right.
    red, green, blue = image.getpixel((70, 10))
    assert red > 150 > max(green, blue)


@with_decoder
def test_a_jpeg_from_a_phone_fits_the_limit(monkeypatch):
    picture = Image.effect_noise((300, 200), 90).convert("RGB")
    monkeypatch.setattr(heic, "_decode", lambda data: (picture, None))
    sizes = [len(heic.to_jpeg(b"", most)) for most in (100_000, 30_000)]
    assert sizes[0] > 30_000 >= sizes[1]
    with pytest.raises(judging.BrokenImage):
        heic.to_jpeg(b"", 100)


@with_decoder
def test_it_refuses_a_damaged_photo_of_a_phone():
    data = case("photo.heic")
    for keep in (len(data) - 1, len(data) // 2, 40):
        assert code_of(data[:keep], "heic") == "file_broken"


def test_without_a_decoder_it_says_how_to_set_the_phone(monkeypatch):
    monkeypatch.setattr(photos, "READS_HEIC", False)
    monkeypatch.setattr(images, "READS_HEIC", False)
    with pytest.raises(FileRefused, match="Most Compatible") as refused:
        files.receive(samples.upload(case("photo.heic"), "a.heic"))
    assert refused.value.code == "heic_unsupported"
    # So that an iPhone sends JPEG.
    assert "heic" not in images.offered_extensions()


def test_there_has_to_be_memory_for_a_picture(settings):
    settings.IMAGE_MEMORY_LARGEST_MB = 128
    with pytest.raises(FileRefused) as refused:
        files.receive(samples.upload(case("sensor64_9248x6936.png"), "a.png"))
    assert refused.value.code == "image_too_large"
    assert "9,248 × 6,936 pixels; the limit of a PNG picture is 16.78 megapixels" in refused.value.message
