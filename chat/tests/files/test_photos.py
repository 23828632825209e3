"""Pictures as devices and programs write them: what becomes of their pixels, names and types."""

import io
import struct
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from chat import files
from chat.tests.files import samples
from chat.tests.files.refusing import code_of, judged
from chatsite.files import images, photos
from chatsite.files.images import heic, judging
from chatsite.files.images.profiles import profile_of
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
        for end in (b"", b"\xff", b"\xff" * 64):
            assert judged(data[:-2] + end, "jpg").data == data, end
            assert code_of(data[: len(data) * 9 // 10] + end, "jpg") == "file_broken", end


def test_zeros_are_no_rows():
    """What is left of a download that stopped, on a disk that had made room for all of it."""
    data = samples.encoded(Image.effect_noise((200, 150), 80), "JPEG")
    lost = data[: len(data) * 9 // 10]
    for zeros in (0, 1_000, 100_000):
        assert code_of(lost + bytes(zeros), "jpg") == "file_broken", zeros
        assert pixels(judged(data[:-2] + bytes(zeros), "jpg").data) == pixels(data), zeros


def test_an_even_area_may_consist_of_zeros():
    data = even()
    assert data[-20:-2] == bytes(18)
    assert pixels(judged(data[:-2], "jpg").data) == pixels(data)
    assert code_of(data[:-20], "jpg") == "file_broken"


def even() -> bytes:
    """Black but for a corner, as JPEG whose codes are as short as can be, and fill the last byte."""
    image = Image.new("L", (640, 640))
    image.paste(40, (0, 0, 8, 8))
    return samples.encoded(image, "JPEG", optimize=True)


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


def with_numbers(data: bytes, primaries: int, transfer: int) -> bytes:
    """A HEIC photo whose colours are named by number instead of a profile."""
    start = data.index(b"colrprof")
    end = start - 4 + int.from_bytes(data[start - 4 : start])
    numbers = b"colrnclx" + struct.pack(">HHHB", primaries, transfer, 6, 0x80)
    return data[:start] + numbers.ljust(end - start, b"\0") + data[end:]


@with_decoder
def test_colours_that_are_named_by_number_stay_right():
    photo = judged(with_numbers(case("photo.heic"), 12, 13), "heic")
    for made in (photo.data, photo.thumbnail):
        assert Image.open(io.BytesIO(made)).info["icc_profile"] == profile_of(12, 13)
    plain = judged(with_numbers(case("photo.heic"), 1, 13), "heic")
    assert "icc_profile" not in Image.open(io.BytesIO(plain.data)).info


@pytest.mark.parametrize(
    ("numbers", "colour", "seen"),
    [
        # Display P3, linear light, and two ways to write more light than paper has.
        ((12, 13), (234, 51, 35), (255, 0, 0)),
        ((12, 13), (128, 128, 128), (128, 128, 128)),
        ((1, 8), (55, 55, 55), (128, 128, 128)),
        ((9, 1), (200, 100, 60), (241, 76, 46)),
        ((9, 16), (148, 148, 148), (255, 255, 255)),
        ((9, 18), (191, 191, 191), (255, 255, 255)),
    ],
)
def test_its_profile_says_what_the_numbers_mean(numbers, colour, seen):
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_of(*numbers)))
    shown = ImageCms.profileToProfile(Image.new("RGB", (1, 1), colour), profile, ImageCms.createProfile("sRGB"))
    assert shown.getpixel((0, 0)) == pytest.approx(seen, abs=3)


@pytest.mark.parametrize("numbers", [(1, 13), (1, 1), (2, 2), (0, 0), (6, 6), (65_535, 65_535)])
def test_what_everybody_shows_right_needs_no_profile(numbers):
    assert profile_of(*numbers) is None


@with_decoder
def test_a_jpeg_from_a_phone_fits_the_limit(monkeypatch):
    picture = Image.effect_noise((300, 200), 90).convert("RGB")
    monkeypatch.setattr(heic, "_decode", lambda data: (picture, None))
    sizes = [len(heic.to_jpeg(b"", most)) for most in (100_000, 30_000, 15_000)]
    assert sizes[0] > 30_000 >= sizes[1] > 15_000 >= sizes[2]
    with pytest.raises(judging.BrokenImage):
        heic.to_jpeg(b"", 100)


@with_decoder
def test_it_refuses_a_damaged_photo_of_a_phone():
    data = case("photo.heic")
    for keep in (len(data) - 1, len(data) // 2, 40):
        assert code_of(data[:keep], "heic") == "file_broken"


@with_decoder
def test_no_tile_of_a_phones_photo_may_be_missing():
    data = case("tiles.heic")
    photo = judged(data, "heic")
    assert (photo.width, photo.height) == (180, 120)
    pixels = len(data) - data.index(b"mdat") - 4
    for lost in (100, pixels // 2, pixels * 9 // 10):
        for filled in (0, 100, lost):
            assert code_of(data[:-lost] + bytes(filled), "heic") == "file_broken", (lost, filled)
    # What is not the picture may be zeros.
    assert judged(data + bytes(1_000), "heic") == photo


@with_decoder
def test_tiles_that_are_hard_to_find_are_refused_in_a_moment():
    data = case("tiles.heic")
    for kind in (b"iloc", b"iinf", b"iref"):
        assert code_of(data.replace(kind, b"free"), "heic") == "file_broken"
    (count,) = struct.unpack_from(">H", data, data.index(b"iloc") + 10)
    tile = data.index(b"iloc") + 12 + 16
    # Each of many pieces is the whole file.
    many = data[:tile] + struct.pack(">3HH", 2, 0, 0, 60_000) + struct.pack(">2I", 0, len(data)) * 60_000
    assert count == 7
    assert code_of(many, "heic") == "file_broken"


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
