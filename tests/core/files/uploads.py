"""Files that people attach, and that strangers make."""

import io
import struct
import zlib

from PIL import Image

EXE = b"MZ" + b"\0" * 58 + (64).to_bytes(4, "little") + b"PE\0\0 program"
PDF = b"%PDF-1.7\n%binary\n"
DOCX = b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml"


def picture(
    kind: str = "PNG", *, size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: object
) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def photo() -> bytes:
    """As a phone takes it: lying on its side, with the place it was taken at."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90°
    exif[0x010E] = "canary"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (48.0, 12.0, 30.0)
    return picture("JPEG", size=(400, 300), exif=exif)


def bomb(side: int = 30_000) -> bytes:
    """A small PNG that says it is huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
