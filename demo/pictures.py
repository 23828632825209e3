"""Two photos as patients send them: a blood-pressure monitor on a table, a page of a notebook."""

import io
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

_SEGMENTS = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abcfgd",
}


def blood_pressure_monitor(systolic: int, diastolic: int, pulse: int) -> bytes:
    photo = _table((1200, 900), (212, 206, 194), (172, 163, 148))
    draw = ImageDraw.Draw(photo)
    draw.ellipse((-180, 120, 250, 470), fill=(94, 113, 129))
    draw.line([(90, 280), (180, 262), (250, 320), (330, 470)], fill=(70, 82, 94), width=26, joint="curve")
    _shadow(photo, (322, 150, 962, 800), radius=70)
    draw = ImageDraw.Draw(photo)
    draw.rounded_rectangle((310, 130, 950, 780), 70, fill=(226, 229, 231), outline=(198, 203, 207), width=3)
    draw.rounded_rectangle((322, 140, 938, 460), 62, fill=(235, 237, 239))
    draw.rounded_rectangle((368, 190, 892, 618), 26, fill=(184, 195, 174), outline=(142, 156, 136), width=6)
    label = ImageFont.load_default(26)
    for top, name, number, height in (
        (224, "SYS", systolic, 122),
        (374, "DIA", diastolic, 104),
        (506, "PULS", pulse, 78),
    ):
        draw.text((396, top + 12), name, font=label, fill=(72, 80, 70))
        _digits(draw, str(number), right=850, top=top, height=height)
    draw.ellipse((450, 656, 530, 736), fill=(72, 130, 124))
    draw.ellipse((736, 656, 816, 736), fill=(172, 179, 183))
    return _as_phone_photo(photo, tilt=-2.5)


def notebook_page(title: str, rows: list[tuple[str, str, str]]) -> bytes:
    page = Image.new("RGB", (780, 960), (246, 242, 229))
    draw = ImageDraw.Draw(page)
    for y in range(190, 960, 96):
        draw.line((0, y, 780, y), fill=(181, 201, 216), width=3)
    for x in (250, 510):
        draw.line((x, 130, x, 960), fill=(181, 201, 216), width=3)
    draw.line((64, 0, 64, 960), fill=(222, 176, 172), width=3)
    draw.text((96, 62), title, font=ImageFont.load_default(60), fill=(64, 60, 56))
    rng = random.Random(4)  # noqa: S311 - the same hand every time
    for number, row in enumerate(rows):
        for column, words in zip((92, 290, 550), row, strict=True):
            _handwrite(page, (column + rng.randint(-6, 6), 204 + 96 * number + rng.randint(-5, 5)), words, rng)
    photo = _table((1200, 1200), (139, 106, 80), (110, 81, 59))
    photo = _grain_of_wood(photo)
    mask = Image.new("L", page.size, 255).rotate(7, expand=True, resample=Image.Resampling.BICUBIC)
    turned = page.rotate(7, expand=True, resample=Image.Resampling.BICUBIC)
    _shadow(photo, (210, 120, 1010, 1090), radius=20, tilt=7)
    photo.paste(turned, (600 - turned.width // 2, 600 - turned.height // 2), mask)
    return _as_phone_photo(photo, tilt=0)


def _digits(draw: ImageDraw.ImageDraw, text: str, *, right: int, top: int, height: int) -> None:
    """Seven-segment figures that end at `right`."""
    width, bar = height * 0.56, height * 0.13
    for place, figure in enumerate(reversed(text)):
        x, y = right - (place + 1) * width * 1.28, top
        middle = height / 2
        boxes = {
            "a": (bar, 0, width - bar, bar),
            "g": (bar, middle - bar / 2, width - bar, middle + bar / 2),
            "d": (bar, height - bar, width - bar, height),
            "f": (0, bar * 0.6, bar, middle - bar * 0.2),
            "b": (width - bar, bar * 0.6, width, middle - bar * 0.2),
            "e": (0, middle + bar * 0.2, bar, height - bar * 0.6),
            "c": (width - bar, middle + bar * 0.2, width, height - bar * 0.6),
        }
        for segment in _SEGMENTS[figure]:
            left, upper, end, lower = boxes[segment]
            draw.rounded_rectangle((x + left, y + upper, x + end, y + lower), bar * 0.35, fill=(44, 54, 46))


def _handwrite(page: Image.Image, at: tuple[int, int], words: str, rng: random.Random) -> None:
    """Words in ink, leaning and not quite level."""
    ink = Image.new("L", (360, 110), 0)
    ImageDraw.Draw(ink).text((30, 14), words, font=ImageFont.load_default(56), fill=235)
    ink = ink.transform(ink.size, Image.Transform.AFFINE, (1, 0.24, -22, 0, 1, 0), resample=Image.Resampling.BICUBIC)
    ink = ink.rotate(rng.uniform(-1.5, 2.5), resample=Image.Resampling.BICUBIC)
    page.paste((32, 62, 122), at, ink)


def _table(size: tuple[int, int], light: Colour, dark: Colour) -> Image.Image:
    slope = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, dark), Image.new("RGB", size, light), slope)


def _grain_of_wood(photo: Image.Image) -> Image.Image:
    lines = Image.effect_noise((24, photo.height), 46).resize(photo.size, Image.Resampling.BICUBIC)
    return Image.blend(photo, ImageChops.multiply(photo, Image.merge("RGB", [lines] * 3)), 0.22)


def _shadow(photo: Image.Image, box: Box, *, radius: int, tilt: float = 0) -> None:
    shade = Image.new("L", photo.size, 0)
    ImageDraw.Draw(shade).rounded_rectangle(box, radius, fill=120)
    shade = shade.rotate(tilt, resample=Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(18))
    photo.paste((40, 34, 28), (0, 0), shade)


def _as_phone_photo(photo: Image.Image, *, tilt: float) -> bytes:
    """A hand that was not quite straight, the light of a room, a little noise: JPEG bytes."""
    width, height = photo.size
    photo = photo.rotate(tilt, resample=Image.Resampling.BICUBIC)
    photo = photo.crop((width // 24, height // 24, width - width // 24, height - height // 24))
    light = (
        ImageChops.invert(Image.radial_gradient("L")).resize(photo.size).point(lambda value: 178 + value * 77 // 255)
    )
    photo = ImageChops.multiply(photo, Image.merge("RGB", [light] * 3))
    noise = Image.effect_noise(photo.size, 9)
    photo = ImageChops.add(photo, Image.merge("RGB", [noise] * 3), scale=1, offset=-128)
    out = io.BytesIO()
    photo.filter(ImageFilter.GaussianBlur(0.6)).save(out, "JPEG", quality=85)
    return out.getvalue()
