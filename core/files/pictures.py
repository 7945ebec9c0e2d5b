"""Pictures drawn anew: upright, without what the camera noted, in a size for screens, and a small one beside.

Nothing of the upload itself is ever shown. What cannot be drawn is no picture here, and stays a plain file.
"""

import io
from dataclasses import dataclass
from threading import BoundedSemaphore

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAX_SIDE = 20_000
MAX_PIXELS = 40_000_000
"""Of what must be unpacked as a whole; that is 160 MB of memory."""
MAX_JPEG_PIXELS = 60_000_000
"""A large JPEG is unpacked at a half or less; a progressive one still takes three bytes a pixel."""
LONGEST = 3_200
"""Pixels of the longer side that are kept."""
SMALL_BOX = (480, 360)
QUALITY = 88

_at_once = BoundedSemaphore(2)


class NoPicture(ValueError):
    """These bytes are not drawn: no picture, one that moves, or too many pixels. The text says which."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of our own drawing and its small one (WebP); sizes in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int
    small: bytes


def draw(data: bytes) -> Picture:
    """Raises NoPicture. At most two at once in a process, because each takes memory."""
    with _at_once:
        picture, kind = _read(data)
        return _drawn(picture, kind=kind)


def _read(data: bytes) -> tuple[Image.Image, str]:
    """The pixels, upright. The header's size is checked before any of them is unpacked."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            kind = str(picture.format)
            _check_size(picture, kind=kind)
            if getattr(picture, "n_frames", 1) > 1:
                raise NoPicture("It moves.")
            if kind == "JPEG":
                picture.draft("RGB", (LONGEST, LONGEST))
            upright = ImageOps.exif_transpose(picture)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB"), kind
    except NoPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPicture("It has too many pixels.") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, TypeError) as error:
        raise NoPicture("It cannot be read.") from error


def _check_size(picture: Image.Image, *, kind: str) -> None:
    width, height = picture.size
    limit = MAX_JPEG_PIXELS if kind == "JPEG" else MAX_PIXELS
    if max(width, height) > MAX_SIDE or width * height > limit:
        raise NoPicture("It has too many pixels.")


def _drawn(picture: Image.Image, *, kind: str) -> Picture:
    whole = _fitted(picture, box=(LONGEST, LONGEST))
    small = _fitted(picture, box=SMALL_BOX)
    saved, content_type = _as(whole, kind=kind)
    return Picture(
        data=saved,
        content_type=content_type,
        width=whole.width,
        height=whole.height,
        small=_bytes(small, "WEBP", quality=80),
    )


def _fitted(picture: Image.Image, *, box: tuple[int, int]) -> Image.Image:
    """A new picture with these pixels and nothing else of the old one."""
    copy = picture.copy()
    copy.thumbnail(box, Image.Resampling.LANCZOS)
    fresh = Image.new(copy.mode, copy.size)
    fresh.paste(copy)
    return fresh


def _as(picture: Image.Image, *, kind: str) -> tuple[bytes, str]:
    """In the format it came in; a GIF becomes a PNG."""
    if kind == "JPEG":
        return _bytes(picture.convert("RGB"), "JPEG", quality=QUALITY, optimize=True), "image/jpeg"
    if kind == "WEBP":
        return _bytes(picture, "WEBP", quality=QUALITY), "image/webp"
    return _bytes(picture, "PNG"), "image/png"


def _bytes(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
