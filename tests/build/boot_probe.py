"""Runs inside Pyodide: what works in the bundle, as JSON."""

import importlib
import io
import json
import pkgutil
import platform
import traceback

import numpy
import PIL
from PIL import Image

import clear_core

noise = numpy.random.default_rng(1).integers(0, 255, (32, 48, 3), dtype=numpy.uint8)
decoded = {}
for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "ICO", "progressive"):
    file = io.BytesIO()
    if kind == "progressive":
        Image.fromarray(noise).save(file, "JPEG", progressive=True)
    elif kind == "ICO":
        Image.fromarray(noise).save(file, "ICO", sizes=[(48, 32)])
    else:
        Image.fromarray(noise).save(file, kind)
    with Image.open(file) as picture:
        picture.load()
        decoded[kind] = picture.size

try:
    Image.open(io.BytesIO(b"no picture"))
except Image.UnidentifiedImageError:
    trace = traceback.format_exc()

not_importable = {}
for module in pkgutil.walk_packages(clear_core.__path__, "clear_core."):
    try:
        importlib.import_module(module.name)
    except Exception as error:
        not_importable[module.name] = repr(error)

answer = {
    "versions": {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "pillow": PIL.__version__,
    },
    "decoded": decoded,
    "random": numpy.random.default_rng(7).integers(1_000_000, size=5).tolist(),
    "traceback": trace,
    "not_importable": not_importable,
}
json.dumps(answer)
