"""Decompression bombs: a small file that would take gigabytes or hours is refused before it does."""

import struct
import zlib

import pytest

from chat.tests.files import samples
from chat.tests.files.refusing import code_of, judged
from chatsite.files.images.limits import check_limits


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ((8126, 8000), "image_too_large"),
        ((32_768, 10), "image_side_too_long"),
        ((10, 32_768), "image_side_too_long"),
        ((2**31 - 1, 2**31 - 1), "image_side_too_long"),
    ],
)
def test_it_refuses_pixel_bombs_before_decoding(size, code, monkeypatch):
    monkeypatch.setattr("chatsite.files.images.decoding.decode", lambda *_, **__: pytest.fail("decoded"))
    assert code_of(samples.png_claiming(*size), "png") == code


def test_it_accepts_a_picture_at_the_limit():
    for size in [(8125, 8000), (32_767, 2)]:
        assert check_limits(width=size[0], height=size[1], frames=1, passes=1) is None


def test_it_measures_a_gif_by_the_frames_that_reach_over_its_screen():
    data = bytearray(samples.gif())
    data[6:10] = struct.pack("<HH", 1, 1)
    facts = judged(bytes(data), "gif")
    assert (facts.width, facts.height) == (120, 80)
    start = data.index(b",")
    data[start + 5 : start + 9] = struct.pack("<HH", 60_000, 60_000)
    assert code_of(bytes(data), "gif") == "image_side_too_long"


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "PNG"])
def test_it_counts_the_frames(format_name):
    options = {"lossless": True} if format_name == "WEBP" else {}
    extension = format_name.lower()
    assert judged(samples.animated(format_name, 260, (4, 4), **options), extension).frames == 260
    assert code_of(samples.animated(format_name, 601, (4, 4), **options), extension) == "animation_too_long"


def test_it_limits_the_pixels_of_all_frames(monkeypatch):
    monkeypatch.setattr("chatsite.files.images.decoding.decode", lambda *_, **__: pytest.fail("decoded"))
    data = samples.animated("GIF", 4)
    assert code_of(data[:6] + struct.pack("<HH", 8000, 7000) + data[10:], "gif") == "animation_too_large"


def test_it_refuses_a_jpeg_of_endless_passes():
    data = samples.jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    assert judged(data, "jpg")
    assert code_of(data[:-2] + data[last:-2] * 100 + data[-2:], "jpg") == "file_broken"


@pytest.mark.parametrize(("kind", "is_kept"), [(b"zTXt", False), (b"iTXt", False), (b"iCCP", True)])
def test_it_unpacks_no_text_that_it_drops(kind, is_kept):
    packed = zlib.compress(b"\0" * 5_000_000, 9)
    body = b"k\0\1\0\0\0" + packed if kind == b"iTXt" else b"k\0\0" + packed
    data = samples.png()
    bomb = data[:33] + samples.png_chunk(kind, body) + data[33:]
    if is_kept:
        assert code_of(bomb, "png") == "file_broken"
    else:
        assert judged(bomb, "png") == judged(data, "png")
