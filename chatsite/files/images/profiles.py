"""ICC profiles of colours that a picture names by number only (H.273): JPEG and WebP have no such numbers."""

import functools
import math
import struct
from collections.abc import Callable

# Columns of red, green and blue, adapted to the white of profiles.
_BT709 = ((0.436066, 0.222488, 0.013916), (0.385147, 0.716873, 0.097076), (0.143066, 0.060608, 0.714096))
_BT2020 = ((0.673459, 0.279033, -0.001931), (0.165661, 0.675338, 0.029979), (0.125100, 0.045629, 0.797162))
_DISPLAY_P3 = ((0.515102, 0.241182, -0.001049), (0.291965, 0.692236, 0.041882), (0.157153, 0.066582, 0.784378))
_PRIMARIES = {1: _BT709, 9: _BT2020, 12: _DISPLAY_P3}
_COLUMNS = (b"rXYZ", b"gXYZ", b"bXYZ")
_CURVES = (b"rTRC", b"gTRC", b"bTRC")
_WHITE = (0.9642, 1.0, 0.8249)
# From daylight to that white.
_ADAPTATION = (1.047886, 0.022919, -0.050216, 0.029582, 0.990484, -0.017079, -0.009252, 0.015073, 0.751678)
# The light of white paper on a screen, in candela for each square metre; on others than HDR nothing is brighter.
_PAPER = 203
_STEPS = 1024


def profile_of(primaries: int, transfer: int) -> bytes | None:
    """The profile for these numbers; None for sRGB, which needs none, and for numbers that are not known."""
    if primaries not in _PRIMARIES or (primaries == 1 and transfer not in _LIGHTS):
        return None
    return _profile(primaries, transfer)


def _srgb(signal: float) -> float:
    return signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4


def _pq(signal: float) -> float:
    power = signal ** (32 / 2523)
    return 10_000 / _PAPER * (max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (16_384 / 2610)


def _hlg(signal: float) -> float:
    scene = signal**2 / 3 if signal <= 0.5 else (math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return 1_000 / _PAPER * scene**1.2


# What is not here is shown as sRGB by everybody.
_LIGHTS: dict[int, Callable[[float], float]] = {8: float, 16: _pq, 18: _hlg}


@functools.cache
def _profile(primaries: int, transfer: int) -> bytes:
    light = _LIGHTS.get(transfer, _srgb)
    values = [round(0xFFFF * min(1, light(step / (_STEPS - 1)))) for step in range(_STEPS)]
    curve = struct.pack(f">4s4xI{_STEPS}H", b"curv", _STEPS, *values)
    tags = {
        b"desc": _text(f"H.273 {primaries}/{transfer}"),
        b"cprt": _text("CC0"),
        b"wtpt": _fixed(b"XYZ ", _WHITE),
        b"chad": _fixed(b"sf32", _ADAPTATION),
        **{name: _fixed(b"XYZ ", column) for name, column in zip(_COLUMNS, _PRIMARIES[primaries], strict=True)},
    }
    return _assembled(tags, curve)


def _text(words: str) -> bytes:
    encoded = words.encode("utf-16-be")
    return struct.pack(">4s4xII4sII", b"mluc", 1, 12, b"enUS", len(encoded), 28) + encoded


def _fixed(kind: bytes, numbers: tuple[float, ...]) -> bytes:
    return struct.pack(f">4s4x{len(numbers)}i", kind, *(round(number * 0x10000) for number in numbers))


def _assembled(tags: dict[bytes, bytes], curve: bytes) -> bytes:
    """Header, table of tags, and their contents, the curve once for all three colours."""
    contents = [*tags.items(), *((name, curve) for name in _CURVES)]
    table, body, places = b"", b"", {}
    start = 128 + 4 + 12 * len(contents)
    for name, content in contents:
        if content not in places:
            places[content] = start + len(body)
            body += content + b"\0" * (-len(content) % 4)
        table += struct.pack(">4sII", name, places[content], len(content))
    white = struct.pack(">3i", *(round(number * 0x10000) for number in _WHITE))
    size = start + len(body)
    head = struct.pack(">I4xI4s4s4s12x4s28x", size, 0x04300000, b"mntr", b"RGB ", b"XYZ ", b"acsp") + white
    return head.ljust(128, b"\0") + struct.pack(">I", len(contents)) + table + body
