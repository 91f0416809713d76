"""One table of what the extension costs, every figure against something measured beside it in the same run.

    python3 build.py bench [--quick] [--rows boot,picture,cores,search,share,growth,row] [--browsers chromium,firefox]

Writes dist/bench.json and dist/bench.md. Ends with 1 when a figure misses its limit.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import in_page, searches, share
from benchmarks.extension import bench_extension
from benchmarks.table import Row, markdown, write_json
from tests.browser.driver import BrowserError

ROOT = Path(__file__).parents[1]
UNPACKED = ROOT / "dist" / "unpacked"
PARTS = ("boot", "picture", "cores", "search", "share", "growth", "row")
IN_PAGE = frozenset(PARTS[:3])
TFJS_SECONDS = 0.024
"""A picture in CLEAR's stack where this run does not measure it: findings on two cores, 160 pictures."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line. Returns 1 when a figure misses its limit."""
    parser = argparse.ArgumentParser(prog="build.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer browsers and pictures: for a look, not for quoting")
    parser.add_argument("--rows", default=",".join(PARTS), help="some of: %(default)s")
    parser.add_argument("--browsers", default="chromium,firefox", help="[%(default)s]")
    parser.add_argument("--instances", type=int, default=None, help="fresh browsers to pool [5; quick: 2]")
    options = parser.parse_args(arguments)
    parts = frozenset(options.rows.split(","))
    if unknown := parts - set(PARTS):
        parser.error(f"no such rows: {', '.join(sorted(unknown))}")
    browsers = [name for name in options.browsers.split(",") if _installed(name)]
    begin, load = time.monotonic(), os.getloadavg()
    found: list[Row] = []
    instances = options.instances or (2 if options.quick else 5)
    for browser in browsers:
        found += _browser_rows(browser, parts, instances, options.quick)
    circumstances = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "load before and after": [load[0], os.getloadavg()[0]],
        "seconds": round(time.monotonic() - begin),
        "instances": instances,
    }
    table = markdown(found)
    write_json(ROOT / "dist" / "bench.json", found, circumstances)
    (ROOT / "dist" / "bench.md").write_text(table + "\n", encoding="utf-8")
    print(table, "", *(f"{name}: {value}" for name, value in circumstances.items()), sep="\n")
    missed = [f"{row.name} ({row.browser})" for row in found if row.holds is False]
    print(*(f"misses its limit: {name}" for name in missed), sep="\n")
    return 1 if missed else 0


def _browser_rows(browser: str, parts: frozenset[str], instances: int, quick: bool) -> list[Row]:
    found: list[Row] = []
    measured, seen = in_page.Measured(), searches.Searches()
    extension = bench_extension(UNPACKED, ROOT / ".build" / "bench-extension")
    effort = in_page.QUICK if quick else in_page.Effort()
    for instance in range(instances if parts & IN_PAGE else 0):
        _tell(f"{browser}: {', '.join(sorted(parts & IN_PAGE))}, browser {instance + 1} of {instances}")
        in_page.measure(browser, extension, parts & IN_PAGE, effort, measured)
    found += in_page.rows(browser, measured)
    if "search" in parts:
        theirs = measured.of("pictures", "tfjs_wasm")
        seconds = median(time for times in theirs for time in times) / 1000 if theirs else TFJS_SECONDS
        with searches.running_standin() as standin:
            for instance in range(instances):
                _tell(f"{browser}: searches, browser {instance + 1} of {instances}")
                searches.measure(browser, UNPACKED, standin, instance, seconds, seen)
        found += searches.rows(browser, seen)
    if "share" in parts:
        _tell(f"{browser}: where Python's time goes")
        found += share.rows(browser, extension, ROOT / "dist" / f"python-{browser}.svg")
    if "growth" in parts:
        _tell(f"{browser}: growth")
        found += searches.growth(browser, UNPACKED, 500 if quick else 2000)
    if "row" in parts:
        count = 8 if quick else 20
        _tell(f"{browser}: {count} searches in a row")
        found += searches.in_a_row(browser, UNPACKED, count)
    return found


def _installed(browser: str) -> bool:
    if browser == "firefox" and not (
        os.environ.get("CLEAR_FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    ):
        print("Firefox is not installed: measured in Chromium alone.", file=sys.stderr)
        return False
    return True


def _tell(what: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrowserError as error:
        sys.exit(f"bench: {error}")
