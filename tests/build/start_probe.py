"""Runs in the shipped Pyodide, started from its snapshot without a file of any package: what a search begins with."""

import io
import json
import random
from pathlib import Path

from PIL import Image

from clear_core.pixels import FORMATS, decode
from clear_core.rng import SmallRng
from clear_core.scores import SHIPPED, shipped
from clear_core.strategies import STRATEGIES

decoded = {}
for kind in FORMATS:
    file = io.BytesIO()
    Image.new("RGB", (48, 32)).save(file, kind)
    decoded[kind] = decode(file.getvalue()).shape
for make in STRATEGIES.values():
    make(SmallRng(0))
found = {
    "files": [path.name for path in Path("/lib/python3.12/site-packages").iterdir()],
    "decoded": decoded,
    "scored": [name for name in SHIPPED if shipped(name).name == name],
    "number": random.random(),
}
json.dumps(found)
