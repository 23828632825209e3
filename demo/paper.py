"""A one-page PDF with real, selectable text, written by hand: no library is needed for a letter."""

A4 = (595, 842)
LEFT, TOP, BOTTOM = 56, 770, 60


def letter(*, clinic: str, title: str, lines: list[str]) -> bytes:
    """Return a PDF: the clinic as letterhead, a title, then the lines ("" leaves a gap, "- " makes a point)."""
    drawn = [_text(clinic, LEFT, TOP, 11, bold=True), f"{LEFT} {TOP - 14} m {A4[0] - LEFT} {TOP - 14} l S"]
    drawn.append(_text(title, LEFT, TOP - 60, 20, bold=True))
    y = TOP - 100
    for line in lines:
        if y < BOTTOM:
            raise ValueError("The letter is longer than its page.")
        if line.startswith("- "):
            drawn += [_text("\u2022", LEFT + 8, y, 12), _text(line[2:], LEFT + 24, y, 12)]
        else:
            drawn.append(_text(line, LEFT, y, 12))
        y -= 22 if line else 12
    content = "\n".join(drawn).encode("cp1252")
    return _document(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (fr) >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 6 0 R " % A4
            + b"/Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
            b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream",
        ]
    )


def _text(words: str, x: int, y: int, size: int, *, bold: bool = False) -> str:
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{'F2' if bold else 'F1'} {size} Tf {x} {y} Td ({escaped}) Tj ET"


def _document(objects: list[bytes]) -> bytes:
    """Number the objects and write the table of their places, which every reader starts from."""
    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
