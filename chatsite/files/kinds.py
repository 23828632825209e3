"""What a file is by its first bytes, whatever its name: the extension that names its type best."""

# Readers of PDFs accept this much before the header: a mark of the encoding, a printer's job, the residue of a form.
_BEFORE_PDF = 1024
_BEGINNINGS = {
    b"\xff\xd8\xff": "jpg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    # Containers: whether Word wrote what is inside is seen later.
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "doc",
    b"PK\x03\x04": "docx",
}

# Brands of HEIF, the container of phones' photos. The general ones may also be of AVIF, which is another format.
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_HEIF = {b"mif1", b"msf1"}
_AVIF = {b"avif", b"avis"}


def kind_of(data: bytes) -> str | None:
    """jpg, png, gif, webp, heic, pdf, doc (or another OLE file), docx (or another zip); None for anything else."""
    for beginning, kind in _BEGINNINGS.items():
        if data.startswith(beginning):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and _is_heic(data):
        return "heic"
    return "pdf" if data.find(b"%PDF-", 0, _BEFORE_PDF + len(b"%PDF-")) >= 0 else None


def _is_heic(data: bytes) -> bool:
    brand, compatible = data[8:12], data[16 : min(int.from_bytes(data[:4]), 256)]
    if brand in _HEIF:
        return _AVIF.isdisjoint(compatible[start : start + 4] for start in range(0, len(compatible), 4))
    return brand in _HEIC
