"""Which files that are too large this browser can draw again, and under which name."""

import base64
import json

from chat.tests.files import samples
from chat.tests.files.test_photos import CASES

TABLE = {
    "photo.jpg": (samples.jpeg(), "image/jpeg", True),
    "without a type": (samples.jpeg(), "", True),
    "png": (samples.png(icc_profile=samples.colour_profile()), "", True),
    "webp": (samples.webp(icc_profile=samples.colour_profile()), "", True),
    "bmp": (samples.encoded(samples.picture(), "BMP"), "", True),
    "tiff": (samples.encoded(samples.picture(), "TIFF"), "image/tiff", False),
    "photo.heic": ((CASES / "photo.heic").read_bytes(), "image/heic", False),
    "moving png": (samples.animated("PNG"), "image/png", False),
    "moving webp": (samples.animated("WEBP", lossless=True), "image/webp", False),
    "gif": (samples.gif(), "", False),
    "drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", False),
    "letter": (samples.pdf(), "", False),
    "nothing": (b"", "", False),
}


def test_a_still_picture_that_it_opens_may_become_smaller(run):
    files = {name: [base64.b64encode(data).decode(), type] for name, (data, type, _) in TABLE.items()}
    found = run(f"""
      const {{ mayBecomeSmaller }} = await load("lib/smaller-photo.js");
      const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
      const answers = Object.entries({json.dumps(files)}).map(async ([name, [text, type]]) =>
        [name, await mayBecomeSmaller(new File([bytes(text)], name, {{ type }}))]);
      return Object.fromEntries(await Promise.all(answers));
    """)
    assert found == {name: may for name, (_, _, may) in TABLE.items()}


def test_a_smaller_photo_keeps_its_name(run):
    photo = base64.b64encode(samples.jpeg()).decode()
    names = ["IMG_1.HEIC", "scan 12.03", "Radio du Dr. Martin", "1000012345"]
    found = run(f"""
      const {{ smallerPhoto }} = await load("lib/smaller-photo.js");
      const bytes = Uint8Array.from(atob("{photo}"), (sign) => sign.charCodeAt(0));
      const smaller = {json.dumps(names)}.map((name) => smallerPhoto(new File([bytes], name), 1024 * 1024));
      return (await Promise.all(smaller)).map(({{ name, type }}) => [name, type]);
    """)
    assert found == [[name, "image/jpeg"] for name in names]
