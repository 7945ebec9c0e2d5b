"""Logos: what is taken is drawn anew, what could carry code or eat memory is refused."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from branding.pictures import MAX_BYTES, BadPicture, draw_logo


def picture(
    kind: str = "PNG", *, size: tuple[int, int] = (400, 100), mode: str = "RGB", **options: object
) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_it_works(kind: str) -> None:
    logo = draw_logo(picture(kind)).logo
    drawn = opened(logo.png)
    assert (drawn.format, drawn.mode, drawn.size) == ("PNG", "RGBA", (400, 100))
    assert (logo.width, logo.height, len(logo.digest)) == (400, 100, 32)


def test_a_large_one_becomes_small() -> None:
    logo = draw_logo(picture(size=(4000, 500))).logo
    assert (logo.width, logo.height) == (640, 80)


def test_a_square_one_is_the_icon_too() -> None:
    found = draw_logo(picture(size=(500, 450)))
    assert found.icon is not None
    assert (found.icon.width, found.icon.height) == (128, 115)
    assert draw_logo(picture(size=(500, 300))).icon is None


def test_the_same_upload_has_the_same_address() -> None:
    assert draw_logo(picture()).logo.digest == draw_logo(picture()).logo.digest
    assert draw_logo(picture()).logo.digest != draw_logo(picture(size=(401, 100))).logo.digest


def test_nothing_of_the_upload_survives() -> None:
    """Neither text chunks nor EXIF nor what hangs behind the picture."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>canary</script>")
    exif = Image.Exif()
    exif[0x010E] = "canary"
    upload = picture(pnginfo=info, exif=exif) + b"<?php canary ?>"
    assert b"canary" in upload
    drawn = draw_logo(upload).logo.png
    assert b"canary" not in drawn
    assert opened(drawn).info == {}


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7\n",
        b"\x00\x00\x01\x00\x01\x00\x10\x10",
        picture()[:60],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    ],
    ids=["empty", "text", "svg", "xml svg", "pdf", "ico", "cut off", "broken"],
)
def test_bad_input_is_a_clear_error(upload: bytes) -> None:
    with pytest.raises(BadPicture, match="This is not a PNG, JPEG, WebP or GIF picture that can be read"):
        draw_logo(upload)


@pytest.mark.parametrize("side", [4001, 12_000, 30_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    """30,000 × 30,000 pixels in a few hundred bytes: never unpacked."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    upload = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with pytest.raises(BadPicture, match="larger than 4000 × 4000 pixels"):
        draw_logo(upload + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")))


def test_a_heavy_one_is_refused() -> None:
    with pytest.raises(BadPicture, match="larger than 2 MB"):
        draw_logo(picture() + b"\0" * MAX_BYTES)
