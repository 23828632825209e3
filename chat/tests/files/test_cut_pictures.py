"""Pictures whose file stops early: kept with a proper end where all pixels are there, refused where some are not."""

import io
import struct

import pytest
from PIL import Image

from chat.tests.files import samples
from chat.tests.files.refusing import code_of, judged

NOISE = Image.effect_noise((160, 120), 80).convert("RGB")
STILL = {
    "png": samples.encoded(NOISE, "PNG"),
    "gif": samples.encoded(NOISE.convert("P"), "GIF"),
    "webp": samples.encoded(NOISE, "WEBP", exif=samples.exif(), xmp=b"<x/>" * 20),
}
MOVING = {
    name: samples.encoded(
        NOISE.convert(mode),
        name,
        save_all=True,
        append_images=[NOISE.rotate(angle).convert(mode) for angle in (90, 180)],
    )
    for name, mode in (("PNG", "RGB"), ("GIF", "P"), ("WEBP", "RGB"))
}
# How many bytes at the end are no pixels: of the last chunk and its checksum; of the last sub-block and the trailer.
NO_PIXELS = {"png": 16, "gif": 2}


def pixels(data: bytes) -> list[bytes]:
    image = Image.open(io.BytesIO(data))
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(image.convert("RGBA").tobytes())
    return frames


@pytest.mark.parametrize("extension", NO_PIXELS)
def test_a_missing_end_is_written(extension):
    for whole in (STILL[extension], MOVING[extension.upper()]):
        for cut in range(1, NO_PIXELS[extension] + 1):
            clean = judged(whole[:-cut], extension).data
            assert clean == whole, cut
            assert pixels(clean) == pixels(whole)


def test_zeros_in_place_of_an_end_are_forgiven_where_a_checksum_tells():
    assert judged(STILL["png"][:-12] + bytes(5_000), "png").data == STILL["png"]
    assert code_of(STILL["gif"][:-1] + bytes(5_000), "gif") == "file_broken"


@pytest.mark.parametrize("extension", STILL)
def test_missing_rows_are_refused(extension):
    for whole in (STILL[extension], MOVING[extension.upper()]):
        tail = len(whole) - whole.rindex(b"EXIF") if b"EXIF" in whole else NO_PIXELS.get(extension, 0)
        for end in (tail + 60, len(whole) // 10, len(whole) // 2, len(whole) * 4 // 5):
            # In a WebP zeros may be pixels: those of an even picture end with thousands of them.
            for filled in (b"", *((bytes(100), bytes(end)) if extension != "webp" else ())):
                assert code_of(whole[:-end] + filled, extension) == "file_broken", (end, len(filled))


def test_an_animation_keeps_all_its_frames_or_is_refused():
    for name, mark in (("PNG", b"fcTL"), ("GIF", b"\x21\xf9"), ("WEBP", b"ANMF")):
        whole, start = MOVING[name], MOVING[name].rindex(mark)
        # Between two frames nothing of a GIF tells that there was another.
        for keep in (start - 4, *([start] if name != "GIF" else []), start + 1, start + 2, start + 6, start + 8):
            assert code_of(whole[:keep], name.lower()) == "file_broken", (name, keep - start)
    whole, start = MOVING["WEBP"], MOVING["WEBP"].rindex(b"ANMF")
    assert code_of(whole[:start].ljust(len(whole), b"\0"), "webp") == "file_broken"


def test_what_follows_the_pixels_of_a_webp_may_be_cut_off():
    whole = STILL["webp"]
    start = whole.rindex(b"EXIF")
    for keep in (start, start + 3, start + 8, start + 40, len(whole) - 1):
        assert pixels(judged(whole[:keep], "webp").data) == pixels(whole)
    for keep in (start - 2, start // 2):
        assert code_of(whole[:keep], "webp") == "file_broken"


def test_a_gif_is_never_cut_by_a_stray_byte():
    whole = MOVING["GIF"]
    middle = whole.rindex(b"\x21\xf9")
    assert code_of(whole[:middle] + b"\0" + whole[middle:], "gif") == "file_broken"


def test_a_damaged_chunk_costs_no_pixels():
    whole = STILL["png"]
    start = whole.index(b"IDAT") - 4
    (length,) = struct.unpack(">I", whole[start : start + 4])
    end = start + 12 + length
    assert judged(whole[:end] + b"\0\0\0\4oops" + whole[end:], "png").data == whole
    assert code_of(whole[: end - 4] + b"oops" + whole[end:], "png") == "file_broken"
