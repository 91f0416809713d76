"""Run the stand-in by hand: python -m tests.standin --help"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from tests.demo import mount_demo

from . import Latency, LibraryMissing, Standin, faults, load_corpus, offline_library


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description="A local stand-in for Flickr.")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--library", type=Path, metavar="CACHE", nargs="?", help="the offline library (default)")
    source.add_argument("--corpus", type=Path, metavar="FOLDER", help="a folder with photos.jsonl")
    parser.add_argument("--https-port", type=int, default=0, help="default: any free one")
    parser.add_argument("--http-port", type=int, default=0, help="default: any free one")
    parser.add_argument("--latency-query", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--latency-thumbnail", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--fault-rate", type=float, default=0.0, metavar="SHARE", help="random faults")
    parser.add_argument("--fault-seed", type=int, default=1)
    parser.add_argument("--site", type=Path, action="append", default=[], help="also serve this folder over HTTP")
    options = parser.parse_args()
    try:
        photos = load_corpus(options.corpus) if options.corpus else offline_library(options.library)
    except (LibraryMissing, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    rule = faults.mixed(options.fault_seed, options.fault_rate) if options.fault_rate else None
    latency = Latency(options.latency_query, options.latency_thumbnail)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ports = {"https_port": options.https_port, "http_port": options.http_port}
    with Standin(photos, latency=latency, faults=rule, site=options.site, **ports) as standin:
        mount_demo(standin, photos)
        print(f"{len(photos)} photos; HTTPS port {standin.https_port}, HTTP port {standin.http_port}")
        print(f"Pictures to try: {standin.page_url()}")
        print(f"Certificate authority: {standin.ca_file}")
        print("Chromium with a profile of its own:")
        for argument in standin.chromium_arguments(closed=False):
            print(f"  '{argument}'")
        print("Press Ctrl-C to end.", flush=True)
        ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
