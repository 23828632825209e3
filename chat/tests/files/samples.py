"""Real files of every accepted type, made by the tests themselves, and the pieces of hostile ones."""

import functools
import io
import struct
import zipfile
import zlib

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageDraw

WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def picture(width=120, height=80, mode="RGB") -> Image.Image:
    """A picture whose four corners differ, so that a rotated one is recognised."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=(200, 30, 30))
    draw.rectangle((width // 2, height // 2, width, height), fill=(30, 30, 200))
    return image.convert(mode)


def noise(width: int, height: int) -> Image.Image:
    """A picture that cannot be packed."""
    return Image.effect_noise((width, height), 90).convert("RGB")


def encoded(image: Image.Image, format_name: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


def jpeg(**options) -> bytes:
    return encoded(picture(), "JPEG", **options)


def png(**options) -> bytes:
    return encoded(picture(), "PNG", **options)


def gif(**options) -> bytes:
    return encoded(picture(mode="P"), "GIF", **options)


def webp(**options) -> bytes:
    return encoded(picture(), "WEBP", **options)


def animated(format_name: str, frames=4, size=(60, 40), **options) -> bytes:
    pictures = [Image.new("RGB", size, (number % 256, 255 - number % 256, 60)) for number in range(frames)]
    return encoded(pictures[0], format_name, save_all=True, append_images=pictures[1:], duration=100, loop=0, **options)


def exif(orientation=6, maker="SecretPhone") -> Image.Exif:
    """What a phone writes: where, when, with what, and which side is up."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = maker
    place = tags.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (48.0, 51.0, 29.0), "E", (2.0, 17.0, 40.0)
    place[29] = "2024:01:02"
    return tags


@functools.cache
def colour_profile() -> bytes:
    """One for all tests: a profile contains the second of its creation."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def png_claiming(width: int, height: int, extra: bytes = b"") -> bytes:
    """A PNG whose header promises any size, with almost no pixels behind it."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + extra + pixels + png_chunk(b"IEND", b"")


@functools.cache
def pdf() -> bytes:
    return encoded(picture(), "PDF")


@functools.cache
def protected_pdf() -> bytes:
    """A PDF that opens with a password only."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return out.getvalue()


def docx(
    parts: dict[str, bytes | str] | None = None, *, main_type=WORD_MAIN, declared="", compression=zipfile.ZIP_DEFLATED
) -> bytes:
    """A document that Word opens, with more parts or other ones, and more declarations, where given."""
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    contents = {
        "[Content_Types].xml": (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main_type}"/>{declared}</Types>'
        ),
        "_rels/.rels": relationships((office, "word/document.xml", "Internal")),
        "word/document.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{main}">'
            "<w:body><w:p><w:r><w:t>Bonjour</w:t></w:r></w:p></w:body></w:document>"
        ),
        **(parts or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def relationships(*relations: tuple[str, str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{kind}" Target="{target}" TargetMode="{mode}"/>'
        for number, (kind, target, mode) in enumerate(relations)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'
    )


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
