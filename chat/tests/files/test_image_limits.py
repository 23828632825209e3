"""Decompression bombs: a small file that would take gigabytes or hours is refused before it does."""

import struct
import zlib

import pytest
from PIL import Image

from chat.tests.files import samples
from chat.tests.files.refusing import code_of
from chatsite.files.images import check_image


@pytest.mark.parametrize("size", [(8001, 8000), (16385, 10), (10, 16385), (65_000, 65_000), (2**31 - 1, 2**31 - 1)])
def test_it_refuses_pixel_bombs_before_decoding(size, monkeypatch):
    monkeypatch.setattr("chatsite.files.images.decoding.decode_all", lambda *_, **__: pytest.fail("decoded"))
    assert code_of(samples.png_claiming(*size), "png") == "image_too_large"


def test_it_accepts_a_picture_at_the_limit():
    flat = samples.encoded(Image.new("1", (8000, 8000)), "PNG")
    facts = check_image(flat, "png")
    assert (facts.width, facts.height) == (8000, 8000)
    assert check_image(samples.encoded(Image.new("1", (16384, 2)), "PNG"), "png").width == 16384


def test_it_measures_a_gif_by_the_frames_that_reach_over_its_screen():
    data = bytearray(samples.gif())
    data[6:10] = struct.pack("<HH", 1, 1)
    facts = check_image(bytes(data), "gif")
    assert (facts.width, facts.height) == (120, 80)
    start = data.index(b",")
    data[start + 5 : start + 9] = struct.pack("<HH", 60_000, 60_000)
    assert code_of(bytes(data), "gif") == "image_too_large"


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "PNG"])
def test_it_counts_the_frames(format_name):
    options = {"lossless": True} if format_name == "WEBP" else {}
    extension = format_name.lower()
    assert check_image(samples.animated(format_name, 200, (4, 4), **options), extension).frames == 200
    assert code_of(samples.animated(format_name, 201, (4, 4), **options), extension) == "image_too_large"


def test_it_limits_the_pixels_of_all_frames(monkeypatch):
    monkeypatch.setattr("chatsite.files.images.decoding.decode_all", lambda *_, **__: pytest.fail("decoded"))
    data = samples.animated("GIF", 4)
    assert code_of(data[:6] + struct.pack("<HH", 8000, 7000) + data[10:], "gif") == "image_too_large"


def test_it_refuses_a_jpeg_of_endless_passes():
    data = samples.jpeg(progressive=True)
    last = data.rindex(b"\xff\xda")
    assert check_image(data, "jpg")
    assert code_of(data[:-2] + data[last:-2] * 100 + data[-2:], "jpg") == "file_broken"


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_it_refuses_text_that_unpacks_to_megabytes(kind):
    packed = zlib.compress(b"\0" * 5_000_000, 9)
    body = b"k\0\1\0\0\0" + packed if kind == b"iTXt" else b"k\0\0" + packed
    data = samples.png()
    bomb = data[:33] + samples.png_chunk(kind, body) + data[33:]
    assert check_image(data, "png")
    assert code_of(bomb, "png") == "file_broken"
