"""Runs in the shipped Pyodide, started from its snapshot without a file of any package: what a search begins with."""

import asyncio
import gc
import io
import json
import random
import weakref
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
    decoded[kind] = decode(file.getvalue(), 176).shape
for make in STRATEGIES.values():
    make(SmallRng(0))


async def order_of_callbacks() -> list[int]:
    """How the loop runs what is to run soon: more than it runs at once, one of it cancelled, one of it broken."""
    loop = asyncio.get_running_loop()
    ran: list[int] = []
    broken: list[object] = []
    loop.set_exception_handler(lambda loop, context: broken.append(context["exception"]))
    for number in range(250):
        handle = loop.call_soon(ran.append, number)
        if number == 7:
            handle.cancel()
        if number == 9:
            loop.call_soon(lambda: 1 / 0)
    loop.call_soon(lambda: loop.call_soon(ran.append, 250))
    while 250 not in ran:
        await asyncio.sleep(0)
    assert [type(error) for error in broken] == [ZeroDivisionError]
    return ran


class Search:
    def __init__(self) -> None:
        self.stopped = asyncio.ensure_future(asyncio.Event().wait())
        self.stopped.add_done_callback(self.tell)

    def tell(self, done: object) -> None:
        pass


async def forgotten() -> bool:
    """Is a search that was ended gone at once, or only when garbage is next collected?"""
    search = Search()
    await asyncio.sleep(0)
    search.stopped.cancel()
    gone = weakref.ref(search)
    del search
    gc.disable()
    await asyncio.sleep(0.01)
    return gone() is None


found = {
    "files": [path.name for path in Path("/lib/python3.12/site-packages").iterdir()],
    "decoded": decoded,
    "scored": [name for name in SHIPPED if shipped(name).name == name],
    "number": random.random(),
    "loop": type(asyncio.get_event_loop()).__name__,
    "forgotten": await forgotten(),  # noqa: F704
    "ran": await order_of_callbacks(),  # noqa: F704  # Pyodide allows it
}
json.dumps(found)
