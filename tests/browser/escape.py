"""A score that tries every way out of the closed room that its author could think of, and tells what came of each.

Runs inside the room (Pyodide), not in the tests, one try at a time: ``NAME`` says which. What came of it is the message
of an exception; some end Python itself, and then the room is made anew.
"""

import gc
import sys

NET = "https://www.flickr.com/services/escape"
DOORS = (
    "fetch", "importScripts", "WebSocket", "WebTransport", "EventSource", "XMLHttpRequest", "RTCPeerConnection",
    "BroadcastChannel", "postMessage", "Worker", "SharedWorker", "indexedDB", "caches", "navigator",
)
TRIES = {}
NAME = ""


def attempt(function):
    TRIES[function.__name__] = function
    return function


def is_js(value):
    return any("JsProxy" in kind.__name__ for kind in type(value).__mro__)


def look(proxy, name):
    try:
        return getattr(proxy, name, None)
    except Exception:  # a getter that throws
        return None


def js_objects():
    """Every JavaScript object that can be found by walking the heap of Python, and what hangs on them."""
    held = [item for holder in gc.get_objects() if isinstance(holder, dict) for item in list(holder.values())]
    found = [value for value in (*gc.get_objects(), *held) if is_js(value)]
    for proxy in list(found):
        for name in dir(proxy):
            value = look(proxy, name)
            if is_js(value):
                found.append(value)
    return found


@attempt
def import_js():
    import js

    return js.fetch(NET)


@attempt
def js_names():
    import js

    doors = ("chrome", "browser", "document", "window", *DOORS)
    open_doors = [name for name in doors if hasattr(js, name)]
    assert not open_doors, f"OPEN: {open_doors}"
    raise AttributeError("none of " + ", ".join(doors))


@attempt
def pyodide_js():
    import pyodide_js

    return pyodide_js.loadPackage("micropip")


@attempt
def run_js():
    from pyodide.code import run_js

    return run_js(f"fetch('{NET}')")


@attempt
def pyodide_http():
    from pyodide.http import open_url

    return open_url(NET).read()


@attempt
def pyodide_pyfetch():
    from pyodide.http import pyfetch

    coroutine = pyfetch(NET)
    return coroutine.send(None)


@attempt
def urllib():
    from urllib.request import urlopen

    return urlopen(NET, timeout=1).status


@attempt
def socket():
    import socket

    with socket.create_connection(("www.flickr.com", 443), timeout=1) as connection:
        return connection.sendall(b"GET / HTTP/1.0\r\n\r\n")


@attempt
def subprocess():
    import subprocess

    return subprocess.run(["curl", NET], check=True).returncode


@attempt
def emscripten_run_script():
    import ctypes

    library = ctypes.CDLL(None)
    library.emscripten_run_script(f"fetch('{NET}')".encode())
    return "returned"


@attempt
def module_import_through_pyodide():
    import _pyodide_core

    return _pyodide_core.run_js(f"import('{NET}')")


@attempt
def function_constructor():
    """From any JavaScript object to Function, and from there to code."""
    refused = []
    for proxy in js_objects():
        constructor = look(look(proxy, "constructor"), "constructor")
        if constructor is not None:
            try:
                return constructor(f"return fetch('{NET}')")()
            except BaseException as error:
                refused.append(error)
    raise LookupError(f"{len(refused)} times refused: {refused[-1] if refused else None}")


@attempt
def globals_through_the_heap():
    """Any object that is the global one, or that offers a door."""
    proxies = js_objects()
    for proxy in proxies:
        for name in DOORS:
            if look(proxy, name) is not None:
                return f"OPEN: {name} on {str(proxy)[:60]}: {str(look(proxy, name))[:60]}"
    raise LookupError(f"no door on {len(proxies)} JavaScript objects")


@attempt
def modules_that_hold_javascript():
    """What Pyodide's own modules know: the API object, the emscripten module, the page."""
    import _pyodide
    import pyodide

    seen = []
    for module in [module for name, module in sys.modules.items() if "pyodide" in name]:
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if is_js(value):
                seen.append(value)
                for door in ("chrome", "browser", "document", *DOORS):
                    assert getattr(value, door, None) is None, f"OPEN: {module.__name__}.{name}.{door}"
    raise LookupError(f"no door on {len(seen)} objects of {_pyodide.__name__} and {pyodide.__name__}")


@attempt
def files_of_the_machine():
    with open("/etc/hostname") as file:
        return file.read()


@attempt
def browser_storage():
    import os

    from pyodide_js import FS

    os.mkdir("/kept")
    FS.mount(FS.filesystems.IDBFS, {}, "/kept")
    return FS.syncfs(False)


def score(candidates, source):
    try:
        outcome = f"OPEN: {TRIES[NAME]()!r}"
    except BaseException as error:
        outcome = f"closed: {type(error).__name__}: {(str(error).strip().splitlines() or [''])[-1]}"
    raise Exception(outcome[:150])
