"""Runs inside Pyodide (see snapshot.mjs) before its memory is kept: imports all that the engine needs.

Also what is imported or read only when it is needed first. For all the rest there is an archive (python.js).
"""

import gc
import importlib
import io
import sys

importlib.invalidate_caches()  # Python looks into a folder anew when its time changes, and here none passes

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

import clear_core.browser  # noqa: E402
import clear_core.browser_loop  # noqa: E402
from clear_core.pixels import FORMATS, decode  # noqa: E402
from clear_core.scores import SHIPPED, shipped  # noqa: E402
from clear_core.services.forgiving_json import parse_json  # noqa: E402

clear_core.browser_loop.install()
parse_json(b"{}")
for name in SHIPPED:
    shipped(name)
for kind in FORMATS:
    file = io.BytesIO()
    Image.new("RGB", (32, 32)).save(file, kind)
    decode(file.getvalue(), 176)
file = io.BytesIO()
np.savez_compressed(file, numbers=np.zeros(1))
np.load(io.BytesIO(file.getvalue()))["numbers"]
del file
folder = "/lib/python3.12/site-packages"
sys.path.append(f"{folder}.zip")
for package in list(sys.modules.values()):
    places = getattr(package, "__path__", [])
    places += [place.replace(folder, f"{folder}.zip") for place in places if place.startswith(folder)]
importlib.invalidate_caches()
gc.collect()
gc.freeze()  # what is there now stays: nobody need look through it again
