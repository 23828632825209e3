"""The sound of a message is what its program makes."""

import wave
from array import array
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from django.conf import settings


def _program():
    spec = spec_from_file_location("make_sound", Path(settings.BASE_DIR) / "bin/make_sound.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_what_its_program_makes_and_soft():
    program = _program()
    with wave.open(str(program.PATH), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, program.RATE)
        kept = array("h", file.readframes(file.getnframes()))
    made = program.samples()
    # Libraries of mathematics differ in the last bit.
    assert len(kept) == len(made)
    assert max(abs(one - other) for one, other in zip(kept, made, strict=True)) <= 1
    assert 1_000 < max(map(abs, made)) < 32_767 / 4
    assert made[-1] == made[0] == 0
