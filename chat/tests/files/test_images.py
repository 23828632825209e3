"""Images: which are accepted, which metadata is removed, and their thumbnails."""

import io
import struct

import pytest
from PIL import Image, PngImagePlugin

from chat.tests.files import samples
from chat.tests.files.refusing import code_of, judged

XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretXmp</x:xmpmeta>"


def with_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Location", "SecretPlain")
    info.add_text("Location", "SecretPacked " * 20, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return info


# Every format with everything a phone or a program may write into it.
TALKATIVE = {
    "jpg": samples.jpeg(exif=samples.exif(), icc_profile=samples.colour_profile(), comment=b"SecretComment", xmp=XMP),
    "jpeg": samples.jpeg(exif=samples.exif(), progressive=True),
    "png": samples.png(exif=samples.exif(), icc_profile=samples.colour_profile(), pnginfo=with_text()),
    "webp": samples.webp(exif=samples.exif(), icc_profile=samples.colour_profile(), xmp=XMP),
    "gif": samples.gif(comment=b"SecretComment"),
}
MOVING = {
    "gif": samples.animated("GIF", comment=b"SecretComment"),
    "webp": samples.animated("WEBP", lossless=True, exif=samples.exif(), xmp=XMP),
    "png": samples.animated("PNG", exif=samples.exif()),
}


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def pixels(data: bytes) -> list[bytes]:
    image = opened(data)
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(image.tobytes())
    return frames


@pytest.mark.parametrize("extension", TALKATIVE)
def test_it_takes_off_all_that_is_not_the_picture(extension):
    data = TALKATIVE[extension]
    assert b"Secret" in data
    clean = judged(data + b"<script>SecretTail</script>", extension).data
    assert b"Secret" not in clean
    assert b"2024:01:02" not in clean
    assert set(opened(clean).getexif()) <= {0x0112}
    assert opened(clean).getexif().get_ifd(0x8825) == {}
    assert pixels(clean) == pixels(data)


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_it_keeps_orientation_and_colour_profile(extension):
    clean = judged(TALKATIVE[extension], extension).data
    assert opened(clean).getexif()[0x0112] == 6
    assert opened(clean).info["icc_profile"] == samples.colour_profile()


@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_it_measures_as_a_person_sees(extension):
    assert opened(TALKATIVE[extension]).size == (120, 80)
    facts = judged(TALKATIVE[extension], extension)
    assert (facts.width, facts.height) == (80, 120)


@pytest.mark.parametrize("extension", MOVING)
def test_it_keeps_an_animation(extension):
    data = MOVING[extension]
    clean = judged(data, extension).data
    assert b"Secret" not in clean
    assert judged(data, extension).frames == 4
    assert pixels(clean) == pixels(data)
    moving = opened(clean)
    moving.load()
    assert (moving.info["duration"], moving.info["loop"]) == (100, 0)


def test_it_reduces_a_phones_multi_picture_file_to_its_first():
    data = samples.encoded(
        samples.picture(), "MPO", save_all=True, append_images=[samples.picture(60, 60)], exif=samples.exif()
    )
    assert opened(data).n_frames == 2
    clean = judged(data, "jpg").data
    assert judged(data, "jpg").frames == 1
    assert opened(clean).format == "JPEG"
    assert pixels(clean) == pixels(data)[:1]
    assert b"Secret" not in clean


def test_it_removes_the_picture_inside_the_picture():
    small = samples.jpeg(comment=b"SecretSmall")
    jfxx = b"\xff\xe0" + struct.pack(">H", len(small) + 8) + b"JFXX\0\x10" + small
    data = samples.jpeg()
    assert judged(data[:2] + jfxx + data[2:], "jpg").data == judged(data, "jpg").data


def test_it_makes_a_polyglot_harmless():
    script = b"*/=1;alert(document.cookie)//"
    plain = samples.gif()
    start = plain.index(b",")
    comment = b"\x21\xfe" + bytes([len(script)]) + script + b"\0"
    polyglot = plain[:start] + comment + plain[start:] + script
    clean = judged(polyglot, "gif").data
    assert b"alert" not in clean
    assert pixels(clean) == pixels(plain)


def test_it_takes_the_applications_blocks_off_a_gif():
    plain = samples.animated("GIF")
    start = plain.index(b"\x21\xf9")
    place = b"\x21\xff\x0bXMP DataXMP\x0fSecretLatitude \0"
    clean = judged(plain[:start] + place + plain[start:], "gif").data
    assert b"Secret" not in clean
    assert clean == judged(plain, "gif").data
    assert b"NETSCAPE2.0" in clean


def test_it_cleans_what_is_clean_to_the_same_bytes():
    for extension, data in {**TALKATIVE, **MOVING}.items():
        clean = judged(data, extension).data
        assert judged(clean, extension).data == clean


@pytest.mark.parametrize(("kind", "files"), [("still", TALKATIVE), ("moving", MOVING)])
def test_it_refuses_what_is_cut_off(kind, files):
    for extension, data in files.items():
        assert judged(data, extension)
        # Behind its pixels it may be cut off: see `test_cut_pictures`.
        last = data.index(b"EXIF") - 2 if (kind, extension) == ("still", "webp") else len(data) - 24
        for keep in (last, len(data) * 3 // 4, len(data) // 2, 40, 13, 3):
            assert code_of(data[:keep], extension) == "file_broken", (extension, keep)


def test_it_refuses_damaged_bytes():
    data = samples.png()
    middle = data.index(b"IDAT") + 10
    assert code_of(data[:middle] + b"\0\0\0\0" + data[middle + 4 :], "png") == "file_broken"
    assert code_of(b"\xff\xd8\xff\xe0" + b"\0" * 200, "jpg") == "file_broken"
    assert code_of(b"GIF89a" + b"\xff" * 200, "gif") == "file_broken"
    assert code_of(b"RIFF\x10\0\0\0WEBPVP8 \x04\0\0\0\0\0\0\0", "webp") == "file_broken"


@pytest.mark.parametrize(
    ("kind", "body", "is_dropped"),
    [(b"tEXt", b"k\0v", True), (b"gAMA", b"\0\0\xb1\x8f", True), (b"tRNS", bytes(6), False), (b"QRST", b"", False)],
)
def test_a_damaged_text_costs_the_text_alone(kind, body, is_dropped):
    data = samples.png()
    damaged = data[:33] + samples.png_chunk(kind, body)[:-4] + b"oops" + data[33:]
    if is_dropped:
        assert judged(damaged, "png") == judged(data, "png")
    else:
        assert code_of(damaged, "png") == "file_broken"


def test_it_refuses_another_format_under_the_extension():
    assert code_of(samples.png(), "jpg") == "file_broken"
    assert code_of(samples.jpeg(), "webp") == "file_broken"


@pytest.mark.parametrize("extension", TALKATIVE)
def test_its_thumbnail_is_upright_small_and_silent(extension):
    small = judged(TALKATIVE[extension], extension, 60).thumbnail
    image = opened(small)
    assert image.format == "WEBP"
    assert max(image.size) == 60
    assert b"Secret" not in small
    assert not image.getexif()
    if extension != "gif":
        # Rotated by a quarter: the red of the top left is at the top right.
        assert image.size == (40, 60)
        red, green, blue = image.convert("RGB").getpixel((35, 5))
        assert red > 150 > max(green, blue)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_it_draws_every_kind_of_png(mode):
    source = Image.new("I;16", (50, 40), 0x8000) if mode == "I;16" else samples.picture(mode=mode)
    image = opened(judged(samples.encoded(source, "PNG"), "png").thumbnail)
    assert image.size == source.size
    if mode == "I;16":
        assert 120 < image.convert("L").getpixel((5, 5)) < 136


def test_it_draws_printers_colours():
    image = opened(judged(samples.encoded(samples.picture(mode="CMYK"), "JPEG"), "jpg").thumbnail)
    assert image.mode == "RGB"


def test_it_keeps_a_thumbnail_transparent():
    clear = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    assert opened(judged(samples.encoded(clear, "PNG"), "png").thumbnail).getpixel((10, 10))[3] == 0


def test_it_draws_the_thinnest_panorama():
    assert opened(judged(samples.encoded(Image.new("L", (16_000, 2)), "PNG"), "png").thumbnail).size == (640, 1)
