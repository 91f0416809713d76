"""Bytes of a picture file → the uint8 tensor that the networks take. The only place where pictures are decoded.

Pillow decodes in the browser too, so that a picture gives the same pixels, features and scores everywhere. Files come
from strangers: only formats that photographs come in are opened, and size is checked before anything is decoded.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.JpegImagePlugin import JpegImageFile

from clear_core.bombs import jpeg_scans, webp_size
from clear_core.errors import PictureError
from clear_core.features import SMALL

CROP = 0.875
"""Share of the shorter side that the central crop keeps: how EfficientNet-Lite was evaluated in training."""

MAX_PIXELS = 50_000_000
"""Decoded pixels that we allow: 150 MB as RGB, more than any phone's camera, less than a bomb."""

MAX_WORK = 20 * MAX_PIXELS
"""Pixels that we decode of a JPEG, all its scans together. A progressive one of a camera has 10 scans, or 20."""

MIN_SIDE = 8
"""Smaller than this is a tracking pixel or a spacer, not a picture."""

# With the formats imported that we open, Pillow does not import all the others that it knows when it meets them.
_PLUGINS = (BmpImagePlugin, GifImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "MPO")

# Our own check below replaces Pillow's (it would refuse a 400-megapixel JPEG that draft() opens in little memory).
Image.MAX_IMAGE_PIXELS = None

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(data: bytes, side: int) -> NDArray[np.uint8]:
    """Decode a picture file into one network input, uint8 [side, side, 3] RGB: central crop, bicubic.

    The first frame of an animation counts; EXIF rotation is applied; transparency lies on white; CMYK, palettes and
    16 bits are converted. Raises PictureError (picture_empty, picture_unreadable, picture_too_small,
    picture_too_large) and nothing else for any bytes.
    """
    return decode_with_size(data, side)[0]


def decode_with_size(data: bytes, side: int) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """The same, and the picture's width and height in pixels, EXIF rotation applied."""
    if not data:
        raise PictureError("picture_empty")
    try:
        with opened(data) as image:
            width, height = image.size
            _check_size(image, data, side)
            orientation = image.getexif().get(_ORIENTATION_TAG, 1)
            turn = _UPRIGHT.get(orientation)
            small = _from_planes(image, data, side) if _has_half_chroma(image) else _crop(_to_rgb(image), side)
            # Turned last: the crop is a central square, so it comes out the same, and there is less to turn.
            pixels = np.asarray(small.transpose(turn) if turn is not None else small, dtype=np.uint8)
            return pixels, (height, width) if orientation in (5, 6, 7, 8) else (width, height)
    except PictureError:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files, MemoryError among it
        raise PictureError("picture_unreadable") from error


def opened(data: bytes) -> ImageFile.ImageFile:
    """The picture, of which nothing is decoded yet. Raises PictureError (picture_too_large) for a WebP, of which Pillow
    would have to hold the whole; and whatever Pillow likes at a damaged file."""
    width, height = webp_size(data)
    if width * height > MAX_PIXELS:
        raise PictureError("picture_too_large", width=width, height=height)
    return Image.open(io.BytesIO(data), formats=FORMATS)


def _check_size(image: Image.Image, data: bytes, side: int) -> None:
    width, height = image.size
    if min(width, height) < MIN_SIDE:
        raise PictureError("picture_too_small", width=width, height=height)
    scans = jpeg_scans(data) if isinstance(image, JpegImageFile) else 1
    if width * height <= MAX_PIXELS:
        if width * height * scans > MAX_WORK:
            raise PictureError("picture_unreadable")
        return
    # A JPEG of one scan can be decoded at 1/2, 1/4 or 1/8 without ever holding the whole; of one with more (all
    # progressive ones, and others), all coefficients are kept in memory first.
    if image.format == "JPEG" and not image.info.get("progressive") and scans == 1:
        image.draft("RGB", (4 * side, 4 * side))
    if image.width * image.height > MAX_PIXELS:
        raise PictureError("picture_too_large", width=width, height=height)


def _has_half_chroma(image: Image.Image) -> bool:
    """Whether this is a JPEG with colour at half the resolution (4:2:0), as nearly all photos on the web are."""
    if not isinstance(image, JpegImageFile) or image.mode != "RGB" or image.decoderconfig != ():
        return False
    sampling = [layer[1:3] for layer in image.layer]
    return sampling == [(2, 2), (1, 1), (1, 1)] and image.info.get("adobe_transform", 1) == 1


def _from_planes(image: Image.Image, data: bytes, side: int) -> Image.Image:
    """The crop of a 4:2:0 JPEG, from brightness and colour each at the resolution that the file holds.

    libjpeg 9 (in Pyodide) and libjpeg-turbo (natively) enlarge the colour planes in different ways, and that is all
    they do differently. Asking for brightness alone, and for colour at half size, leaves nothing to enlarge: both
    give the same numbers to the bit. It costs a quarter more than decoding to RGB.
    """
    image.draft("L", image.size)
    with Image.open(io.BytesIO(data), formats=("JPEG", "MPO")) as half:
        half.draft("YCbCr", (half.width // 2, half.height // 2))
        # Its brightness is cropped for nothing, and yet that takes less time than each of the colours by itself.
        colours = _crop(half, side, (image.width / 2, image.height / 2)).split()[1:]
    return Image.merge("YCbCr", (_crop(image, side), *colours)).convert("RGB")


def small(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Network inputs uint8 [N, side, side, 3] as scores see them, 32 × 32: each pixel the mean of those under it."""
    return np.stack([np.asarray(_means(Image.fromarray(picture))) for picture in pixels])


def _means(picture: Image.Image) -> Image.Image:
    box = Image.Resampling.BOX
    return picture.resize((SMALL, picture.height), box).resize((SMALL, SMALL), box)  # in two steps, as in _crop


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _from_high_depth(image).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("RGB")
    return image.convert("RGB")


def _from_high_depth(image: Image.Image) -> Image.Image:
    """16-bit and float greys to 8 bits. Pillow's own convert() would clip them to white."""
    values = np.asarray(image).astype(np.float64)
    top = 65535.0 if image.mode != "F" else max(float(np.nanmax(values)), 1e-9)
    return Image.fromarray(np.clip(np.nan_to_num(values) * (255.0 / top), 0, 255).astype(np.uint8), "L")


def _crop(image: Image.Image, side: int, size: tuple[float, float] | None = None) -> Image.Image:
    """The central square, ``side`` × ``side``. ``size`` is the true size where padding made the image a little larger.

    Across first, then down: in one step Pillow 10 and 13 round in different orders.
    """
    width, height = size or image.size
    cut = CROP * min(width, height)
    left, top = (width - cut) / 2, (height - cut) / 2
    bicubic = Image.Resampling.BICUBIC
    narrow = image.resize((side, image.height), bicubic, box=(left, 0, left + cut, image.height))
    return narrow.resize((side, side), bicubic, box=(0, top, side, top + cut))
