"""Pictures are drawn anew: nothing of the upload survives, and what would take too much is not unpacked."""

import io
from typing import Any

import pytest
from PIL import Image

from core.files.pictures import LONGEST, NoPicture, draw
from tests.core.files.uploads import bomb, photo, picture


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "becomes"), [("PNG", "PNG"), ("JPEG", "JPEG"), ("WEBP", "WEBP"), ("GIF", "PNG")]
)
def test_it_works(kind: str, becomes: str) -> None:
    drawn = draw(picture(kind))
    assert (opened(drawn.data).format, drawn.content_type) == (becomes, f"image/{becomes.lower()}")
    assert (drawn.width, drawn.height, opened(drawn.data).size) == (400, 300, (400, 300))
    assert (opened(drawn.small).format, opened(drawn.small).size) == ("WEBP", (400, 300))


def test_a_large_one_fits_a_screen_and_its_small_one_a_list() -> None:
    drawn = draw(picture("JPEG", size=(5000, 2500)))
    assert (drawn.width, drawn.height) == (LONGEST, LONGEST // 2)
    assert opened(drawn.small).size == (480, 240)


def test_a_photo_stands_upright_and_tells_nothing() -> None:
    upload = photo()
    assert b"canary" in upload
    assert 0x8825 in opened(upload).getexif()
    drawn = draw(upload)
    assert (drawn.width, drawn.height) == (300, 400)
    for data in (drawn.data, drawn.small):
        assert dict(opened(data).getexif()) == {}
        assert b"canary" not in data


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_polyglot_is_a_picture_and_nothing_else(kind: str) -> None:
    tail = b"<script>canary</script><?php canary ?>PK\x03\x04canary"
    drawn = draw(picture(kind) + tail)
    assert b"canary" not in drawn.data + drawn.small


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_every_kind_of_pixel(mode: str) -> None:
    drawn = draw(picture(mode="RGBA" if mode == "LA" else mode, size=(20, 10)))
    assert (drawn.width, drawn.height) == (20, 10)


def test_cmyk() -> None:
    assert opened(draw(picture("JPEG", mode="CMYK")).data).mode == "RGB"


@pytest.mark.parametrize(
    "upload", [bomb(), bomb(19_999), b"", b"GIF89a", picture()[:60], b"<svg onload='alert(1)'/>", b"\0" * 100]
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_cannot_be_drawn_is_no_picture(upload: bytes) -> None:
    with pytest.raises(NoPicture):
        draw(upload)


def test_no_pixel_of_a_bomb_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr("core.files.pictures.ImageOps.exif_transpose", unpack)
    with pytest.raises(NoPicture, match="too many pixels"):
        draw(bomb(8_000))


def test_what_moves_is_no_picture() -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(NoPicture, match="moves"):
        draw(buffer.getvalue())
