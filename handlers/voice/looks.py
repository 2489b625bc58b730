"""What a file looks like by its first bytes, where it is no sound: a claim of its sender counts for nothing."""

from __future__ import annotations

_PICTURES = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
)
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_PAPERS = ((b"%PDF-", "pdf"), (b"BEGIN:VCARD", "vcf"), (b"PK\x03\x04", "zip"), (b"{\\rtf", "rtf"))


def picture_kind(data: bytes) -> str | None:
    """Give the ending of a picture's name; None for what is no picture."""
    if data[4:8] == b"ftyp" and data[8:12] in _PICTURE_BRANDS:
        return "heic"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return _ending(_PICTURES, data)


def paper_kind(data: bytes) -> str | None:
    """Give the ending of a document's name; None for what is no document."""
    return _ending(_PAPERS, data)


def _ending(known: tuple[tuple[bytes, str], ...], data: bytes) -> str | None:
    return next((ending for magic, ending in known if data.startswith(magic)), None)
