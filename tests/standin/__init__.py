"""A stand-in for Flickr, Openverse and Wikimedia Commons: their searches and image hosts over local photos, on real
HTTPS and HTTP.

Used by the tests and by the demo where Flickr cannot be reached. By hand: python -m tests.standin --help
"""

from .flickr import EXPIRED_KEY, VALID_KEY, FlickrWorld
from .flickr_rest import Answer
from .library import load_corpus, offline_library
from .photos import LibraryPhoto
from .stamps import LibraryMissing

__all__ = [
    "EXPIRED_KEY",
    "VALID_KEY",
    "Answer",
    "Fault",
    "Faults",
    "FlickrWorld",
    "Latency",
    "LibraryMissing",
    "LibraryPhoto",
    "Request",
    "Standin",
    "load_corpus",
    "offline_library",
]

try:  # the pure part also runs inside Pyodide, where there is no aiohttp
    from .faults import Fault, Faults, Request
    from .server import Latency, Standin
except ModuleNotFoundError as missing:
    if missing.name not in {"aiohttp", "trustme", "cryptography", "ssl", "_ssl"}:
        raise
