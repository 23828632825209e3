#!/usr/bin/env python3
"""Makes the sound of a message, static/sound/message.wav: two soft tones, the second a fourth above the first.

bin/make_sound.py
"""

import math
import sys
import wave
from array import array
from pathlib import Path

PATH = Path(__file__).resolve().parent.parent / "static/sound/message.wav"
RATE = 22_050
SECONDS = 0.6
# Hertz, and when each begins.
TONES = ((659.26, 0.0), (880.0, 0.12))
LOUDNESS = 0.22


def samples() -> array:
    """Its samples, of 16 bits."""
    count = round(RATE * SECONDS)
    return array("h", (round(LOUDNESS * 32_767 * _at(number / RATE)) for number in range(count)))


def _at(moment: float) -> float:
    """It fades out before the file ends."""
    tones = sum(_tone(pitch, moment - begin) for pitch, begin in TONES if moment > begin)
    return tones / len(TONES) * min((SECONDS - moment) / 0.1, 1)


def _tone(pitch: float, age: float) -> float:
    """It swells for 12 ms, so that nothing clicks."""
    loudness = min(age / 0.012, 1) * math.exp(-7 * age)
    return loudness * (math.sin(math.tau * pitch * age) + 0.2 * math.sin(2 * math.tau * pitch * age))


def main() -> None:
    content = samples()
    if sys.byteorder == "big":
        content.byteswap()
    with wave.open(str(PATH), "wb") as file:
        file.setparams((1, 2, RATE, len(content), "NONE", "not compressed"))
        file.writeframes(content.tobytes())


if __name__ == "__main__":
    main()
