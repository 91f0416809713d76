"""Any bytes → the tensor of the picture, or a sentence."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from clear_core.errors import PictureError
from clear_core.pixels import MAX_PIXELS, decode, decode_with_size, small
from tests.core.pictures import encoded, halves, png_header, texture

RED, BLUE, WHITE = (200, 30, 30), (20, 40, 220), (255, 255, 255)


def colours(data: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Colours at the middle left and middle right of the decoded picture."""
    pixels = decode(data, 224)
    assert pixels.shape == (224, 224, 3)
    assert pixels.dtype == np.uint8
    return tuple(map(int, pixels[112, 20])), tuple(map(int, pixels[112, 204]))


def near(seen: tuple[int, ...], wanted: tuple[int, ...], by: int = 6) -> bool:
    return max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) <= by


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("BMP", {}),
        ("TIFF", {}),
    ],
)
def test_the_same_colours_come_out_of_every_format(kind: str, options: dict[str, object]) -> None:
    left, right = colours(encoded(halves(RED, BLUE), kind, **options))
    assert near(left, RED) and near(right, BLUE)


def test_cmyk_is_not_shown_as_its_negative() -> None:
    left, right = colours(encoded(halves(RED, BLUE).convert("CMYK"), "JPEG", quality=95))
    assert near(left, RED, 12) and near(right, BLUE, 12)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bits_keep_their_greys(kind: str) -> None:
    grey = np.full((240, 320), 40_000, np.uint16)
    grey[:, 160:] = 10_000
    left, right = colours(encoded(Image.fromarray(grey), kind))
    assert near(left, (156, 156, 156)) and near(right, (39, 39, 39))


def test_transparency_lies_on_white() -> None:
    image = halves((*RED, 255), (0, 0, 0, 0), "RGBA")
    assert colours(encoded(image, "PNG")) == (RED, WHITE)


def test_a_palette_with_a_transparent_colour_lies_on_white() -> None:
    image = halves(RED, BLUE).convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
    clear = image.getpixel((300, 100))
    left, right = colours(encoded(image, "PNG", transparency=clear))
    assert near(left, RED) and right == WHITE


def test_exif_rotation_is_applied() -> None:
    turned = halves(RED, BLUE).transpose(Image.Transpose.ROTATE_90)  # a viewer must turn it by 90° clockwise
    exif = Image.Exif()
    exif[0x0112] = 6
    left, right = colours(encoded(turned, "JPEG", exif=exif, quality=95, subsampling=0))
    assert near(left, RED) and near(right, BLUE)


def test_the_first_frame_of_an_animation_counts() -> None:
    buffer = io.BytesIO()
    halves(RED, BLUE).save(
        buffer, "GIF", save_all=True, append_images=[halves(BLUE, RED), halves(WHITE, WHITE)], duration=100
    )
    left, right = colours(buffer.getvalue())
    assert near(left, RED, 30) and near(right, BLUE, 30)


def problem(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        decode(data, 224)
    assert str(caught.value).endswith(".")
    return caught.value.problem.code


def test_no_bytes_are_an_empty_picture() -> None:
    assert problem(b"") == "picture_empty"


@pytest.mark.parametrize("data", [b"\x00", b"<html>not here</html>", b"GIF89a", b"%PDF-1.7 ...", b"\xff\xd8\xff\xe0"])
def test_bytes_that_are_no_picture(data: bytes) -> None:
    assert problem(data) == "picture_unreadable"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_truncated_picture_is_damaged(kind: str) -> None:
    data = encoded(texture(), kind)
    assert problem(data[: len(data) // 2]) == "picture_unreadable"


@pytest.mark.parametrize("size", [(1, 1), (7, 500)])
def test_a_tracking_pixel_has_nothing_to_recognise(size: tuple[int, int]) -> None:
    assert problem(encoded(Image.new("RGB", size), "PNG")) == "picture_too_small"


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    assert problem(png_header(20_000, 20_000)) == "picture_too_large"


def test_a_large_baseline_jpeg_opens_in_little_memory() -> None:
    """20,000 × 20,000 as a camera or scanner would write it: more than MAX_PIXELS, but JPEG can decode at 1/8."""
    data = encoded(Image.new("L", (20_000, 20_000), 128), "JPEG")
    assert MAX_PIXELS < 20_000 * 20_000
    assert near(tuple(map(int, decode(data, 224)[112, 112])), (128, 128, 128))


def test_a_large_progressive_jpeg_is_refused() -> None:
    """It would keep all its coefficients in memory first."""
    data = bytearray(encoded(texture(), "JPEG", progressive=True))
    frame = data.index(b"\xff\xc2")
    data[frame + 5 : frame + 9] = (20_000).to_bytes(2, "big") * 2
    assert problem(bytes(data)) == "picture_too_large"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"]),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_damaged_files_give_a_picture_or_a_sentence(kind: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray(encoded(texture(size=(80, 60)), kind))
    for place, value in changes:
        data[int(place * len(data))] = value
    try:
        assert decode(bytes(data), 224).shape == (224, 224, 3)
    except PictureError as error:
        assert str(error).endswith(".")


def test_the_crop_keeps_the_middle() -> None:
    """A wide picture loses its left and right, not its middle."""
    image = Image.new("RGB", (1000, 100), RED)
    image.paste(BLUE, (450, 0, 550, 100))
    assert colours(encoded(image, "PNG")) == (BLUE, BLUE)


def test_the_size_is_what_people_see() -> None:
    image = Image.new("RGB", (60, 40))
    turned = Image.Exif()
    turned[0x0112] = 6
    assert decode_with_size(encoded(image, "PNG"), 224)[1] == (60, 40)
    assert decode_with_size(encoded(image, "JPEG", exif=turned), 224)[1] == (40, 60)


@pytest.mark.parametrize("side", [32, 96, 176, 224, 640])
def test_scores_see_means_of_what_the_network_sees(side: int) -> None:
    """Also where a small pixel covers no whole number of them."""
    across = np.linspace(0, 255, side)
    values = np.stack([np.broadcast_to(across, (side, side)).T, *np.broadcast_to(across, (2, side, side))], axis=2)
    seen = small(values[np.newaxis].astype(np.uint8))
    assert seen.shape == (1, 32, 32, 3) and seen.dtype == np.uint8
    means = np.linspace(0, 255, 65)[1::2]
    half = 255 / side / 2 + 1.5
    np.testing.assert_allclose(seen[0, 5, :, 1], means, atol=half)
    np.testing.assert_allclose(seen[0, :, 9, 0], means, atol=half)
