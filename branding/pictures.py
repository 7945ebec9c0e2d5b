"""Uploaded logos, drawn anew as small PNGs, so that nothing of the upload itself is ever served.

SVG and everything else that can carry code is refused; where the pictures are kept is in models.py.
"""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE = 4000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
LOGO_BOX = (640, 160)
ICON_SIDE = 128
SQUARE_ENOUGH = 1.25
"""A logo at most this much longer one way than the other also serves as the site's icon."""


class BadPicture(ValueError):
    """The upload is no picture we take; the message is for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture of our own making: PNG bytes, their content hash and the size in pixels."""

    png: bytes
    digest: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Logo:
    """What becomes of one upload: the logo, and the icon made of it when it is near enough to a square."""

    logo: Drawn
    icon: Drawn | None


def draw_logo(upload: bytes) -> Logo:
    """The logo, and perhaps an icon, of an uploaded file. Raises BadPicture with words for the uploader."""
    if len(upload) > MAX_BYTES:
        raise BadPicture(f"The picture is larger than {MAX_BYTES // 1024 // 1024} MB.")
    picture = _read(upload)
    width, height = picture.size
    icon = None
    if max(width, height) <= SQUARE_ENOUGH * min(width, height):
        icon = _draw(picture, box=(ICON_SIDE, ICON_SIDE))
    return Logo(logo=_draw(picture, box=LOGO_BOX), icon=icon)


def redraw(data: bytes, *, box: tuple[int, int]) -> Drawn:
    """A picture of ours that came back from elsewhere, drawn anew all the same. Raises BadPicture."""
    if len(data) > MAX_BYTES:
        raise BadPicture(f"The picture is larger than {MAX_BYTES // 1024 // 1024} MB.")
    return _draw(_read(data), box=box)


def _read(upload: bytes) -> Image.Image:
    """The first frame as RGBA. The header's size is checked before any pixel is unpacked."""
    too_large = BadPicture(f"The picture is larger than {MAX_SIDE} × {MAX_SIDE} pixels.")
    try:
        with Image.open(io.BytesIO(upload), formats=FORMATS) as picture:
            if max(picture.size) > MAX_SIDE:
                raise too_large
            return picture.convert("RGBA")
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadPicture("This is not a PNG, JPEG, WebP or GIF picture that can be read.") from error


def _draw(picture: Image.Image, *, box: tuple[int, int]) -> Drawn:
    small = picture.copy()
    small.thumbnail(box, Image.Resampling.LANCZOS)
    fresh = Image.new("RGBA", small.size)
    fresh.paste(small)
    buffer = io.BytesIO()
    fresh.save(buffer, "PNG", optimize=True)
    png = buffer.getvalue()
    return Drawn(png=png, digest=hashlib.sha256(png).hexdigest()[:32], width=fresh.width, height=fresh.height)
