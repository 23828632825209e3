"""What opening a picture takes for each of its pixels, in every format: `python -m bench.picture_memory`.

Each picture is opened in a fresh process, whose highest number of addresses and of pages in memory is compared with
that before. HEIC is measured with a file of your own: `python -m bench.picture_memory photo.heic`.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from chatsite.files.images import judging

MEGABYTE = 1024 * 1024
SIZE = (5_000, 3_200)
LIMIT = 10 * MEGABYTE


def encoded(image: Image.Image, format_name: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


def noise(mode: str, size=SIZE) -> Image.Image:
    return Image.effect_noise((size[0] // 8, size[1] // 8), 60).resize(size).convert(mode)


def pictures():
    """(what it is, extension, bytes) of each."""
    yield "JPEG", "jpg", encoded(noise("RGB"), "JPEG")
    for mode in ("RGB", "CMYK"):
        options = {"progressive": True, "subsampling": 0}
        yield f"JPEG progressive {mode}", "jpg", encoded(noise(mode), "JPEG", **options)
        yield f"JPEG progressive {mode}, more behind", "jpg", encoded(noise(mode), "JPEG", **options) + b"more"
    for mode in ("1", "L", "RGB", "P", "LA", "RGBA"):
        yield f"PNG {mode}", "png", encoded(noise(mode), "PNG", compress_level=1)
    for mode in ("RGB", "RGBA"):
        yield f"WEBP {mode}", "webp", encoded(noise(mode), "WEBP", method=0)
    yield "GIF", "gif", encoded(noise("P"), "GIF")
    frames = [noise("RGBA", (2_000, 1_600)).rotate(90 * turn) for turn in range(3)]
    for name in ("PNG", "WEBP", "GIF"):
        options = {"method": 0} if name == "WEBP" else {}
        moving = encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=50, **options)
        yield f"{name} moving", name.lower(), moving


def measure(extension: str, path: str) -> None:
    """Print pixels, bytes of addresses and bytes of memory; runs in a process of its own."""
    judging.judge(encoded(noise("RGB", (80, 80)), "JPEG"), "jpg", side=640, max_bytes=LIMIT)
    data = Path(path).read_bytes()
    facts = judging.measure(data, extension)
    before = status()
    judging.judge(data, extension, side=640, max_bytes=LIMIT)
    after = status()
    print(facts.width * facts.height, after["VmPeak"] - before["VmSize"], after["VmHWM"] - before["VmRSS"], len(data))


def status() -> dict[str, int]:
    lines = (line.split() for line in Path("/proc/self/status").read_text().splitlines() if line.endswith(" kB"))
    return {name.rstrip(":"): int(number) * 1024 for name, number, _ in lines}


def main() -> None:
    own = [(Path(name).name, Path(name).suffix[1:].lower(), Path(name).read_bytes()) for name in sys.argv[1:]]
    print(f"{'':36}{'MB':>8}{'of file':>8}{'addresses':>12}{'memory':>8} in bytes a pixel")
    for what, extension, data in own or pictures():
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            command = [sys.executable, "-m", "bench.picture_memory", "--one", extension, file.name]
            environment = os.environ | {"MALLOC_ARENA_MAX": "1"}
            answer = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
        pixels, addresses, memory, length = map(int, answer.stdout.split())
        row = f"{memory / MEGABYTE:8.0f}{length / MEGABYTE:8.1f}{addresses / pixels:12.1f}{memory / pixels:8.1f}"
        print(f"{what:36}{row}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(*sys.argv[2:])
    else:
        main()
